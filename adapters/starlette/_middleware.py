"""The middleware that installs Clerk in Starlette, and what happens when the application starts."""

from __future__ import annotations

from functools import partial

from clerk_core import AsgiMiddleware
from clerk_core._compat import Unpack
from clerk_core._integration.guards import warn_of_unguarded
from clerk_core._integration.installation import AsyncInstallOptions
from clerk_core.asgi import ASGIApp, Receive, Scope, Send
from clerk_core.starlette._routes import endpoints_of


class ClerkMiddleware:
    """Knows who opens each connection, and adds to each response what Clerk needs there.

    Options are those of `clerk_core`; the application does not start when a key is missing.
    """

    def __init__(self, app: ASGIApp, **options: Unpack[AsyncInstallOptions]) -> None:
        self._has_started = False
        try:
            self._app: ASGIApp = AsgiMiddleware(app, **options)
        except Exception as error:
            # Starlette makes its middlewares when the server asks for the lifespan, where servers
            # take an exception for the answer of an application that has none, and serve it.
            self._app = partial(fail, error)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a connection."""
        if not self._has_started:
            self._has_started = True
            warn_of_unguarded(endpoints_of(scope.get("app")))
        await self._app(scope, receive, send)


async def fail(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every connection with an error, so that an application does not start."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.failed", "message": str(error)})
    # Else it would keep what every request before was made of.
    raise error.with_traceback(None)
