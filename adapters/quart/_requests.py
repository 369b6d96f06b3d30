"""The object of the current request of Quart, and its responses translated to those of Quart."""

from __future__ import annotations

from typing import cast

from quart import Response, has_request_context, has_websocket_context, request, websocket
from werkzeug.datastructures import Headers

from clerk_core import Response as ClerkResponse
from clerk_core import asgi
from clerk_core.adapters import AsyncRequestAuth

INSTALL = "clerk_core.quart.install(app)"


def request_auth() -> AsyncRequestAuth:
    """Return the object of the current request or WebSocket, set by the middleware."""
    # Both exist if the view of a WebSocket sends a request to its own application.
    is_websocket = has_websocket_context() and not has_request_context()
    connection = websocket if is_websocket else request
    return asgi.request_auth(cast("asgi.Scope", connection.scope), INSTALL)


def to_response(response: ClerkResponse) -> Response:
    """Return a response of `clerk_core` as one of Quart."""
    return Response(response.content, response.status, Headers(list(response.headers)))
