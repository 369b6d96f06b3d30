"""The object of a request or WebSocket, which the middleware has put into its scope."""

from __future__ import annotations

from typing import Any, TypeAlias, cast

from litestar.connection import ASGIConnection
from litestar.types import Scope

from clerk_core import asgi
from clerk_core.adapters import AsyncRequestAuth, check_type

Connection: TypeAlias = ASGIConnection[Any, Any, Any, Any]
"""A request or a WebSocket."""

_INSTALL = (
    "Litestar(plugins=[ClerkPlugin()]), which takes effect when the server starts the lifespan, or "
    "without lifespan clerk_core.litestar.install(app)"
)


def request_auth(request: Connection) -> AsyncRequestAuth:
    """Return the `AsyncRequestAuth` of a request or WebSocket, set by the middleware."""
    check_type("request", request, ASGIConnection)
    return auth_of_scope(request.scope)


def auth_of_scope(scope: Scope) -> AsyncRequestAuth:
    """Return the `AsyncRequestAuth` in a scope."""
    # The same scope, which Litestar types key by key.
    return asgi.request_auth(cast("asgi.Scope", scope), _INSTALL)
