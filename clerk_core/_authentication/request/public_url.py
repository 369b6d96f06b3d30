"""The URL that the browser asked for, seen through the proxies before the application.

It reads the forwarding headers and knows nothing of what the URL is needed for. URLs are parsed by
the WHATWG rules (ada-url, the parser of Node.js), so browsers and `@clerk/backend` see the same.
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

    The first value of `x-forwarded-proto` and of `x-forwarded-host` (or `host`) replace the scheme
    and the host that the server saw. Path and query stay as they are.
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
    # Set one by one: whatever the path begins with, it stays a path of this host.
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
    """Return whether an `Origin` header names the origin of this public URL.

    A proxy that terminates TLS may not say so: https of the same host is the same. A page without
    TLS never counts as one with it.
    """
    return url is not None and origin in (url.origin, f"https://{url.host}")


def without_query(url: URL, names: Iterable[str]) -> str:
    """Return the URL without these query parameters."""
    if not url.search:
        return url.href
    query = URLSearchParams(url.search)
    for name in names:
        query.delete(name)
    changed = URL(url.href)
    changed.search = str(query)
    return changed.href


def with_query(url: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return a serialized URL with these parameters at the end of its query."""
    return _with_query(url, pairs, URLSearchParams.append)


def with_query_set(url: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return a serialized URL in which each of these parameters has this value only."""
    return _with_query(url, pairs, URLSearchParams.set)


def _with_query(
    url: str,
    pairs: Sequence[tuple[str, str]],
    put: Callable[[URLSearchParams, str, str], None],
) -> str:
    added = "&".join(map(_form_encoded, pairs))
    if added and "?" not in url and "#" not in url:
        return f"{url}?{added}"
    changed = URL(url)
    query = URLSearchParams(changed.search)
    for name, value in pairs:
        put(query, name, _encodable(value))
    changed.search = str(query)
    return changed.href


def _form_encoded(pair: tuple[str, str]) -> str:
    """Return one parameter as the WHATWG serializes it: https://url.spec.whatwg.org/#urlencoded."""
    name, value = pair
    return f"{_quoted(name)}={_quoted(value)}"


def _quoted(text: str) -> str:
    if _UNRESERVED.fullmatch(text):
        return text
    return quote_plus(_encodable(text), safe="*").replace("~", "%7E")


def _encodable(value: str) -> str:
    # A server that could not decode a header may have left lone surrogates in it.
    return value.encode("utf-8", "replace").decode("utf-8")
