"""Where a browser may be sent back to, read exactly as a browser reads it.

Pure. Only this machine is ever a destination: anything else would be an open redirect.
"""

from __future__ import annotations

from ada_url import URL

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def is_loopback(hostname: str) -> bool:
    """Whether this host, an IPv6 address in brackets, is this machine."""
    return hostname in _LOOPBACK


def read_return_url(text: str) -> URL | None:
    """The URL, if it is one on this machine by http or https; None otherwise."""
    try:
        url = URL(text)
    except ValueError:
        return None
    if url.protocol not in ("http:", "https:") or not is_loopback(url.hostname):
        return None
    return url


def with_parameter(url: URL, name: str, value: str) -> str:
    """The URL with this query parameter, replacing one of that name; the rest stays as it is."""
    kept = [
        part
        for part in url.search.removeprefix("?").split("&")
        if part and part.partition("=")[0] != name
    ]
    answer = URL(url.href)
    answer.search = "&".join([*kept, f"{name}={value}"])
    return str(answer.href)
