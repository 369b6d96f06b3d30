"""Parse and check redirect URLs, with the URL parser of browsers (WHATWG).

Only loopback hosts are accepted, to prevent open redirects. It must not know the store or HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping

from ada_url import URL

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def is_loopback(hostname: str) -> bool:
    """Return whether this host is a loopback name; IPv6 addresses are in brackets."""
    return hostname in _LOOPBACK


def read_return_url(text: str) -> URL | None:
    """Return the URL if it is an http or https URL on a loopback host, otherwise None."""
    try:
        url = URL(text)
    except ValueError:
        return None
    if url.protocol not in ("http:", "https:") or not is_loopback(url.hostname):
        return None
    return url


def with_parameter(url: URL, name: str, value: str) -> str:
    """Return the URL with this query parameter set and everything else unchanged."""
    kept = [
        part
        for part in url.search.removeprefix("?").split("&")
        if part and part.partition("=")[0] != name
    ]
    changed = URL(url.href)
    changed.search = "&".join([*kept, f"{name}={value}"])
    return str(changed.href)


def with_parameters(text: str, parameters: Mapping[str, str]) -> str:
    """Return the URL with these query parameters set and everything else unchanged."""
    for name, value in parameters.items():
        text = with_parameter(URL(text), name, value)
    return text
