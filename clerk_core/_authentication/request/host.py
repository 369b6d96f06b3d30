"""Validate the host of a request.

Parsers disagree about malformed hosts: in `a.example:80@b.example`, a URL parser finds b.example,
but code that splits at the colon finds a.example. Applications distinguish tenants by the host, so
requests with a malformed host are not authenticated.
"""

from __future__ import annotations

import re

from clerk_core._headers import Headers
from clerk_core._messages import Request

# RFC 9110, 7.2: the host and the port of RFC 3986, 3.2.2. Registered names are limited to the
# characters of DNS names (RFC 1123, 2.1) and the underscore, which container networks use. A
# comma-separated list of hosts does not match.
# A port has 16 bits (RFC 9293, 3.1). URL parsers reject higher numbers.
_PORT = "[0-5]?[0-9]{0,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
_HOST = rf"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(?:{_PORT}))?"
_WHOLE = re.compile(_HOST)
_URL = re.compile(rf"https?://({_HOST})(?:[/?#]|\Z)", re.IGNORECASE)

FORWARDED = frozenset(("x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"))
"""The headers in which proxies report the URL that the browser requested."""


def is_host(text: str) -> bool:
    """Return whether a string is a host with an optional port."""
    return _WHOLE.fullmatch(text) is not None


def has_valid_host(request: Request) -> bool:
    """Return whether the URL, the Host and the forwarded host are each a valid host or absent."""
    host, forwarded = request.headers.get("host"), forwarded_host(request.headers)
    return (
        (not host or is_host(host))
        and (not forwarded or is_host(forwarded))
        and _URL.match(request.url) is not None
    )


def forwarded_host(headers: Headers) -> str | None:
    """Return the host that the browser requested, as reported by proxies; None without proxies.

    With several proxies, the value of the first one is used, which is next to the browser. The
    forwarded port is used if a server or middleware has already put both into the Host.
    """
    host = _first(headers.get("x-forwarded-host"))
    if not host:
        return host
    port = _first(headers.get("x-forwarded-port"))
    with_port = f"{host}:{port}"
    return with_port if port and headers.get("host") == with_port else host


def forwarded_scheme(headers: Headers) -> str | None:
    """Return the scheme that the browser used, as reported by proxies; None without proxies."""
    return _first(headers.get("x-forwarded-proto"))


def _first(value: str | None) -> str | None:
    # RFC 9110, 5.6.1: commas of a list may be surrounded by white space.
    return None if value is None else value.partition(",")[0].strip(" \t")


def names_host_as_forwarded(headers: Headers) -> bool:
    """Return whether the Host is one of the hosts that proxies reported."""
    host = headers.get("host")
    forwarded = (headers.get("x-forwarded-host") or "").split(",")
    # RFC 7239, 4: a host with a port is quoted.
    elements = re.split("[;,]", (headers.get("forwarded") or "").replace('"', ""))
    named = [one.strip(" \t").removeprefix("host=") for one in (*forwarded, *elements)]
    return bool(host) and host in named


def without_forwarded(headers: Headers, host: str | None = None) -> Headers:
    """Return the headers without those of proxies.

    Args:
        headers: The headers of a request.
        host: A new value of the Host header, or None to keep it.
    """
    left_out = FORWARDED if host is None else {"host", *FORWARDED}
    kept = [pair for pair in headers if pair[0].lower() not in left_out]
    return Headers.of_text(kept if host is None else [*kept, ("host", host)])


def with_one_host(request: Request) -> Request:
    """Return the request; if its host is malformed, with the host of its URL instead."""
    if has_valid_host(request):
        return request
    found = _URL.match(request.url)
    headers = without_forwarded(request.headers, found[1] if found else "")
    return Request.received(request.method, request.url, headers)
