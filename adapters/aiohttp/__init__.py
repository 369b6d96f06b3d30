"""Clerk for aiohttp: install with `install(app)`, then ask `auth(request)` in any handler.

It translates between aiohttp and `clerk_core` and decides nothing itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import wraps
from typing import Any, Final, ParamSpec, TypeAlias, overload

from aiohttp import web
from multidict import CIMultiDict

from clerk_core import Response as ClerkResponse
from clerk_core.adapters import (
    AsyncConnectionFunctions,
    AsyncInstallation,
    AsyncInstallOptions,
    AsyncRequestAuth,
    Requirement,
    Unpack,
    check_type,
    guard_view,
    not_installed,
    opens_websocket,
    warn_of_unguarded,
)
from clerk_core.aiohttp._requests import hide_token, place_after_remotes, read

__all__ = [
    "CLERK",
    "auth",
    "clerk_client",
    "current_user",
    "install",
    "redirect_to_sign_in",
    "require_auth",
]

P = ParamSpec("P")
_Handler: TypeAlias = Callable[P, Awaitable[web.StreamResponse]]

CLERK = web.AppKey("clerk", AsyncInstallation)
"""Where Clerk is in an application: `app[CLERK].client` is the client of the Backend API."""
# The visits of a request, by installation. Older versions of aiohttp have no typed keys for it.
_VISITS: Any = web.RequestKey("clerk", dict[Any, Any]) if hasattr(web, "RequestKey") else "clerk"


def install(app: web.Application, **options: Unpack[AsyncInstallOptions]) -> None:
    """Install Clerk in an application and its sub-applications, except those with their own.

    Args:
        app: The application.
        options: The options of `clerk_core`. An option that is left out is read from the
            environment.

    Raises:
        ConfigurationError: A key is missing, or an option is invalid.
    """
    check_type("install(app): app", app, web.Application)
    installation = AsyncInstallation(**options)
    if CLERK not in app:
        # First: an application's own guard must not stop a handshake on its way. And closed last.
        # But behind what knows which proxies to trust.
        app.middlewares.insert(place_after_remotes(app), _middleware)
        app.cleanup_ctx.insert(0, _closing)
    app[CLERK] = installation


@web.middleware
async def _middleware(request: web.Request, handler: _Handler[[web.Request]]) -> web.StreamResponse:
    installation = request.app[CLERK]
    asked = read(request)
    if opens_websocket(asked):
        visit, subprotocol = await installation.authenticate_websocket(asked)
        _keep(request, visit, subprotocol)
        return await handler(hide_token(request, subprotocol) if subprotocol else request)
    visit = await installation.request_auth(asked)
    _keep(request, visit)
    return await handler(request) if visit.redirect is None else _translated(visit.redirect)


def _keep(request: web.Request, visit: AsyncRequestAuth, subprotocol: str | None = None) -> None:
    request.setdefault(_VISITS, {})[request.app[CLERK]] = visit
    write = request.writer.write_headers

    # Not in `on_response_prepare`: the response is the application's own, and receivers after ours
    # could let caches store a response that sets a visitor's cookie.
    async def write_headers(status_line: str, headers: CIMultiDict[str]) -> None:
        merged = CIMultiDict(visit.merge_headers(headers.items()))
        if subprotocol:
            # A browser that offered any ends the connection where none is accepted.
            merged.setdefault("sec-websocket-protocol", subprotocol)
        await write(status_line, merged)

    request.writer.write_headers = write_headers  # type: ignore[method-assign]


async def _closing(app: web.Application) -> AsyncIterator[None]:
    warn_of_unguarded(route.handler for route in app.router.routes())
    yield
    await app[CLERK].close()


def _request_auth(request: web.Request) -> AsyncRequestAuth:
    check_type("request", request, web.BaseRequest)
    # The nearest: of the sub-application that is running, or of what it is mounted in.
    visit: AsyncRequestAuth | None = request.get(_VISITS, {}).get(request.config_dict.get(CLERK))
    if visit is None:
        raise not_installed("clerk_core.aiohttp.install(app)")
    return visit


_functions = AsyncConnectionFunctions(_request_auth)
auth: Final = _functions.auth
current_user: Final = _functions.current_user
clerk_client: Final = _functions.clerk_client


def redirect_to_sign_in(request: web.Request, return_back_url: str | None = None) -> web.Response:
    """Return a redirect to the sign-in page, which leads back to `return_back_url` or this URL."""
    return _translated(_request_auth(request).redirect_to_sign_in(return_back_url))


def _translated(response: ClerkResponse) -> web.Response:
    return web.Response(body=response.content, status=response.status, headers=response.headers)


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
    # What else a class has is no part of the function that stands for it.
    @wraps(handler, updated=())
    async def guarded(*args: Any) -> web.StreamResponse:
        # A method of a view has it as an attribute of the view, any other handler as its argument.
        request = args[-1].request if isinstance(args[-1], web.View) else args[-1]
        refused = await _request_auth(request).refuse(**required)
        return await handler(*args) if refused is None else _translated(refused)

    return guarded
