"""Merge and complete the headers of a response, as lists of pairs."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_core._messages import Response

# Fields that allow caches to store a response. Targeted fields (RFC 9213) such as CDN-Cache-Control
# are recognized by the end of their names.
_CACHE_FIELDS = ("cache-control", "edge-control", "expires", "surrogate-control", "x-accel-expires")
_TARGETED = "-cache-control"


def merge_headers(
    own: Iterable[tuple[str, str]], added: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the headers of an application's response with those of this library added.

    If a cookie is set, the response gets `cache-control: no-store` (RFC 9111, 5.2.2.5) in place of
    the application's caching headers, because the cookie belongs to one visitor.

    Args:
        own: The headers of the application. Names may repeat.
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
    """Return the headers of a response with the length of its body, which a 204 must not have."""
    if response.status == 204:
        return list(response.headers)
    return [*response.headers, ("content-length", str(len(response.content)))]
