"""Make requests from the parts that servers provide. It knows neither WSGI nor ASGI."""

from __future__ import annotations

import re
from urllib.parse import quote

from clerk_core._authentication.request.host import is_host
from clerk_core._messages import Headers, Request

# Characters of a path that need no quoting (RFC 3986, 3.3).
_PATH_CHARACTERS = "/:@!$&'()*+,;=~"
# RFC 9112, 3.2.2.
_ABSOLUTE_FORM = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#]*)", re.IGNORECASE)


def quoted_path(path: bytes) -> str:
    """Return a path with all other characters percent-encoded."""
    return quote(path, safe=_PATH_CHARACTERS)


def server_host(name: object, port: object) -> str:
    """Return the host and port of a server, or `localhost` for a Unix socket, which has no port."""
    if not port:
        return "localhost"
    return f"[{name}]:{port}" if ":" in str(name) else f"{name}:{port}"


def received_request(
    method: str, scheme: str, path: str, query: str, headers: Headers, server: str = "localhost"
) -> Request:
    """Return the request that a server has received.

    Args:
        method: The method.
        scheme: The scheme of the URL, according to the server or a middleware around the
            application.
        path: The path, percent-encoded.
        query: The query, without a question mark.
        headers: The headers.
        server: The server's own host and port, for requests whose Host header is missing or
            malformed: no other text is ever part of a URL.
    """
    named = headers.get("host") or ""
    host = named if is_host(named) else server if is_host(server) else "localhost"
    if path and path[0] != "/":
        # Otherwise it would be parsed as part of the host.
        path = f"/{path}"
    url = f"{scheme}://{host}{path}"
    return Request.received(method, f"{url}?{query}" if query else url, headers)


def headers_with_target(headers: Headers, target: str) -> Headers:
    """Return the headers, with a second Host if the request target has a different one.

    Host and an absolute target must agree (RFC 9112, 3.2). If they differ, applications may use
    either, so the request is treated like one with two Host headers.

    Args:
        headers: The headers of the request.
        target: The request target, as in the request line.
    """
    found = _ABSOLUTE_FORM.match(target)
    if found is None or found[1].lower() == (headers.get("host") or "").lower():
        return headers
    return Headers.of_text([*headers, ("host", found[1])])
