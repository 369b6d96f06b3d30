"""The middleware that installs Clerk in Starlette."""

from __future__ import annotations

from functools import partial

from clerk_core.adapters import AsyncInstallOptions, Unpack, endpoints_of, warn_of_unguarded
from clerk_core.asgi import ASGIApp, AsgiMiddleware, Receive, Scope, Send, fail_startup


class ClerkMiddleware:
    """Authenticates each request and WebSocket, and adds Clerk's headers to each response.

    The application does not start when a key is missing.

    Args:
        app: The application.
        options: The options of `clerk_core`. An option that is left out is read from the
            environment.
    """

    def __init__(self, app: ASGIApp, **options: Unpack[AsyncInstallOptions]) -> None:
        self._has_started = False
        try:
            self._app: ASGIApp = AsgiMiddleware(app, **options)
        except Exception as error:
            # Starlette makes its middlewares when the server starts the lifespan.
            self._app = partial(fail_startup, error)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a connection."""
        if not self._has_started:
            self._has_started = True
            warn_of_unguarded(endpoints_of(scope.get("app")))
        await self._app(scope, receive, send)
