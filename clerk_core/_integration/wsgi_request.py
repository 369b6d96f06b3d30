"""Requests of WSGI environs (PEP 3333). It decides nothing, and imports no server."""

from __future__ import annotations

from collections.abc import Mapping

from clerk_core._authentication.request.host import without_forwarded
from clerk_core._authentication.steps.memory import (
    HEADER_USES,
    HeaderUse,
    RecallKey,
    is_usual_query,
)
from clerk_core._integration.urls import quoted_path, received_request, server_host
from clerk_core._messages import Headers, Request

# werkzeug's ProxyFix was here: the environ already has the URL that the browser requested, by the
# rules of the operator.
PROXY_FIX = "werkzeug.proxy_fix.orig"


def _environ_names(*uses: HeaderUse) -> tuple[str, ...]:
    names = [name for name, use in HEADER_USES.items() if use in uses]
    return tuple(f"HTTP_{name.upper().replace('-', '_')}" for name in names)


_KEPT = _environ_names(HeaderUse.CREDENTIALS, HeaderUse.HOST)
_NAVIGATION = _environ_names(HeaderUse.NAVIGATION)


def request_from_environ(environ: Mapping[str, object]) -> Request:
    """Return the request of a WSGI environ."""
    headers = Headers.of_text(
        (key[5:].replace("_", "-").lower(), str(value))
        for key, value in environ.items()
        if key.startswith("HTTP_")
    )
    if PROXY_FIX in environ:
        headers = without_forwarded(headers)
    # PEP 3333: the path is unquoted, its bytes decoded as Latin-1.
    path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}".encode("latin-1")
    return received_request(
        str(environ.get("REQUEST_METHOD", "GET")),
        str(environ.get("wsgi.url_scheme", "http")),
        quoted_path(path),
        str(environ.get("QUERY_STRING", "")),
        headers,
        server_host(environ.get("SERVER_NAME"), environ.get("SERVER_PORT")),
    )


def with_body_headers(request: Request, environ: Mapping[str, object]) -> Request:
    """Return a request with the headers of its body, which WSGI separates from the others."""
    names = (("content-type", "CONTENT_TYPE"), ("content-length", "CONTENT_LENGTH"))
    added = [(name, str(environ[key])) for name, key in names if environ.get(key)]
    coding = request.headers.get("transfer-encoding")
    if coding is not None and not environ.get("wsgi.input_terminated"):
        # The server cannot show where the body ends; see `forwarding`.
        added.append(("transfer-encoding", "unknown"))
    return Request.received(
        request.method, request.url, Headers.of_text([*request.headers, *added])
    )


def recall_key_of_environ(environ: Mapping[str, object]) -> RecallKey | None:
    """Return the key of a remembered result; None for a request that is never remembered."""
    get = environ.get
    if "HTTP_UPGRADE" in environ or "HTTP_SEC_WEBSOCKET_KEY" in environ:
        return None
    if not is_usual_query(str(get("QUERY_STRING", ""))):
        return None
    kept = (get("wsgi.url_scheme"), PROXY_FIX in environ, *map(get, _KEPT))
    has_credentials = "HTTP_AUTHORIZATION" in environ or "HTTP_COOKIE" in environ
    if not has_credentials:
        kept += (get("REQUEST_METHOD"), *map(get, _NAVIGATION))
    referer = get("HTTP_REFERER")
    return RecallKey(kept, None if referer is None else str(referer), has_credentials)
