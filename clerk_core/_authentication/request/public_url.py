"""Determine the URL that the browser requested, from the headers that proxies add.

URLs are parsed by the WHATWG rules (ada-url, the parser of Node.js), as browsers and
`@clerk/backend` do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote_plus

from ada_url import URL, URLSearchParams

from clerk_core._authentication.request.host import forwarded_host, forwarded_scheme, has_valid_host
from clerk_core._messages import Request

_UNRESERVED = re.compile("[A-Za-z0-9*._-]*")


def public_url(request: Request) -> URL | None:
    """Return the URL that the browser requested; None if a host or the URL is malformed.

    Scheme and host are the first values of `x-forwarded-proto` and of `x-forwarded-host` (or
    `host`). Path and query are those that the server received.
    """
    seen = parse_url(request.url) if has_valid_host(request) else None
    if seen is None:
        return None
    scheme, host = forwarded_scheme(request.headers), forwarded_host(request.headers)
    scheme = seen.protocol.rstrip(":") if scheme is None else scheme
    host = request.headers.get("host") if host is None else host
    origin = f"{scheme}://{host}"
    if not (scheme and host) or origin == seen.origin:
        return seen
    public = parse_url(origin) if scheme.lower() in ("http", "https") else None
    if public is None:
        return seen
    # Set separately, so that a path such as `//other.example` cannot change the host.
    public.pathname, public.search, public.hash = seen.pathname, seen.search, ""
    return public


def parse_url(text: str) -> URL | None:
    """Parse an absolute http or https URL; return None for anything else."""
    try:
        url = URL(text)
    except ValueError:
        return None
    return url if url.protocol in ("http:", "https:") else None


def is_own_origin(origin: str, url: URL | None) -> bool:
    """Return whether the value of an `Origin` header is the origin of a public URL.

    An https origin also matches an http URL of the same host, because a proxy that terminates TLS
    may not report it. An http origin never matches an https URL.

    Args:
        origin: The value of the header.
        url: The public URL of the request.
    """
    return url is not None and origin in (url.origin, f"https://{url.host}")


def without_query(url: URL, names: Iterable[str]) -> str:
    """Return the serialized URL without these query parameters."""
    if not url.search:
        return url.href
    query = URLSearchParams(url.search)
    for name in names:
        query.delete(name)
    changed = URL(url.href)
    changed.search = str(query)
    return changed.href


def with_query(url: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return a serialized URL with these parameters appended to its query."""
    return _with_query(url, pairs, URLSearchParams.append)


def with_query_set(url: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return a serialized URL with these parameters, replacing parameters of the same names."""
    return _with_query(url, pairs, URLSearchParams.set)


def _with_query(
    url: str,
    pairs: Sequence[tuple[str, str]],
    put: Callable[[URLSearchParams, str, str], None],
) -> str:
    added = "&".join(map(_form_encode, pairs))
    if added and "?" not in url and "#" not in url:
        return f"{url}?{added}"
    changed = URL(url)
    query = URLSearchParams(changed.search)
    for name, value in pairs:
        put(query, name, _encodable(value))
    changed.search = str(query)
    return changed.href


def _form_encode(pair: tuple[str, str]) -> str:
    """Serialize one parameter by the WHATWG rules: https://url.spec.whatwg.org/#urlencoded."""
    name, value = pair
    return f"{_quote(name)}={_quote(value)}"


def _quote(text: str) -> str:
    if _UNRESERVED.fullmatch(text):
        return text
    return quote_plus(_encodable(text), safe="*").replace("~", "%7E")


def _encodable(value: str) -> str:
    # A header that a server could not decode may contain lone surrogates.
    return value.encode("utf-8", "replace").decode("utf-8")
