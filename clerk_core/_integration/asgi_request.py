"""Requests of ASGI scopes. It decides nothing, and imports no server."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from clerk_core._authentication.request.host import names_host_as_forwarded, without_forwarded
from clerk_core._authentication.steps.memory import RecallKey
from clerk_core._integration.asgi_types import Scope
from clerk_core._integration.recall_key import recall_key
from clerk_core._integration.urls import quoted_path, received_request, server_host
from clerk_core._messages import Headers, Request


def request_from_scope(scope: Scope) -> Request:
    """Return the request of an ASGI scope. The URL of a WebSocket has the scheme http or https."""
    pairs = decoded(scope["headers"])
    scheme = scope.get("scheme") or "http"
    if scheme in ("ws", "wss"):
        scheme = "https" if scheme == "wss" else "http"
    headers = Headers.of_text(pairs)
    if pairs and pairs[-1][0] == "host" and names_host_as_forwarded(headers):
        # Hypercorn's ProxyFixMiddleware was here: the scope already has the URL that the browser
        # requested, by the rules of the operator.
        headers = without_forwarded(headers)
    if scope["type"] == "websocket":
        headers = _with_subprotocols(scope, headers)
    return received_request(
        scope.get("method", "GET"),
        scheme,
        _path(scope),
        scope.get("query_string", b"").decode("latin-1"),
        headers,
        server_host(*(scope.get("server") or ("localhost", None))),
    )


def _with_subprotocols(scope: Scope, headers: Headers) -> Headers:
    # Some servers remove the offered subprotocols from the headers.
    offered: Iterable[str] = scope.get("subprotocols") or ()
    name = "sec-websocket-protocol"
    if not offered or headers.get(name) is not None:
        return headers
    return Headers.of_text([*headers, (name, ", ".join(offered))])


def _path(scope: Scope) -> str:
    raw: bytes | None = scope.get("raw_path")
    if raw and raw.isascii() and b"?" not in raw and b"#" not in raw:
        # As the client sent it: decoding and encoding again could change it.
        path = raw.decode()
    else:
        path = quoted_path(_as_bytes(scope["path"]))
    root = _as_bytes(scope.get("root_path") or "").rstrip(b"/")
    # Servers and proxies differ in whether the path begins with where the application is mounted.
    if not root or (unquote_to_bytes(path) + b"/").startswith(root + b"/"):
        return path
    return quoted_path(root) + path


def _as_bytes(text: str) -> bytes:
    # A server may have decoded bytes that are not UTF-8 to lone surrogates.
    return text.encode("utf-8", "surrogateescape")


def decoded(pairs: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]


def recall_key_of_scope(scope: Scope) -> RecallKey | None:
    """Return the key of a remembered result; None for a request that is never remembered."""
    if scope["type"] != "http":
        return None
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    # Where the Host is the last header, a proxy middleware may have put it there.
    place = scope.get("scheme"), bool(headers) and headers[-1][0] == b"host"
    return recall_key(scope["method"], place, scope.get("query_string", b""), headers)
