"""Serve a WSGI application on a loopback port, in background threads.

It must not know the application. werkzeug's `make_server` exits the process if the port is in use
and leaves connection threads running; this server binds its sockets first and closes open
connections at the end.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from typing import TYPE_CHECKING

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from clerk_core._compat import Self
from clerk_core.errors import ConfigurationError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")

_POLL_INTERVAL = 0.02
_JOIN_TIMEOUT = 5.0
_ATTEMPTS = 20
_NO_SUCH_FAMILY = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
_ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104


def is_loopback_name(host: str) -> bool:
    """Return whether a host to listen on is a loopback address."""
    return host == "localhost" or host in LOOPBACK_ADDRESSES


class LoopbackServer:
    """A WSGI server that runs in background threads until `close`; a context manager.

    The server accepts connections as soon as it is constructed. A loopback host is served on both
    127.0.0.1 and ::1, because clients resolve `localhost` to either.

    Args:
        app: The WSGI application.
        host: The address to listen on.
        port: The port to listen on; 0 selects a free port.

    Attributes:
        url: The base URL of the server.

    Raises:
        ConfigurationError: The address is in use or cannot be bound.
    """

    def __init__(self, app: WSGIApplication, host: str = "127.0.0.1", port: int = 0) -> None:
        loopback = is_loopback_name(host)
        listening = listen(LOOPBACK_ADDRESSES if loopback else (host,), port)
        self._servers = [_Server(bound, app) for bound in listening]
        name = "localhost" if loopback or host in _ANY_ADDRESS else _bracketed(host)
        self.url: str = f"http://{name}:{self._servers[0].port}"
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
        """Stop listening, close open connections and wait for the threads."""
        for server, thread in zip(self._servers, self._threads, strict=True):
            if thread.is_alive():
                server.shutdown()
                server.drop_connections()
                thread.join(_JOIN_TIMEOUT)


class _Handler(WSGIRequestHandler):
    """A handler without an access log, because query strings may contain credentials."""

    # With Nagle's algorithm, a response body waits about 40 ms for the ACK of its headers.
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: object) -> None:
        """Discard the log message."""


class _Server(ThreadedWSGIServer):
    """A server that tracks its open connections, so that `close` leaves no thread running."""

    def __init__(self, bound: socket.socket, app: WSGIApplication) -> None:
        self._connections: dict[threading.Thread, socket.socket] = {}
        host, port = bound.getsockname()[:2]
        # Pass a bound socket: if werkzeug binds and the port is in use, it exits the process.
        with bound:
            super().__init__(host, port, app, _Handler, fd=bound.fileno())

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        """Handle the connection in a new thread."""
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
        """Close open connections, such as the idle connections of a browser."""
        for thread, connection in list(self._connections.items()):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(_JOIN_TIMEOUT)


def listen(addresses: tuple[str, ...], port: int) -> list[socket.socket]:
    """Return a listening socket for each address, all on the same port.

    Args:
        addresses: IP addresses. Those after the first are skipped if the machine lacks them.
        port: The port; 0 selects a free port.

    Raises:
        ConfigurationError: An address is in use or cannot be bound.
    """
    for _ in range(_ATTEMPTS):
        opened: list[socket.socket] = []
        address = addresses[0]
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
        f"({error.strerror or error}). Choose another port, or 0 for a free one.",
        code="local-address-unusable",
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
