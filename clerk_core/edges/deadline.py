"""One deadline for everything that a call does on its connection, however slowly bytes drip in.

httpx and httpcore limit each wait alone, and a peer that sends a byte now and then is never late. A
network backend of httpcore that knows the deadline of the calling thread's call is.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import TypeAlias

import httpcore

_SocketOption: TypeAlias = (
    "tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]"
)


class Deadline(threading.local):
    """When the call of this thread has to be over; a connection serves one call at a time."""

    _at = float("inf")

    def set(self, seconds: float) -> None:
        """Begin a call that may take so long."""
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left; raises `httpcore.ReadTimeout` when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left


class DeadlineBackend(httpcore.NetworkBackend):
    """Connects like httpcore's own backend, and takes the time from the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._backend = httpcore.SyncBackend()
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers, all within the time that is left.

        How long the resolver takes is up to the system; what it takes is taken from the rest.
        """
        last: Exception = httpcore.ConnectError("the name has no address")
        for address in self._addresses(host, port):
            left = self._deadline.left()
            try:
                stream = self._backend.connect_tcp(
                    address, port, left, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
            else:
                return _Stream(stream, self._deadline)
        raise last

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            self._deadline.left()
            raise httpcore.ConnectError(type(error).__name__) from None
        return list(dict.fromkeys(str(address[0]) for *_, address in found))


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _Stream(stream, self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
