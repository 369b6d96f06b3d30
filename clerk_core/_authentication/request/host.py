"""Which host a request names, and whether it is one at all.

A Host that is not a host with an optional port reads differently for each reader: of
`a.example:80@b.example`, a URL makes b.example, and who cuts at the colon a.example. Tenants are
told apart by the host, so such a request is not read at all.
"""

from __future__ import annotations

import re

from clerk_core._headers import Headers
from clerk_core._messages import Request

# RFC 9110, 7.2: the host and the port of RFC 3986, 3.2.2. Of a registered name only what names in
# the DNS are made of (RFC 1123, 2.1), and the underscore that container networks use; so several
# hosts in one line are none.
# A port has 16 bits (RFC 9293, 3.1): of another, URL parsers make an error.
_PORT = "[0-5]?[0-9]{0,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
_HOST = rf"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(?:{_PORT}))?"
_WHOLE = re.compile(_HOST)
_URL = re.compile(rf"https?://({_HOST})(?:[/?#]|\Z)", re.IGNORECASE)

FORWARDED = frozenset(("x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"))
"""The headers in which proxies say which URL the browser asked for."""


def is_host(text: str) -> bool:
    """Return whether a text is a host with an optional port."""
    return _WHOLE.fullmatch(text) is not None


def has_valid_host(request: Request) -> bool:
    """Return whether the URL, the Host and the forwarded host each name one host, or are absent."""
    host, forwarded = request.headers.get("host"), forwarded_host(request.headers)
    return (
        (not host or is_host(host))
        and (not forwarded or is_host(forwarded))
        and _URL.match(request.url) is not None
    )


def forwarded_host(headers: Headers) -> str | None:
    """Return the host that the browser requested, as proxies report it; None without proxies.

    Of several proxies the first counts, the one next to the browser. The forwarded port counts
    where a server or a middleware has put both into the Host already.
    """
    host = _first(headers.get("x-forwarded-host"))
    if not host:
        return host
    port = _first(headers.get("x-forwarded-port"))
    with_port = f"{host}:{port}"
    return with_port if port and headers.get("host") == with_port else host


def forwarded_scheme(headers: Headers) -> str | None:
    """Return the scheme that the browser used, as proxies report it; None without proxies."""
    return _first(headers.get("x-forwarded-proto"))


def _first(value: str | None) -> str | None:
    # RFC 9110, 5.6.1: white space may stand around the commas of a list.
    return None if value is None else value.partition(",")[0].strip(" \t")


def names_host_as_forwarded(headers: Headers) -> bool:
    """Return whether the Host is one of the hosts that proxies report."""
    host = headers.get("host")
    forwarded = (headers.get("x-forwarded-host") or "").split(",")
    # RFC 7239, 4: a host with a port is quoted.
    elements = re.split("[;,]", (headers.get("forwarded") or "").replace('"', ""))
    named = [one.strip(" \t").removeprefix("host=") for one in (*forwarded, *elements)]
    return bool(host) and host in named


def without_forwarded(headers: Headers, host: str | None = None) -> Headers:
    """Return the headers without those of proxies, and with another Host where one is given."""
    left_out = FORWARDED if host is None else {"host", *FORWARDED}
    kept = [pair for pair in headers if pair[0].lower() not in left_out]
    return Headers.of_text(kept if host is None else [*kept, ("host", host)])


def with_one_host(request: Request) -> Request:
    """Return a request of which every reader sees the same host, that of its URL if need be."""
    if has_valid_host(request):
        return request
    found = _URL.match(request.url)
    headers = without_forwarded(request.headers, found[1] if found else "")
    return Request.received(request.method, request.url, headers)
