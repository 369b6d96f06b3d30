"""Define HTTP messages as immutable values.

`Request` and `Response` are exchanged between the browser and the application, `HttpRequest` and
`HttpResponse` between flows and Clerk. Their reprs show no header values, query strings or bodies,
because these may contain credentials.
"""

from __future__ import annotations

import re

from clerk_core._cache_policy import CachePolicy
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
        method: The method, in upper case.
        url: The absolute URL as the server received it. Headers of proxies are applied later.
        headers: A mapping or pairs of `str`. Decode bytes as Latin-1.

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
        """Return a request without checking the arguments, for those that a server provides."""
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
    """A request to Clerk that a flow yields.

    `timeout`, `flight`, `may_repeat`, `cache_policy` and `route` are ignored by comparisons.

    Args:
        method: The method, in upper case.
        url: The absolute URL.
        headers: A mapping or pairs of `str`.
        content: The body.
        timeout: The deadline in seconds, including retries; None for that of the sender.
        flight: The flight of a request that several flows share. Drivers send it once for all.
        may_repeat: Whether the sender may retry the request if that is safe.
        cache_policy: How the response may be shared through a cache; None not to share it.
        route: The path with names in place of identifiers, for observers.
    """

    __slots__ = (
        "cache_policy",
        "content",
        "flight",
        "headers",
        "may_repeat",
        "method",
        "route",
        "timeout",
        "url",
    )

    method: str
    url: str
    headers: Headers
    content: bytes
    timeout: float | None
    flight: Flight | None
    may_repeat: bool
    cache_policy: CachePolicy | None
    route: str

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
        cache_policy: CachePolicy | None = None,
        route: str = "",
    ) -> None:
        put = object.__setattr__
        put(self, "method", method)
        put(self, "url", url)
        put(self, "headers", headers if isinstance(headers, Headers) else Headers(headers))
        put(self, "content", content)
        put(self, "timeout", timeout)
        put(self, "flight", flight)
        put(self, "may_repeat", may_repeat)
        put(self, "cache_policy", cache_policy)
        put(self, "route", route)

    def within(
        self,
        timeout: float | None,
        flight: Flight | None,
        may_repeat: bool,
        cache_policy: CachePolicy | None = None,
        route: str | None = None,
    ) -> HttpRequest:
        """Return the request with other values of `timeout` and all that follow it."""
        return HttpRequest(
            self.method,
            self.url,
            self.headers,
            self.content,
            timeout=timeout,
            flight=flight,
            may_repeat=may_repeat,
            cache_policy=cache_policy,
            route=self.route if route is None else route,
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
    """The response of Clerk to an `HttpRequest`.

    Args:
        status: The status code.
        headers: A mapping or pairs of `str`.
        content: The complete body.
    """

    __slots__ = ()


class Response(_Response):
    """A response to send in place of the application's.

    Args:
        status: The status code.
        headers: A mapping or pairs of `str`.
        content: The complete body.
    """

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
            "url must be absolute, such as 'https://example.com/path': add scheme and host before "
            "the path"
        )
