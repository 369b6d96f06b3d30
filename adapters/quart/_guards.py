"""`require_auth` and `protect` of Quart, whose refusals go through its error handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from inspect import isclass
from typing import Any, Final, ParamSpec, Protocol, TypeVar, cast, overload

from quart import Blueprint, Quart, current_app, request
from quart.views import View
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    ServiceUnavailable,
    Unauthorized,
)

from clerk_core import AccessDeniedError
from clerk_core.adapters import (
    AsyncProtectFunctions,
    GuardOptions,
    Refusal,
    Unpack,
    guard_view,
    is_preflight_answered_after_guard,
    is_preflight_answered_by_view,
)
from clerk_core.quart._requests import request_auth, to_response

P = ParamSpec("P")
R = TypeVar("R")
B = TypeVar("B", Blueprint, Quart)
V = TypeVar("V", bound=type[View])


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


protect: Final = AsyncProtectFunctions(request_auth, _to_exception).protect


class _Guard(Protocol):
    """The type of `require_auth(role=…)`."""

    @overload
    def __call__(self, view: V, /) -> V: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, view: B, /) -> B: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, view: Callable[P, Awaitable[R]], /) -> Callable[P, Awaitable[R]]: ...
    @overload
    def __call__(self, view: Callable[P, R], /) -> Callable[P, Awaitable[R]]: ...


@overload
def require_auth(view: V, /) -> V: ...  # type: ignore[overload-overlap]
@overload
def require_auth(view: B, /) -> B: ...  # type: ignore[overload-overlap]
@overload
def require_auth(view: Callable[P, Awaitable[R]], /) -> Callable[P, Awaitable[R]]: ...
@overload
def require_auth(view: Callable[P, R], /) -> Callable[P, Awaitable[R]]: ...
@overload
def require_auth(**options: Unpack[GuardOptions]) -> _Guard: ...
def require_auth(view: Any = None, /, **options: Unpack[GuardOptions]) -> Any:
    """Admit signed-in users only, or with requirements: `@require_auth(role="org:admin")`.

    Put it below the route decorator. API clients get a JSON 401 or 403; browsers are redirected to
    sign in, or get a page; WebSockets are not accepted. An `errorhandler` of the application takes
    precedence over the JSON and the page.

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
    if isinstance(view, (Quart, Blueprint)):
        view.before_request(partial(_check, options, view))
        view.before_websocket(partial(_check, options, view))
        return view
    if isclass(view) and issubclass(view, View):
        view.decorators = [*cast("Any", view).decorators, partial(_guard, options=options)]
        return view

    @wraps(view)
    async def guarded(*args: object, **kwargs: object) -> Any:
        if await _refuses(options, view):
            return None
        return await current_app.ensure_async(view)(*args, **kwargs)

    return guarded


async def _check(options: GuardOptions, view: object) -> None:
    await _refuses(options, view)


async def _refuses(options: GuardOptions, view: object) -> bool:
    """Raise unless the request is admitted; return whether something else answers it."""
    refused = await request_auth().refuse(**options)
    if refused is None or is_preflight_answered_by_view(refused, view, current_app):
        return False
    if is_preflight_answered_after_guard(refused, view, request, current_app):
        return True
    raise _exception_of(refused)
