"""The plugin of Litestar."""

# Litestar leaves out arguments of types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.plugins import base
from litestar.plugins.base import ReceiveRoutePlugin
from litestar.routes import BaseRoute, HTTPRoute

from clerk_core.adapters import AsyncInstallOptions, Unpack
from clerk_core.litestar._dependencies import dependencies
from clerk_core.litestar._installing import wrap
from clerk_core.litestar._openapi import OpenAPIDocument
from clerk_core.litestar._refusals import Refused, answer
from clerk_core.litestar._routes import guards_of

if TYPE_CHECKING:
    from litestar.plugins.base import InitPlugin
else:
    # Litestar before 2.15 has only the protocol.
    InitPlugin = getattr(base, "InitPlugin", base.InitPluginProtocol)


class ClerkPlugin(InitPlugin, ReceiveRoutePlugin):
    """Authenticates each request and WebSocket, and adds Clerk's headers to each response.

    It provides dependencies, such as `signed_in: SignedIn`, `clerk` in Jinja templates, and the
    security requirements of guarded handlers in the OpenAPI document. The application does not
    start when a key is missing.

    Args:
        options: The options of `clerk_core`. An option that is left out is read from the
            environment.
    """

    def __init__(self, **options: Unpack[AsyncInstallOptions]) -> None:
        self._options = options
        self._document = OpenAPIDocument()

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Add Clerk to the configuration of an application."""
        app_config.lifespan.insert(0, self._installed)
        app_config.exception_handlers = {Refused: answer, **app_config.exception_handlers}
        app_config.dependencies = {**dependencies(), **app_config.dependencies}
        if app_config.openapi_config is not None:
            app_config.openapi_config = self._document.configure(app_config.openapi_config)
        return app_config

    def receive_route(self, route: BaseRoute) -> None:
        """Check the guards of a route, and add them to the OpenAPI document."""
        handlers: list[Any] = getattr(route, "route_handlers", None) or [
            cast("Any", route).route_handler
        ]
        for handler in handlers:
            guards = guards_of(handler)
            if guards and isinstance(route, HTTPRoute):
                self._document.add(handler, guards)

    @asynccontextmanager
    async def _installed(self, app: Litestar) -> AsyncGenerator[None, None]:
        # Litestar makes its own handler after all plugins have been asked.
        own = app.asgi_handler
        middleware = wrap(app, **self._options)
        try:
            yield
        finally:
            app.asgi_handler = own
            await middleware.close()
