"""The application of the adapter contract in Django: both servers, with both kinds of views."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler

from clerk_core.adapters import AsyncInstallation
from clerk_core.asgi import ASGIApp, Receive, Scope, Send
from clerk_core.django.apps import clerk_config
from clerk_core.testing.contract import AsgiSite, WsgiSite
from tests.adapters.django_project import CLERK, overridden

Views: TypeAlias = Literal["sync_views", "async_views"]
_PROJECT = "tests.adapters.django_project"


def build_wsgi(views: Views, **options: Any) -> WsgiSite:
    with overridden(*_middleware(views), **options):
        handler, installation = WSGIHandler(), clerk_config().installation
    return WsgiSite(handler, installation.close)


def build_asgi(views: Views, **options: Any) -> AsgiSite:
    with overridden(*_middleware(views), **options):
        handler, installation = ASGIHandler(), clerk_config().async_installation
    return AsgiSite(closing_at_the_end(handler, installation))


def closing_at_the_end(app: Any, installation: AsyncInstallation) -> ASGIApp:
    """Add the lifespan, which Django does not have, to an application."""

    async def with_lifespan(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await installation.close()
        await send({"type": "lifespan.shutdown.complete"})

    return with_lifespan


def _middleware(views: Views) -> list[str]:
    return [f"{_PROJECT}.use_{views}", CLERK, f"{_PROJECT}.sync_views.answer_refused"]
