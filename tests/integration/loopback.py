"""A loopback server with behaviour defined by the test, which records requests."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType

from typing_extensions import Self

from clerk_core._messages import Headers, HttpResponse

# The maximum duration of a behaviour in seconds, in case a test does not stop it.
_PATIENCE = 20.0


@dataclass(frozen=True)
class Received:
    """A received request; `connection` numbers the connections from 1."""

    method: str
    target: str
    headers: Headers
    content: bytes
    connection: int


class Connection:
    """A connection that a behaviour controls."""

    def __init__(self, server: LoopbackServer, sock: socket.socket, number: int) -> None:
        self._server = server
        self._sock = sock
        self._stream = sock.makefile("rb")
        self._number = number

    def receive(self) -> Received | None:
        """Return the next request, or None if the client has closed the connection."""
        method, target, *_ = (*self._line().split(" "), "", "")
        if not method:
            return None
        pairs = []
        while line := self._line():
            name, _, value = line.partition(":")
            pairs.append((name.lower(), value.strip()))
        headers = Headers(pairs)
        content = self._stream.read(int(headers.get("content-length") or 0))
        received = Received(method, target, headers, content, self._number)
        self._server.received.append(received)
        return received

    def receive_bytes(self, length: int) -> bytes:
        """Return this number of bytes, for other protocols than HTTP."""
        return self._stream.read(length)

    def _line(self) -> str:
        return self._stream.readline().decode("latin-1").rstrip("\r\n")

    def send(self, content: bytes) -> None:
        self._sock.sendall(content)

    def drip(self, content: bytes, pause: float) -> None:
        """Send the content byte by byte with a pause after each."""
        for position in range(len(content)):
            self.send(content[position : position + 1])
            if self.wait(pause):
                return

    def wait(self, seconds: float = _PATIENCE) -> bool:
        """Wait for this time; return whether the server was stopped meanwhile."""
        return self._server.stopping.wait(seconds)

    def reset(self) -> None:
        """Close the connection with a reset (SO_LINGER of 0)."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self) -> None:
        # A file made from a socket keeps it open.
        self._stream.close()
        self._sock.close()


Behaviour = Callable[[Connection], None]
Respond = Callable[[Received], HttpResponse]


class LoopbackServer:
    """A server that calls `behave` for each connection in a new thread; with `tls`, over TLS."""

    def __init__(self, behave: Behaviour, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._behave = behave
        self.received: list[Received] = []
        self.connections = 0
        self.closed = threading.Semaphore(0)
        """Released for each connection that ends."""
        self.stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._sockets: list[socket.socket] = []
        self._threads[0].start()

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        """Return the received requests as `METHOD target`."""
        return [f"{one.method} {one.target}" for one in self.received]

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            if self.stopping.is_set():
                sock.close()
                return
            self.connections += 1
            self._sockets.append(sock)
            thread = threading.Thread(
                target=self._serve, args=(sock, self.connections), daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        sock.settimeout(_PATIENCE)
        if self._tls is not None:
            try:
                sock = self._tls.wrap_socket(sock, server_side=True)
                self._sockets.append(sock)
            except OSError:
                sock.close()
                return  # the other side does not trust the certificate, for example
        connection = Connection(self, sock, number)
        try:
            self._behave(connection)
        except (OSError, ValueError):
            pass  # the other side went away, which is what some tests are about
        finally:
            connection.close()
            self.closed.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stopping.set()
        # A connection wakes the accepting thread, which ends because of the flag.
        socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE).close()
        self._threads[0].join(_PATIENCE)
        self._listener.close()
        for sock in self._sockets:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed already
        for thread in self._threads:
            thread.join(_PATIENCE)


def respond_with(respond: Respond) -> Behaviour:
    """Return a behaviour that responds to every request until the client closes."""

    def behave(connection: Connection) -> None:
        while (received := connection.receive()) is not None:
            connection.send(as_bytes(respond(received)))

    return behave


def as_bytes(response: HttpResponse) -> bytes:
    """Return a response as bytes."""
    return head(response.status, response.headers, len(response.content)) + response.content


def head(status: int, headers: Iterable[tuple[str, str]], length: int) -> bytes:
    """Return the status line and headers of a response with a body of this length."""
    lines = [f"HTTP/1.1 {status} Any", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, f"content-length: {length}", "", ""]).encode("latin-1")
