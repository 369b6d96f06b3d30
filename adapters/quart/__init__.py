"""Clerk for Quart: call `install(app)`, then `auth()` in views and WebSockets.

This module translates between Quart and `clerk_core`, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any, Final, ParamSpec, TypeVar, cast, overload

from quart import (
    Quart,
    Response,
    current_app,
    has_request_context,
    has_websocket_context,
    request,
    websocket,
)
from werkzeug.datastructures import Headers

from clerk_core import AsgiMiddleware, AsyncClerk
from clerk_core import Response as ClerkResponse
from clerk_core.adapters import (
    AsyncGuard,
    AsyncInstallOptions,
    AsyncRequestAuth,
    AsyncRequestFunctions,
    AsyncTemplateFunctions,
    Requirement,
    Unpack,
    check_type,
    guard_view,
    is_preflight_answered_after_guard,
    is_preflight_answered_by_view,
    merge_options,
    not_installed,
    options_in_config,
    warn_of_unguarded,
)
from clerk_core.asgi import ASGIApp, Scope, request_auth

__all__ = [
    "auth",
    "clerk_client",
    "current_user",
    "install",
    "redirect_to_sign_in",
    "require_auth",
]

P = ParamSpec("P")
R = TypeVar("R")

_INSTALL = "clerk_core.quart.install(app)"


def install(app: Quart, **options: Unpack[AsyncInstallOptions]) -> None:
    """Install Clerk in an application.

    Args:
        app: The application.
        options: The options of `clerk_core`. An option that is left out is read from `app.config`,
            where its name is upper case after `CLERK_` (`CLERK_SECRET_KEY`), and then from the
            environment.

    Raises:
        ConfigurationError: A key is missing, or an option is invalid.
    """
    check_type("install(app): app", app, Quart)
    configured = options_in_config(app.config, AsyncInstallOptions.__annotations__)
    # The same ASGI, whose messages Quart types one by one.
    middleware = AsgiMiddleware(cast("ASGIApp", app.asgi_app), **merge_options(configured, options))
    installed: AsgiMiddleware | None = app.extensions.get("clerk")
    if installed is not None:
        installed.installation = middleware.installation
        return
    app.asgi_app = cast("Any", middleware)  # type: ignore[method-assign]
    app.context_processor({"clerk": AsyncTemplateFunctions(_request_auth)}.copy)
    app.before_serving(partial(warn_of_unguarded, app.view_functions.values()))
    app.extensions["clerk"] = middleware


def _request_auth() -> AsyncRequestAuth:
    # Both exist if the view of a WebSocket sends a request to its own application.
    is_websocket = has_websocket_context() and not has_request_context()
    connection = websocket if is_websocket else request
    return request_auth(cast("Scope", connection.scope), _INSTALL)


_functions = AsyncRequestFunctions(_request_auth)
auth: Final = _functions.auth
current_user: Final = _functions.current_user


def clerk_client() -> AsyncClerk:
    """The client of the Backend API: of the current request, or else of the current application."""
    if has_request_context() or has_websocket_context():
        return _request_auth().client
    installed: AsgiMiddleware | None = current_app.extensions.get("clerk")
    if installed is None:
        raise not_installed(_INSTALL)
    return installed.installation.client


def redirect_to_sign_in(return_back_url: str | None = None) -> Response:
    """Return a redirect to the sign-in page, which leads back to `return_back_url` or this URL."""
    return _translated(_request_auth().redirect_to_sign_in(return_back_url))


def _translated(response: ClerkResponse) -> Response:
    return Response(response.content, response.status, Headers(list(response.headers)))


@overload
def require_auth(view: Callable[P, Awaitable[R]], /) -> Callable[P, Awaitable[R | Response]]: ...
@overload
def require_auth(view: Callable[P, R], /) -> Callable[P, Awaitable[R | Response]]: ...
@overload
def require_auth(**required: Unpack[Requirement]) -> AsyncGuard[Response]: ...
def require_auth(view: Callable[..., Any] | None = None, /, **required: Unpack[Requirement]) -> Any:
    """Admit signed-in users only, or with requirements: `@require_auth(role="org:admin")`.

    Put it below the route decorator. API clients get a JSON 401 or 403, browsers are redirected to
    sign in, and WebSockets are not accepted.

    Args:
        view: A function or coroutine function.
        required: `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: A requirement is malformed.
    """
    return guard_view(_guard, view, required)


def _guard(view: Callable[..., Any], required: Requirement) -> Callable[..., Any]:
    @wraps(view)
    async def guarded(*args: object, **kwargs: object) -> Any:
        refused = await _request_auth().refuse(**required)
        if refused is None or is_preflight_answered_by_view(refused, view, current_app):
            return await current_app.ensure_async(view)(*args, **kwargs)
        if is_preflight_answered_after_guard(refused, view, request, current_app):
            return None
        return _translated(refused)

    return guarded
