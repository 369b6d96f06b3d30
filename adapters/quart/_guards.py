"""`require_auth` for views of Quart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, overload

from quart import Response, current_app, request

from clerk_core.adapters import (
    AsyncGuard,
    Requirement,
    Unpack,
    guard_view,
    is_preflight_answered_after_guard,
    is_preflight_answered_by_view,
)
from clerk_core.quart._requests import request_auth, to_response

P = ParamSpec("P")
R = TypeVar("R")


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
        refused = await request_auth().refuse(**required)
        if refused is None or is_preflight_answered_by_view(refused, view, current_app):
            return await current_app.ensure_async(view)(*args, **kwargs)
        if is_preflight_answered_after_guard(refused, view, request, current_app):
            return None
        return to_response(refused)

    return guarded
