"""Clerk for Flask: call `install(app)`, then `auth()` in views.

This module translates between Flask and `clerk_core`, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from copy import copy
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar, overload

from flask import Flask, Response, current_app, has_request_context, request
from werkzeug.datastructures import Headers

from clerk_core import Clerk
from clerk_core import Response as ClerkResponse
from clerk_core.adapters import (
    Guard,
    Installation,
    InstallOptions,
    RequestAuth,
    RequestFunctions,
    Requirement,
    TemplateFunctions,
    Unpack,
    check_type,
    guard_view,
    is_preflight_answered_after_guard,
    is_preflight_answered_by_view,
    merge_options,
    not_installed,
    options_in_config,
)
from clerk_core.wsgi import request_auth_once

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


def install(app: Flask, **options: Unpack[InstallOptions]) -> None:
    """Install Clerk in an application.

    Args:
        app: The application.
        options: The options of `clerk_core`; missing ones are read from `app.config`, with names
            such as `CLERK_SECRET_KEY`, and then from the environment.

    Raises:
        ConfigurationError: A key is missing, or an option is invalid.
    """
    check_type("install(app): app", app, Flask)
    configured = options_in_config(app.config, InstallOptions.__annotations__)
    installation = Installation(**merge_options(configured, options))
    if "clerk" not in app.extensions:
        # First, because a guard of the application must not stop a handshake.
        app.before_request_funcs.setdefault(None, []).insert(0, _redirect_if_needed)
        # Run last, so that no cache is allowed to store a response that sets a visitor's cookie.
        app.after_request_funcs.setdefault(None, []).insert(0, _add_headers)
        app.context_processor({"clerk": TemplateFunctions(_request_auth)}.copy)
    app.extensions["clerk"] = installation


def _installation() -> Installation:
    installation: Installation | None = current_app.extensions.get("clerk")
    if installation is None:
        raise not_installed("clerk_core.flask.install(app)")
    return installation


def _request_auth() -> RequestAuth:
    # On the request, not on `g`: an app context may have requests of several users.
    return request_auth_once(
        _installation(), vars(request).setdefault("clerk", {}), request.environ
    )


def _redirect_if_needed() -> Response | None:
    _installation().warn_of_unguarded(current_app.view_functions.values())
    redirect = _request_auth().redirect
    return None if redirect is None else _translated(redirect)


def _add_headers(response: Response) -> Response:
    found = request.__dict__.get("clerk", {}).get(_installation())
    if not isinstance(found, RequestAuth) or not found.headers:
        return response
    # A copy: a view may return the same response to every visitor.
    response = copy(response)
    response.headers = Headers(found.merge_headers(response.headers))
    return response


def _translated(response: ClerkResponse) -> Response:
    return Response(response.content, response.status, list(response.headers))


_functions = RequestFunctions(_request_auth)
auth: Final = _functions.auth
current_user: Final = _functions.current_user


def clerk_client() -> Clerk:
    """The client of the Backend API: of the current request, or else of the current application."""
    return _request_auth().client if has_request_context() else _installation().client


def redirect_to_sign_in(return_back_url: str | None = None) -> Response:
    """Return a redirect to the sign-in page, which leads back to `return_back_url` or this URL."""
    return _translated(_request_auth().redirect_to_sign_in(return_back_url))


@overload
def require_auth(view: Callable[P, Coroutine[Any, Any, R]], /) -> Callable[P, R | Response]: ...
@overload
def require_auth(view: Callable[P, R], /) -> Callable[P, R | Response]: ...
@overload
def require_auth(**required: Unpack[Requirement]) -> Guard[Response]: ...
def require_auth(view: Callable[..., Any] | None = None, /, **required: Unpack[Requirement]) -> Any:
    """Admit signed-in users only, or with requirements: `@require_auth(role="org:admin")`.

    Put it below the route decorator. API clients get a JSON 401 or 403, browsers are redirected to
    sign in.

    Args:
        view: A function or coroutine function.
        required: `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: A requirement is malformed.
    """
    return guard_view(_guard, view, required)


def _guard(view: Callable[..., Any], required: Requirement) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Any:
        refused = _request_auth().refuse(**required)
        if refused is None or is_preflight_answered_by_view(refused, view, current_app):
            return current_app.ensure_sync(view)(*args, **kwargs)
        if is_preflight_answered_after_guard(refused, view, request, current_app):
            return None
        return _translated(refused)

    return guarded
