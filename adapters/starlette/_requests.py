"""The object of a request or WebSocket, which the middleware has put into its scope."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from clerk_core import asgi
from clerk_core.adapters import AsyncRequestAuth, check_type


def request_auth(request: HTTPConnection) -> AsyncRequestAuth:
    """Return the `AsyncRequestAuth` of a request or WebSocket, set by the middleware."""
    check_type("request", request, HTTPConnection)
    return asgi.request_auth(
        request.scope,
        "app.add_middleware(ClerkMiddleware), or in FastAPI clerk_core.fastapi.install(app)",
    )
