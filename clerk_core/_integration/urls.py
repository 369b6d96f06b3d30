"""Make a request from what servers say of it. It knows no server's protocol."""

from __future__ import annotations

import re
from urllib.parse import quote

from clerk_core._authentication.request.host import is_host
from clerk_core._messages import Headers, Request

# What may stand in a path as it is (RFC 3986, 3.3).
_PATH_CHARACTERS = "/:@!$&'()*+,;=~"
# RFC 9112, 3.2.2.
_ABSOLUTE_FORM = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#]*)", re.IGNORECASE)


def quoted_path(path: bytes) -> str:
    """A path as it stands in a URL."""
    return quote(path, safe=_PATH_CHARACTERS)


def server_host(name: object, port: object) -> str:
    """What stands for the host header of a request that has none; a Unix socket has no port."""
    if not port:
        return "localhost"
    return f"[{name}]:{port}" if ":" in str(name) else f"{name}:{port}"


def received_request(
    method: str, scheme: str, path: str, query: str, headers: Headers, server: str = "localhost"
) -> Request:
    """Return the request that a server has received.

    Args:
        method: The method, as it came.
        scheme: The scheme that the server, or a middleware in front, says the URL has.
        path: The path, quoted.
        query: The query, without a question mark.
        headers: The headers, as they came.
        server: The server's own host and port. The URL has it where the Host is missing or is no
            host: no other text is ever written into a URL.
    """
    named = headers.get("host") or ""
    host = named if is_host(named) else server if is_host(server) else "localhost"
    if path and path[0] != "/":
        # Or it would be read as a part of the host.
        path = f"/{path}"
    url = f"{scheme}://{host}{path}"
    return Request.received(method, f"{url}?{query}" if query else url, headers)


def headers_with_target(headers: Headers, target: str) -> Headers:
    """Return the headers with a second Host where the request target names another host.

    A client has to send the host of an absolute target as the Host, too (RFC 9112, 3.2). Where they
    differ, applications read the one or the other, so the request is as malformed as with two.
    """
    found = _ABSOLUTE_FORM.match(target)
    if found is None or found[1].lower() == (headers.get("host") or "").lower():
        return headers
    return Headers.of_text([*headers, ("host", found[1])])
