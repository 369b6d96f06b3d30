"""`require_auth` and `protect` of Flask, whose refusals go through its error handlers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from inspect import isclass, iscoroutinefunction
from typing import Any, Final, TypeVar, overload

from flask import Blueprint, Flask, current_app, request
from flask.views import View
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    ServiceUnavailable,
    Unauthorized,
)

from clerk_core import AccessDeniedError
from clerk_core.adapters import (
    Guard,
    GuardOptions,
    ProtectFunctions,
    Refusal,
    Unpack,
    guard_view,
    is_preflight_answered_after_guard,
    is_preflight_answered_by_view,
)
from clerk_core.flask._requests import request_auth, to_response

T = TypeVar("T", bound=Callable[..., Any] | Blueprint)


_ERRORS: dict[int, type[HTTPException]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    503: ServiceUnavailable,
}


def _exception_of(refused: Refusal) -> HTTPException:
    """Return the exception that an error handler may answer; nothing handles a redirect."""
    response: Any = to_response(refused)
    return _ERRORS.get(refused.status, HTTPException)(refused.message, response)


def _to_exception(error: AccessDeniedError) -> Exception:
    return _exception_of(error.response) if isinstance(error.response, Refusal) else error


protect: Final = ProtectFunctions(request_auth, _to_exception).protect


@overload
def require_auth(view: T, /) -> T: ...
@overload
def require_auth(**options: Unpack[GuardOptions]) -> Guard: ...
def require_auth(view: Any = None, /, **options: Unpack[GuardOptions]) -> Any:
    """Admit signed-in users only, or with requirements: `@require_auth(role="org:admin")`.

    Put it below the route decorator. API clients get a JSON 401 or 403; browsers are redirected to
    sign in, or get a page. An `errorhandler` of the application takes precedence over both.

    Args:
        view: A function, a coroutine function, a class of views, a blueprint or an application.
        options: `accepts_token` for other kinds of token than a session's; `scopes` for machine
            tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: An option is malformed.
    """
    return guard_view(_guard, view, options, _is_view)


def _is_view(view: object) -> bool:
    # Blueprints are not callable.
    return callable(view) or isinstance(view, Blueprint)


def _guard(view: Any, options: GuardOptions) -> Any:
    if isinstance(view, (Flask, Blueprint)):
        view.before_request(partial(_check, options, view))
        return view
    if isclass(view) and issubclass(view, View):
        view.decorators = [*view.decorators, partial(_guard, options=options)]
        return view
    return _guard_function(view, options)


def _guard_function(view: Callable[..., Any], options: GuardOptions) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Any:
        return None if _refuses(options, view) else view(*args, **kwargs)

    @wraps(view)
    async def guarded_coroutine(*args: object, **kwargs: object) -> Any:
        return None if _refuses(options, view) else await view(*args, **kwargs)

    return guarded_coroutine if iscoroutinefunction(view) else guarded


def _check(options: GuardOptions, view: object) -> None:
    _refuses(options, view)


def _refuses(options: GuardOptions, view: object) -> bool:
    """Raise unless the request is admitted; return whether something else answers it."""
    refused = request_auth().refuse(**options)
    if refused is None or is_preflight_answered_by_view(refused, view, current_app):
        return False
    if is_preflight_answered_after_guard(refused, view, request, current_app):
        return True
    raise _exception_of(refused)
