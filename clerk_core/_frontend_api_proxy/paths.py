"""Decide which paths are forwarded, without decoding or normalizing them."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

DEFAULT_PATH = "/__clerk"
"""The default path of the proxy, as in Clerk's own SDKs."""

# The first segments of the paths of the Frontend API, and of its scripts.
_FIRST_SEGMENTS = ("v1", "npm", "api_keys", "oauth", ".well-known")
# RFC 3986, 3.3.
_SEGMENT = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+")
# RFC 9112, 3.2, but for characters that browsers do not encode.
_QUERY = re.compile(r"(?:\?[!-\"$-~]*)?")
# An upstream that decodes these characters would get another path.
_FORBIDDEN = re.compile(rb"[/\\%\x00-\x1f\x7f]")


def split_target(url: str) -> tuple[str, str]:
    """Return the path of an absolute URL, and its query with the question mark."""
    _, _, after_scheme = url.partition("://")
    target = after_scheme[after_scheme.find("/") :] if "/" in after_scheme else "/"
    path, mark, query = target.partition("?")
    return path, mark + query


def path_below(path: str, base: str) -> str | None:
    """Return the part of a path below `base`, empty for `base` itself; None for other paths."""
    if not path.startswith(base):
        return None
    below = path[len(base) :]
    return below if below[:1] in ("", "/") else None


def is_proxy_path(path: str) -> bool:
    """Return whether a path of the application can be that of the proxy."""
    return path.startswith("/") and all(map(_is_plain, path.split("/")[1:]))


def path_of(url: str) -> str:
    """Return the path of a URL or a path, without a slash at the end."""
    path = url if url.startswith("/") else split_target(url)[0]
    return path.rstrip("/")


def is_frontend_api_path(path: str) -> bool:
    """Return whether a path belongs to the Frontend API. It must begin with a slash."""
    segments = path.split("/")[1:]
    return segments[:1] != [] and segments[0] in _FIRST_SEGMENTS and all(map(_is_plain, segments))


def is_query(query: str) -> bool:
    """Return whether a query, with its question mark, can be sent as it is."""
    return _QUERY.fullmatch(query) is not None


def _is_plain(segment: str) -> bool:
    if not _SEGMENT.fullmatch(segment):
        return False
    decoded = unquote_to_bytes(segment)
    return decoded not in (b".", b"..") and not _FORBIDDEN.search(decoded)
