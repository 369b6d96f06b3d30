"""`require_auth` for handlers of aiohttp."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, overload

from aiohttp import web

from clerk_core.adapters import Requirement, Unpack, guard_view
from clerk_core.aiohttp._messages import to_response
from clerk_core.aiohttp._requests import request_auth

P = ParamSpec("P")
_Handler: TypeAlias = Callable[P, Awaitable[web.StreamResponse]]


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
