"""`require_auth` for endpoints of Starlette."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial, wraps
from typing import Any, ParamSpec, Protocol, TypeAlias, TypeGuard, TypeVar, overload

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.websockets import WebSocket

from clerk_core.adapters import Requirement, Unpack, guard_view
from clerk_core.asgi import ASGIApp, RequireAuth, respond
from clerk_core.starlette._messages import as_response
from clerk_core.starlette._requests import request_auth

P = ParamSpec("P")
R = TypeVar("R")
_Guarded: TypeAlias = Callable[P, Coroutine[Any, Any, R | Response]]


class _Guard(Protocol):
    """Guards an endpoint: a coroutine function, a function, a class or a mounted application."""

    # A class can be called, too: which of the two it is here, the order tells.
    @overload
    def __call__(self, endpoint: type[object] | ASGIApp, /) -> ASGIApp: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, endpoint: Callable[P, Awaitable[R]], /) -> _Guarded[P, R]: ...
    @overload
    def __call__(self, endpoint: Callable[P, R], /) -> _Guarded[P, R]: ...


@overload
def require_auth(endpoint: type[object] | ASGIApp, /) -> ASGIApp: ...  # type: ignore[overload-overlap]
@overload
def require_auth(endpoint: Callable[P, Awaitable[R]], /) -> _Guarded[P, R]: ...
@overload
def require_auth(endpoint: Callable[P, R], /) -> _Guarded[P, R]: ...
@overload
def require_auth(**required: Unpack[Requirement]) -> _Guard: ...
def require_auth(
    endpoint: Callable[..., Any] | None = None, /, **required: Unpack[Requirement]
) -> Any:
    """Admit signed-in users only, or with requirements: `@require_auth(role="org:admin")`.

    API clients get a JSON 401 or 403, browsers are redirected to sign in, and WebSockets are not
    accepted.

    Args:
        endpoint: A function, a coroutine function, a class of endpoints or an ASGI application.
        required: `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: A requirement is malformed.
    """
    return guard_view(_guard, endpoint, required)


def _guard(endpoint: Callable[..., Any], required: Requirement) -> Callable[..., Any]:
    if not inspect.isroutine(endpoint.func if isinstance(endpoint, partial) else endpoint):
        return wraps(endpoint, updated=())(RequireAuth(endpoint, **required))

    @wraps(endpoint)
    async def guarded(*args: Any, **kwargs: Any) -> Any:
        given: tuple[object, ...] = (*args, *kwargs.values())
        request = next(filter(_is_connection, given), None)
        if request is None:
            # An application that is a function, or nothing that can be guarded.
            return await RequireAuth(endpoint, **required)(*args, **kwargs)
        refused = await request_auth(request).refuse(**required)
        if refused is None:
            if inspect.iscoroutinefunction(endpoint):
                return await endpoint(*args, **kwargs)
            return await run_in_threadpool(endpoint, *args, **kwargs)
        if isinstance(request, WebSocket):
            return await respond(refused, request.scope, request.send)
        return as_response(refused)

    return guarded


def _is_connection(value: object) -> TypeGuard[HTTPConnection]:
    return isinstance(value, HTTPConnection)
