"""Any WSGI application on a port of this machine, in threads of its own.

It may not know what the application answers. werkzeug's `make_server` ends the process where a port
is taken and leaves threads behind; this binds first and drops what is open at the end.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from typing import TYPE_CHECKING

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from clerk_core.words.compat import Self
from clerk_core.words.errors import ConfigurationError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")

_POLL_INTERVAL = 0.02
_JOIN_TIMEOUT = 5.0
_ATTEMPTS = 20
_NO_SUCH_FAMILY = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
_ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104


def is_loopback_name(host: str) -> bool:
    """Whether a host to listen on is this machine's own."""
    return host == "localhost" or host in LOOPBACK_ADDRESSES


class LoopbackServer:
    """Serves `app` from when it is made until `close`; a context manager. `url` is where.

    Port 0 takes a free one. A loopback host is served on 127.0.0.1 and ::1 alike, because a client
    may take `localhost` for either. Raises `ConfigurationError` for an address that is taken.
    """

    def __init__(self, app: WSGIApplication, host: str = "127.0.0.1", port: int = 0) -> None:
        loopback = is_loopback_name(host)
        listening = listen(LOOPBACK_ADDRESSES if loopback else (host,), port)
        self._servers = [_Server(bound, app) for bound in listening]
        name = "localhost" if loopback or host in _ANY_ADDRESS else _bracketed(host)
        self.url = f"http://{name}:{self._servers[0].port}"
        self._threads = [
            threading.Thread(
                target=server.serve_forever,
                args=(_POLL_INTERVAL,),
                name="loopback-server",
                daemon=True,
            )
            for server in self._servers
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    def close(self) -> None:
        """Stop listening, drop the connections and wait for the threads."""
        for server, thread in zip(self._servers, self._threads, strict=True):
            if thread.is_alive():
                server.shutdown()
                server.drop_connections()
                thread.join(_JOIN_TIMEOUT)


class _Handler(WSGIRequestHandler):
    """Writes no log: werkzeug's has whole request lines, whose query may hold a credential."""

    # Without this the body of an answer waits for the acknowledgement of its head, some 40 ms.
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: object) -> None:
        """Write nothing."""


class _Server(ThreadedWSGIServer):
    """A server that knows its open connections, so that closing it leaves no thread behind."""

    def __init__(self, bound: socket.socket, app: WSGIApplication) -> None:
        self._connections: dict[threading.Thread, socket.socket] = {}
        host, port = bound.getsockname()[:2]
        # A socket bound elsewhere: where werkzeug binds and the port is taken, it ends the process.
        with bound:
            super().__init__(host, port, app, _Handler, fd=bound.fileno())

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        """Answer the connection in a thread."""
        thread = threading.Thread(
            target=self._serve_connection,
            args=(request, client_address),
            name="loopback-connection",
            daemon=True,
        )
        self._connections[thread] = request
        thread.start()

    def _serve_connection(self, request: socket.socket, client_address: str) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            self._connections.pop(threading.current_thread())

    def drop_connections(self) -> None:
        """End what is open, such as a connection that a browser holds in reserve."""
        for thread, connection in list(self._connections.items()):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(_JOIN_TIMEOUT)


def listen(addresses: tuple[str, ...], port: int) -> list[socket.socket]:
    """A listening socket for each address, all on one port; addresses after the first may lack.

    Port 0 takes a free one. Raises `ConfigurationError` for an address that is taken.
    """
    for _ in range(_ATTEMPTS):
        opened: list[socket.socket] = []
        try:
            for address in addresses:
                family = socket.AF_INET6 if ":" in address else socket.AF_INET
                chosen = opened[0].getsockname()[1] if opened else port
                opened.append(socket.create_server((address, chosen), family=family))
        except OSError as error:
            if opened and error.errno in _NO_SUCH_FAMILY:
                return opened
            for bound in opened:
                bound.close()
            if port == 0 and error.errno == errno.EADDRINUSE:
                continue
            raise _cannot_listen(address, port, error) from None
        return opened
    raise _cannot_listen(addresses[-1], port, OSError("no port is free"))


def _cannot_listen(address: str, port: int, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"The local server cannot listen on {_bracketed(address)}:{port} "
        f"({error.strerror or error}). Choose another port, or 0 for any that is free.",
        code="local-address-unusable",
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
