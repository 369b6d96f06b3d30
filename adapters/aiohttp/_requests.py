"""What a request of aiohttp says, also where a middleware has read the headers of proxies."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from clerk_core import Headers, Request
from clerk_core.adapters import (
    headers_with_target,
    received_request,
    without_forwarded,
    without_token,
)


def read(request: web.Request) -> Request:
    """Return the request, its URL as the server or the middleware saw it."""
    headers = Headers.of_text(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers
    )
    headers = headers_with_target(headers, request.raw_path)
    if _differs_from_connection(request):
        headers = without_forwarded(headers, request.host)
    path, query = request.rel_url.raw_path, request.rel_url.raw_query_string
    return received_request(request.method, request.scheme, path, query, headers)


def hide_token(request: web.Request, subprotocol: str) -> web.Request:
    """Return the request of a WebSocket without its token, as aiohttp logs all subprotocols."""
    headers, name = request.headers.copy(), "sec-websocket-protocol"
    headers[name] = without_token(", ".join(headers.getall(name)), subprotocol)
    return request.clone(headers=headers)


def _differs_from_connection(request: web.Request) -> bool:
    """Return whether a middleware has changed who asks, or for which URL.

    aiohttp-remotes does so by its operator's rule, and aiohttp's own documentation advises it.
    """
    transport, host = request.transport, request.headers.get("host")
    if transport is None or host is None or not request.raw_path.startswith("/"):
        return False
    peer: Any = transport.get_extra_info("peername")
    tls = transport.get_extra_info("sslcontext")
    remote: Any = peer[0] if type(peer) in (list, tuple) else request.remote
    shown = (request.remote, request.scheme, request.host)
    return shown != (remote, "https" if tls else "http", host)


def place_after_remotes(app: web.Application) -> int:
    """Return the first place among the middlewares behind those of aiohttp-remotes."""
    places = [
        place
        for place, middleware in enumerate(app.middlewares, 1)
        if getattr(middleware, "__module__", "").partition(".")[0] == "aiohttp_remotes"
    ]
    return max(places, default=0)
