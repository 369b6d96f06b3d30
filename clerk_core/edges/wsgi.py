"""Read a WSGI environ as a `Request` (PEP 3333). It imports no framework and no server."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from clerk_core.words.messages import Request

# What may stand in a path as it is (RFC 3986, 3.3).
_PATH_CHARACTERS = "/:@!$&'()*+,;=~"


def request_from_environ(environ: Mapping[str, object]) -> Request:
    """The request of a WSGI environ, its URL as the server saw it."""
    headers = [
        (key[5:].replace("_", "-").lower(), str(value))
        for key, value in environ.items()
        if key.startswith("HTTP_")
    ]
    return Request(str(environ.get("REQUEST_METHOD", "GET")), _url(environ), headers)


def _url(environ: Mapping[str, object]) -> str:
    host = environ.get("HTTP_HOST") or f"{environ.get('SERVER_NAME')}:{environ.get('SERVER_PORT')}"
    # PEP 3333: the path is text that stands for bytes, unquoted.
    path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}".encode("latin-1")
    if path and not path.startswith(b"/"):
        # Or it would be read as a part of the host.
        path = b"/" + path
    query = environ.get("QUERY_STRING")
    url = f"{environ.get('wsgi.url_scheme', 'http')}://{host}{quote(path, safe=_PATH_CHARACTERS)}"
    return f"{url}?{query}" if query else url
