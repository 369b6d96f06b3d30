"""The headers of a response as a server sends them. Pure: from header pairs to header pairs."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_core._messages import Response

# Fields that allow caches to store a response, beside targeted fields, whose names end like that of
# RFC 9213 does, CDN-Cache-Control.
_CACHE_FIELDS = ("cache-control", "edge-control", "expires", "surrogate-control", "x-accel-expires")
_TARGETED = "-cache-control"


def merge_headers(
    own: Iterable[tuple[str, str]], added: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the headers of an application's response with those of this library added.

    A response that sets a cookie of the visitor is of no use to anybody else: no cache may store it
    (RFC 9111, 5.2.2.5), whatever the application says.

    Args:
        own: The headers that the application gave, each name as often as it likes.
        added: The headers of the request's state.
    """
    own, added = list(own), list(added)
    if any(name.lower() == "set-cookie" for name, _ in added):
        own = [pair for pair in own if not _allows_caching(pair[0].lower())]
        own.append(("cache-control", "private, no-store"))
    return own + added


def _allows_caching(name: str) -> bool:
    return name in _CACHE_FIELDS or name.endswith(_TARGETED)


def headers_with_length(response: Response) -> list[tuple[str, str]]:
    """Return the headers of a response of this library, with the length of its body.

    A 204 has none (RFC 9110, 8.6).
    """
    if response.status == 204:
        return list(response.headers)
    return [*response.headers, ("content-length", str(len(response.content)))]
