"""Clerk for aiohttp: call `install(app)`, then `auth(request)` in handlers.

This package translates between aiohttp and `clerk_core`, and decides nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import TypeAlias

from aiohttp import web

from clerk_core.adapters import (
    AsyncInstallation,
    AsyncInstallOptions,
    Unpack,
    check_type,
    opens_websocket,
    warn_of_unguarded,
)
from clerk_core.aiohttp._endpoints import answer_from_endpoints
from clerk_core.aiohttp._functions import (
    auth,
    clerk_client,
    clerk_context,
    create_organization_url,
    current_organization,
    current_user,
    organization_profile_url,
    redirect_to_sign_in,
    redirect_to_sign_up,
    redirect_to_tasks,
    sign_in_url,
    sign_out,
    sign_up_url,
    tasks_url,
    user_profile_url,
    waitlist_url,
)
from clerk_core.aiohttp._guards import protect, require_auth
from clerk_core.aiohttp._messages import (
    hide_token,
    key_of,
    place_after_remotes,
    to_request,
    to_response,
)
from clerk_core.aiohttp._requests import CLERK, store
from clerk_core.aiohttp._webhooks import webhook_view

__all__ = [
    "CLERK",
    "auth",
    "clerk_client",
    "clerk_context",
    "create_organization_url",
    "current_organization",
    "current_user",
    "install",
    "organization_profile_url",
    "protect",
    "redirect_to_sign_in",
    "redirect_to_sign_up",
    "redirect_to_tasks",
    "require_auth",
    "sign_in_url",
    "sign_out",
    "sign_up_url",
    "tasks_url",
    "user_profile_url",
    "waitlist_url",
    "webhook_view",
]

_Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


def install(app: web.Application, **options: Unpack[AsyncInstallOptions]) -> None:
    """Install Clerk in an application and its sub-applications, except those with their own.

    Args:
        app: The application.
        options: The options of `clerk_core`; missing ones are read from the environment.

    Raises:
        ConfigurationError: A key is missing, or an option is invalid.
    """
    check_type("install(app): app", app, web.Application)
    installation = AsyncInstallation(**options)
    if CLERK not in app:
        # Before guards of the application, but after what knows which proxies to trust.
        app.middlewares.insert(place_after_remotes(app), _middleware)
        app.cleanup_ctx.insert(0, _closing)
    app[CLERK] = installation


@web.middleware
async def _middleware(request: web.Request, handler: _Handler) -> web.StreamResponse:
    installation = request.app[CLERK]
    if installation.endpoints is not None:
        proxied = await answer_from_endpoints(installation, request)
        if proxied is not None:
            return proxied
    key = key_of(request)
    if recalled := installation.recall(key, partial(to_request, request)):
        store(request, recalled)
        return await handler(request)
    received = to_request(request)
    if opens_websocket(received):
        found, subprotocol = await installation.authenticate_websocket(received)
        store(request, found, subprotocol)
        return await handler(hide_token(request, subprotocol) if subprotocol else request)
    found = await installation.request_auth(received, key)
    store(request, found)
    return await handler(request) if found.redirect is None else to_response(found.redirect)


async def _closing(app: web.Application) -> AsyncIterator[None]:
    warn_of_unguarded(route.handler for route in app.router.routes())
    yield
    await app[CLERK].close()
