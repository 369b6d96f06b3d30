"""Limit the total time of a call with one deadline for all operations on its connection.

httpx and httpcore limit each wait separately, so a peer that sends a byte now and then never times
out. Therefore the time-outs of a request are `Deadline` objects. httpcore passes them unchanged to
the network backend, so it knows the deadline of its call without thread-local variables, which
greenlets would share.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from itertools import zip_longest
from typing import TypeAlias

import httpcore

_SocketOption: TypeAlias = (
    "tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]"
)

# RFC 8305, 5: the recommended Connection Attempt Delay, in seconds.
_ATTEMPT_DELAY = 0.25


class Deadline(float):
    """A time-out in seconds that starts when the object is created."""

    __slots__ = ("_at",)

    _at: float

    def __new__(cls, seconds: float) -> Deadline:
        """Return a deadline this many seconds from now."""
        made = super().__new__(cls, seconds)
        made._at = time.monotonic() + seconds
        return made

    def left(self) -> float:
        """Return the remaining seconds.

        Raises:
            httpcore.ReadTimeout: the deadline has passed.
        """
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left


def _deadline_of(timeout: float | None) -> Deadline:
    # Normally a Deadline already, because only senders use this backend.
    return timeout if isinstance(timeout, Deadline) else Deadline(timeout or 0.0)


class DeadlineBackend(httpcore.NetworkBackend):
    """A network backend that observes the deadline of a call."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that responds, within the deadline.

        As RFC 8305 recommends, the next address is tried if one does not respond within a fraction
        of a second. Parallel attempts would need threads, which some servers do not run. Instead,
        all addresses that did not respond are tried again, with twice the time in each round.

        Name resolution cannot be interrupted, but its time counts towards the deadline.
        """
        deadline = _deadline_of(timeout)
        addresses, attempt = _addresses(host, port, deadline), _ATTEMPT_DELAY
        last: Exception = httpcore.ConnectError("the name has no address")
        while addresses:
            silent: list[str] = []
            for address in addresses:
                limit = min(attempt, deadline.left()) if len(addresses) > 1 else deadline.left()
                try:
                    stream = self._backend.connect_tcp(
                        address, port, limit, local_address, socket_options
                    )
                except httpcore.ConnectTimeout as error:
                    silent.append(address)
                    last = error
                except httpcore.ConnectError as error:
                    last = error
                else:
                    return _Stream(stream, deadline)
            addresses, attempt = silent, attempt * 2
        raise last


def _addresses(host: str, port: int, deadline: Deadline) -> list[str]:
    """Resolve a name. Address families alternate, so that a broken one costs one attempt only."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        deadline.left()
        raise httpcore.ConnectError(type(error).__name__) from error
    families: dict[int, dict[str, None]] = {}
    for family, _, _, _, address in found:
        families.setdefault(family, {})[str(address[0])] = None
    turns = zip_longest(*families.values())
    return [address for turn in turns for address in turn if address is not None]


class _Stream(httpcore.NetworkStream):
    """A connection whose operations observe the deadline of the current call."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def _left(self, timeout: float | None) -> float:
        # An operation without a time-out belongs to the same call as the one before.
        if timeout is not None:
            self._deadline = _deadline_of(timeout)
        return self._deadline.left()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _Stream(stream, self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
