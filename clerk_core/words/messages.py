"""The HTTP messages that the library reads and writes, all frozen.

`Request` is what a browser or a caller sent to the application. `HttpRequest` is what a flow wants
sent to Clerk, and `HttpResponse` what came back. Nothing here knows how a byte travels, and no repr
shows a header value, a query string or a body: each may hold a credential.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from clerk_core.words.flight import Flight

_SPACE = " \t"


class Headers:
    """Header fields in the order they came, duplicates kept, names in any case (RFC 9110, 5.1).

    Made from pairs. Iterating gives the pairs as they came; `get` joins the values of one name.
    """

    __slots__ = ("_combined", "_pairs")

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._pairs = tuple(pairs)
        self._combined: dict[str, str] | None = None

    def get(self, name: str) -> str | None:
        """The values of `name` joined as one; None if it is not there.

        They are joined with a comma (RFC 9110, 5.3), cookies with a semicolon (RFC 9113, 8.2.3).
        """
        if self._combined is None:
            self._combined = self._combine()
        value = self._combined.get(name) or self._combined.get(name.lower())
        # White space around a value is no part of it (RFC 9110, 5.5).
        return value.strip(_SPACE) if value else value

    def get_all(self, name: str) -> list[str]:
        """Every value of `name` in order: for fields such as `set-cookie`."""
        return [value for key, value in self._pairs if key.lower() == name.lower()]

    def _combine(self) -> dict[str, str]:
        combined: dict[str, str] = {}
        for key, value in self._pairs:
            name = key.lower()
            if name in combined:
                between = "; " if name == "cookie" else ", "
                combined[name] = combined[name].strip(_SPACE) + between + value.strip(_SPACE)
            else:
                combined[name] = value
        return combined

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._pairs == other._pairs

    def __hash__(self) -> int:
        return hash(self._pairs)

    def __repr__(self) -> str:
        return f"Headers({', '.join(name for name, _ in self._pairs)})"


def _as_headers(pairs: Iterable[tuple[str, str]]) -> Headers:
    return pairs if isinstance(pairs, Headers) else Headers(pairs)


def _without_query(url: str) -> str:
    return url.partition("?")[0]


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Request:
    """A request as the application received it.

    `method` is in upper case, `url` absolute as the server saw it (proxies are read from the
    headers, not from here), `headers` pairs of text (bytes of a header decoded as Latin-1).
    """

    method: str
    url: str
    headers: Headers

    def __init__(self, method: str, url: str, headers: Iterable[tuple[str, str]] = ()) -> None:
        put = object.__setattr__
        put(self, "method", method)
        put(self, "url", url)
        put(self, "headers", _as_headers(headers))

    def __repr__(self) -> str:
        return f"Request({self.method} {_without_query(self.url)})"


@dataclass(frozen=True, slots=True, init=False, repr=False)
class HttpRequest:
    """A request that a flow wants sent to Clerk.

    `timeout` is the total number of seconds it may take, None for the sender's own limit.
    `flight` marks a request that several flows share; the drivers send it once for all of them.
    `may_repeat` lets the sender repeat it where that is safe (see `backend.retries`); a flow with
    rules of its own about that leaves it out.
    """

    method: str
    url: str
    headers: Headers
    content: bytes
    timeout: float | None = field(compare=False)
    flight: Flight | None = field(compare=False)
    may_repeat: bool = field(compare=False)

    def __init__(
        self,
        method: str,
        url: str,
        headers: Iterable[tuple[str, str]] = (),
        content: bytes = b"",
        *,
        timeout: float | None = None,
        flight: Flight | None = None,
        may_repeat: bool = False,
    ) -> None:
        put = object.__setattr__
        put(self, "method", method)
        put(self, "url", url)
        put(self, "headers", _as_headers(headers))
        put(self, "content", content)
        put(self, "timeout", timeout)
        put(self, "flight", flight)
        put(self, "may_repeat", may_repeat)

    def within(self, timeout: float | None, flight: Flight | None, may_repeat: bool) -> HttpRequest:
        """The same request, limited to so many seconds, shared with others, sent once or more."""
        return HttpRequest(
            self.method,
            self.url,
            self.headers,
            self.content,
            timeout=timeout,
            flight=flight,
            may_repeat=may_repeat,
        )

    def __repr__(self) -> str:
        return f"HttpRequest({self.method} {_without_query(self.url)})"


@dataclass(frozen=True, slots=True, init=False, repr=False)
class HttpResponse:
    """What came back for an `HttpRequest`: a status, header pairs and the whole body."""

    status: int
    headers: Headers
    content: bytes

    def __init__(
        self, status: int, headers: Iterable[tuple[str, str]] = (), content: bytes = b""
    ) -> None:
        put = object.__setattr__
        put(self, "status", status)
        put(self, "headers", _as_headers(headers))
        put(self, "content", content)

    def __repr__(self) -> str:
        return f"HttpResponse({self.status}, {len(self.content)} bytes)"
