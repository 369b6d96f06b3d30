"""`require_auth` and `protect` of Starlette, whose refusals go through its exception handlers."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial, wraps
from typing import Any, ParamSpec, Protocol, TypeAlias, TypeGuard, TypeVar, overload

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from clerk_core.adapters import GuardOptions, Refusal, Unpack, guard_view
from clerk_core.asgi import ASGIApp, RequireAuth, Scope, Send
from clerk_core.starlette._refusals import refused_exception
from clerk_core.starlette._requests import request_auth

P = ParamSpec("P")
R = TypeVar("R")
_Guarded: TypeAlias = Callable[P, Coroutine[Any, Any, R]]


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
def require_auth(**options: Unpack[GuardOptions]) -> _Guard: ...
def require_auth(
    endpoint: Callable[..., Any] | None = None, /, **options: Unpack[GuardOptions]
) -> Any:
    """Admit signed-in users only, or with requirements: `@require_auth(role="org:admin")`.

    API clients get a JSON 401 or 403; browsers are redirected to sign in, or get a page; WebSockets
    are not accepted. A handler of the application for 401, 403 or `HTTPException` takes precedence
    over the JSON and the page.

    Args:
        endpoint: A function, a coroutine function, a class of endpoints or an ASGI application.
        options: `accepts_token` for other kinds of token than a session's; `scopes` for machine
            tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: An option is malformed.
    """
    return guard_view(_guard, endpoint, options)


def _guard(endpoint: Callable[..., Any], options: GuardOptions) -> Callable[..., Any]:
    if not _is_routine(endpoint):
        return wraps(endpoint, updated=())(_GuardedApplication(endpoint, **options))

    @wraps(endpoint)
    async def guarded(*args: Any, **kwargs: Any) -> Any:
        given: tuple[object, ...] = (*args, *kwargs.values())
        request = next(filter(_is_connection, given), None)
        if request is None:
            # An application that is a function, or nothing that can be guarded.
            return await _GuardedApplication(endpoint, **options)(*args, **kwargs)
        refused = await request_auth(request).refuse(**options)
        if refused is not None:
            raise refused_exception(request.scope, refused)
        if inspect.iscoroutinefunction(endpoint):
            return await endpoint(*args, **kwargs)
        return await run_in_threadpool(endpoint, *args, **kwargs)

    return guarded


class _GuardedApplication(RequireAuth):
    async def respond(self, refused: Refusal, scope: Scope, send: Send) -> None:
        """Have the application answer that the endpoint belongs to."""
        raise refused_exception(scope, refused)


def _is_routine(endpoint: object) -> bool:
    return inspect.isroutine(endpoint.func if isinstance(endpoint, partial) else endpoint)


def _is_connection(value: object) -> TypeGuard[HTTPConnection]:
    return isinstance(value, HTTPConnection)
