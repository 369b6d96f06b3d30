"""Requests and responses of aiohttp, translated to and from those of `clerk_core`."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from clerk_core import AsyncRequestAuth, Headers, Request
from clerk_core import Response as ClerkResponse
from clerk_core.adapters import (
    RecallKey,
    headers_with_target,
    recall_key,
    received_request,
    without_forwarded,
    without_token,
)


def to_request(request: web.Request) -> Request:
    """Return the request, with the URL that the server or a middleware for proxies saw."""
    headers = Headers.of_text(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers
    )
    headers = headers_with_target(headers, request.raw_path)
    if _differs_from_connection(request):
        headers = without_forwarded(headers, request.host)
    path, query = request.rel_url.raw_path, request.rel_url.raw_query_string
    return received_request(request.method, request.scheme, path, query, headers)


def key_of(request: web.Request) -> RecallKey | None:
    """Return what a remembered result is found by; None where the request is never remembered."""
    if not request.raw_path.startswith("/"):
        return None
    headers = [(name.lower(), value) for name, value in request.raw_headers]
    is_proxied = _differs_from_connection(request)
    place = request.scheme, request.host if is_proxied else None
    query = request.rel_url.raw_query_string.encode("utf-8", "surrogateescape")
    return recall_key(request.method, place, query, headers)


def to_response(response: ClerkResponse) -> web.Response:
    """Return the response."""
    return web.Response(body=response.content, status=response.status, headers=response.headers)


def add_headers(request: web.Request, found: AsyncRequestAuth, subprotocol: str | None) -> None:
    """Add the headers of a request, and its subprotocol, to the response when it is written."""
    write = request.writer.write_headers

    # Not in `on_response_prepare`: the application may send the response object again, and later
    # receivers could let caches store a response that sets a visitor's cookie.
    async def write_headers(status_line: str, headers: CIMultiDict[str]) -> None:
        if found.headers or subprotocol:
            headers = CIMultiDict(found.merge_headers(headers.items()))
        if subprotocol:
            # A browser that offers subprotocols closes the connection if none is accepted.
            headers.setdefault("sec-websocket-protocol", subprotocol)
        await write(status_line, headers)

    request.writer.write_headers = write_headers  # type: ignore[method-assign]


def hide_token(request: web.Request, subprotocol: str) -> web.Request:
    """Return the request of a WebSocket without its token, as aiohttp logs all subprotocols."""
    headers, name = request.headers.copy(), "sec-websocket-protocol"
    headers[name] = without_token(", ".join(headers.getall(name)), subprotocol)
    return request.clone(headers=headers)


def _differs_from_connection(request: web.Request) -> bool:
    """Return whether a middleware for proxies has changed the client or the URL of the request.

    aiohttp-remotes does so, which aiohttp's documentation recommends.
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
    """Return the first index among the middlewares after those of aiohttp-remotes."""
    places = [
        place
        for place, middleware in enumerate(app.middlewares, 1)
        if getattr(middleware, "__module__", "").partition(".")[0] == "aiohttp_remotes"
    ]
    return max(places, default=0)
