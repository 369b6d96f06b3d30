"""Clerk for Quart: install with `install(app)`, then ask `auth()` in any view or WebSocket.

It translates between Quart and `clerk_core` and decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar, cast, overload

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

from clerk_core import AsgiMiddleware, AsyncClerk, AsyncRequestAuth
from clerk_core import Response as ClerkResponse
from clerk_core._arguments import check_type
from clerk_core._authentication.result.authorization import Requirement
from clerk_core._compat import Unpack
from clerk_core._integration.guards import AsyncGuard, guard_with, warn_of_unguarded
from clerk_core._integration.installation import AsyncInstallOptions
from clerk_core._integration.preflight import is_answered_after_guard, is_answered_by_view
from clerk_core._integration.request_functions import AsyncRequestFunctions
from clerk_core._misuse import not_installed
from clerk_core._settings.sources import merge_options, options_in_config
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
    app.before_serving(partial(warn_of_unguarded, app.view_functions.values()))
    app.extensions["clerk"] = middleware


def _visit() -> AsyncRequestAuth:
    # There are both where a WebSocket's view sends a request to its own application.
    is_websocket = has_websocket_context() and not has_request_context()
    connection = websocket if is_websocket else request
    return request_auth(cast("Scope", connection.scope), _INSTALL)


_functions = AsyncRequestFunctions(_visit)
auth, current_user = _functions.auth, _functions.current_user


def clerk_client() -> AsyncClerk:
    """The client of the Backend API: of the current request, or else of the current application."""
    if has_request_context() or has_websocket_context():
        return _visit().client
    installed: AsgiMiddleware | None = current_app.extensions.get("clerk")
    if installed is None:
        raise not_installed(_INSTALL)
    return installed.installation.client


def redirect_to_sign_in(return_back_url: str | None = None) -> Response:
    """A redirect to the sign-in page, and from there back to `return_back_url`, or to this URL."""
    return _translated(_visit().redirect_to_sign_in(return_back_url))


def _translated(response: ClerkResponse) -> Response:
    return Response(response.content, response.status, Headers(list(response.headers)))


@overload
def require_auth(view: Callable[P, Awaitable[R]], /) -> Callable[P, Awaitable[R | Response]]: ...
@overload
def require_auth(view: Callable[P, R], /) -> Callable[P, Awaitable[R | Response]]: ...
@overload
def require_auth(**required: Unpack[Requirement]) -> AsyncGuard[Response]: ...
def require_auth(view: Callable[..., Any] | None = None, /, **required: Unpack[Requirement]) -> Any:
    """Let only signed-in users to a view: `@require_auth`, or `@require_auth(role="org:admin")`.

    `role`, `permission`, `feature`, `plan` and `reverification` are asked of `auth().has()`. Others
    get 401 or 403 as JSON, or the sign-in page where a browser asks for a document; a WebSocket is
    not accepted. It stands below the decorator of the route. Raises `TypeError` for a question that
    does not exist.
    """
    return guard_with(_guard, view, required)


def _guard(view: Callable[..., Any], required: Requirement) -> Callable[..., Any]:
    @wraps(view)
    async def guarded(*args: object, **kwargs: object) -> Any:
        refused = await _visit().refuse(**required)
        if refused is None or is_answered_by_view(refused, view, current_app):
            return await current_app.ensure_async(view)(*args, **kwargs)
        if is_answered_after_guard(refused, view, request, current_app):
            return None
        return _translated(refused)

    return guarded
