"""The HTTP messages that the library reads and writes, all frozen.

`Request` is what the application received, and `Response` what it answers. `HttpRequest` is what a
flow wants sent to Clerk, and `HttpResponse` what came back. Nothing here performs I/O, and no repr
shows a header value, a query string or a body: each may contain a credential.
"""

from __future__ import annotations

import re

from clerk_core._flight import Flight
from clerk_core._frozen import FrozenValue
from clerk_core._headers import Headers, HeaderSource

__all__ = ["HeaderSource", "Headers", "HttpRequest", "HttpResponse", "Request", "Response"]

_ABSOLUTE = re.compile("https?://", re.IGNORECASE)


def _without_query(url: str) -> str:
    return url.partition("?")[0]


class Request(FrozenValue):
    """A request as the application received it.

    Args:
        method: The method, in upper case as in the request line.
        url: The absolute URL as the server saw it. Proxies are read from the headers.
        headers: A mapping or pairs of `str`; bytes of a header are decoded as Latin-1.

    Raises:
        TypeError: An argument is of another type.
        ValueError: The method is not in upper case, or the URL not absolute.
    """

    __slots__ = ("headers", "method", "url")

    method: str
    url: str
    headers: Headers

    def __init__(self, method: str, url: str, headers: HeaderSource = ()) -> None:
        _check_method(method)
        _check_url(url)
        self._set(method, url, headers if isinstance(headers, Headers) else Headers(headers))

    @classmethod
    def received(cls, method: str, url: str, headers: Headers) -> Request:
        """Return the request that a server received, as it came: nothing is checked."""
        request: Request = object.__new__(cls)
        request._set(method, url, headers)
        return request

    def _set(self, method: str, url: str, headers: Headers) -> None:
        put = object.__setattr__
        put(self, "method", method)
        put(self, "url", url)
        put(self, "headers", headers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Request) and _parts(self) == _parts(other)

    def __hash__(self) -> int:
        return hash(_parts(self))

    def __repr__(self) -> str:
        return f"Request({self.method} {_without_query(self.url)})"


class HttpRequest(FrozenValue):
    """A request that a flow wants sent to Clerk.

    `timeout` is the total number of seconds it may take, None for the sender's own limit.
    `flight` marks a request that several flows share; the drivers send it once for all of them.
    `may_repeat` lets the sender repeat it where that is safe (see `_api/retries.py`); a flow with
    rules of its own about that leaves it out. These three are not compared.
    """

    __slots__ = ("content", "flight", "headers", "may_repeat", "method", "timeout", "url")

    method: str
    url: str
    headers: Headers
    content: bytes
    timeout: float | None
    flight: Flight | None
    may_repeat: bool

    def __init__(
        self,
        method: str,
        url: str,
        headers: HeaderSource = (),
        content: bytes = b"",
        *,
        timeout: float | None = None,
        flight: Flight | None = None,
        may_repeat: bool = False,
    ) -> None:
        put = object.__setattr__
        put(self, "method", method)
        put(self, "url", url)
        put(self, "headers", headers if isinstance(headers, Headers) else Headers(headers))
        put(self, "content", content)
        put(self, "timeout", timeout)
        put(self, "flight", flight)
        put(self, "may_repeat", may_repeat)

    def within(self, timeout: float | None, flight: Flight | None, may_repeat: bool) -> HttpRequest:
        """Return the same request with a time limit, a flight to share, and leave to repeat it."""
        return HttpRequest(
            self.method,
            self.url,
            self.headers,
            self.content,
            timeout=timeout,
            flight=flight,
            may_repeat=may_repeat,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, HttpRequest):
            return NotImplemented
        return _parts(self) == _parts(other) and self.content == other.content

    def __hash__(self) -> int:
        return hash((_parts(self), self.content))

    def __repr__(self) -> str:
        return f"HttpRequest({self.method} {_without_query(self.url)})"


class _Response(FrozenValue):
    __slots__ = ("content", "headers", "status")

    status: int
    headers: Headers
    content: bytes

    def __init__(self, status: int, headers: HeaderSource = (), content: bytes = b"") -> None:
        put = object.__setattr__
        put(self, "status", status)
        put(self, "headers", headers if isinstance(headers, Headers) else Headers(headers))
        put(self, "content", content)

    def _key(self) -> tuple[int, Headers, bytes]:
        return self.status, self.headers, self.content

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.status}, {len(self.content)} bytes)"


class HttpResponse(_Response):
    """What came back from Clerk for an `HttpRequest`: a status, header pairs and the whole body."""

    __slots__ = ()


class Response(_Response):
    """What to answer in place of the application: a status, header pairs and the whole body."""

    __slots__ = ()


def _parts(request: Request | HttpRequest) -> tuple[str, str, Headers]:
    return request.method, request.url, request.headers


def _check_method(method: object) -> None:
    if not isinstance(method, str):
        raise TypeError(f"method must be a str such as 'GET', not {type(method).__name__}")
    if not method or method != method.upper():
        raise ValueError(f"method must be in upper case, such as 'GET', not {method!r}")


def _check_url(url: object) -> None:
    if not isinstance(url, str):
        raise TypeError(
            f"url must be a str such as 'https://example.com/path', not {type(url).__name__}"
        )
    if not _ABSOLUTE.match(url):
        raise ValueError(
            "url must be absolute, such as 'https://example.com/path': put the scheme and the host "
            "in front of the path"
        )
