"""Clerk for aiohttp: call `install(app)`, then `auth(request)` in handlers.

This module translates between aiohttp and `clerk_core`, and decides nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial, wraps
from typing import Any, Final, ParamSpec, TypeAlias, overload

from aiohttp import web

from clerk_core.adapters import (
    AsyncConnectionFunctions,
    AsyncInstallation,
    AsyncInstallOptions,
    AsyncTemplateFunctions,
    Requirement,
    Unpack,
    check_type,
    guard_view,
    opens_websocket,
    warn_of_unguarded,
)
from clerk_core.aiohttp._messages import (
    hide_token,
    key_of,
    place_after_remotes,
    to_request,
    to_response,
)
from clerk_core.aiohttp._requests import CLERK, request_auth, store

__all__ = [
    "CLERK",
    "auth",
    "clerk_client",
    "clerk_context",
    "current_user",
    "install",
    "redirect_to_sign_in",
    "require_auth",
]

P = ParamSpec("P")
_Handler: TypeAlias = Callable[P, Awaitable[web.StreamResponse]]


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
async def _middleware(request: web.Request, handler: _Handler[[web.Request]]) -> web.StreamResponse:
    installation, key = request.app[CLERK], key_of(request)
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


_functions = AsyncConnectionFunctions(request_auth)
auth: Final = _functions.auth
current_user: Final = _functions.current_user
clerk_client: Final = _functions.clerk_client


async def clerk_context(request: web.Request) -> dict[str, Any]:
    """Return `clerk` for templates: a context processor of aiohttp-jinja2."""
    return {"clerk": AsyncTemplateFunctions(partial(request_auth, request))}


def redirect_to_sign_in(request: web.Request, return_back_url: str | None = None) -> web.Response:
    """Return a redirect to the sign-in page, which leads back to `return_back_url` or this URL."""
    return to_response(request_auth(request).redirect_to_sign_in(return_back_url))


@overload
def require_auth(handler: _Handler[P], /) -> _Handler[P]: ...
@overload
def require_auth(**required: Unpack[Requirement]) -> Callable[[_Handler[P]], _Handler[P]]: ...
def require_auth(handler: _Handler[...] | None = None, /, **required: Unpack[Requirement]) -> Any:
    """Admit signed-in users only, or with requirements: `@require_auth(role="org:admin")`.

    Put it below the route decorator. API clients get a JSON 401 or 403, browsers are redirected to
    sign in.

    Args:
        handler: A coroutine function, a method or a class of views.
        required: `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: A requirement is malformed.
    """
    return guard_view(_guard, handler, required)


def _guard(handler: _Handler[...], required: Requirement) -> _Handler[...]:
    # Other attributes of a class are not copied to the function.
    @wraps(handler, updated=())
    async def guarded(*args: Any) -> web.StreamResponse:
        # A method has the request as an attribute of its view, other handlers as an argument.
        request = args[-1].request if isinstance(args[-1], web.View) else args[-1]
        refused = await request_auth(request).refuse(**required)
        return await handler(*args) if refused is None else to_response(refused)

    return guarded
