"""Install Clerk around the whole application: its routes, its error pages, its CORS middleware.

A middleware of Litestar would see requests of known routes only.
"""

# Litestar leaves out arguments of types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, cast

from litestar import Litestar

from clerk_core import AsgiMiddleware
from clerk_core.adapters import AsyncInstallOptions, AsyncTemplateFunctions, Unpack, check_type
from clerk_core.asgi import ASGIApp, Receive, Scope, Send
from clerk_core.litestar._refusals import Refused, answer, answering_refusals
from clerk_core.litestar._requests import auth_of_scope

# For templates, whose globals do not know the request.
_scope: ContextVar[Any] = ContextVar("scope")


def install(app: Litestar, **options: Unpack[AsyncInstallOptions]) -> None:
    """Install Clerk in an application that exists already, without dependencies and OpenAPI.

    `Litestar(plugins=[ClerkPlugin()])` provides these, too. Without it, a handler must not have
    parameters of the types of this package, such as `SignedIn | None`: Litestar would read them
    from the query, which a visitor writes.

    Args:
        app: The application.
        options: The options of `clerk_core`. An option that is left out is read from the
            environment.

    Raises:
        ConfigurationError: A key is missing, or an option is invalid.
    """
    check_type("install(app): app", app, Litestar)
    middleware = wrap(app, **options)
    app.exception_handlers = {Refused: answer, **app.exception_handlers}
    app.on_shutdown.append(middleware.close)


def wrap(app: Litestar, **options: Unpack[AsyncInstallOptions]) -> AsgiMiddleware:
    """Put the middleware around an application, and `clerk` into its Jinja templates."""
    # The same ASGI, whose messages Litestar types one by one.
    own = cast("ASGIApp", app.asgi_handler)
    middleware = AsgiMiddleware(_Application(own), **options)
    app.asgi_handler = cast("Any", middleware)
    # The environment of Jinja; the engine of Mako has no such attribute.
    engine = cast("Any", app).template_engine
    shared: Any = getattr(getattr(engine, "engine", None), "globals", None)
    if isinstance(shared, dict):
        shared["clerk"] = AsyncTemplateFunctions(lambda: auth_of_scope(_scope.get({})))
    return middleware


class _Application:
    """The application inside of the middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a connection."""
        if scope["type"] == "websocket":
            send = answering_refusals(scope, send)
        before = _scope.set(scope)
        try:
            await self._app(scope, receive, send)
        finally:
            _scope.reset(before)
