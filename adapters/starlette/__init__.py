"""Clerk for Starlette: `app.add_middleware(ClerkMiddleware)`, then ask `auth(request)` anywhere.

It translates between Starlette and `clerk_core` and decides nothing itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeAlias, TypeGuard, TypeVar, overload

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.websockets import WebSocket

from clerk_core import AsyncRequestAuth
from clerk_core import Response as ClerkResponse
from clerk_core._arguments import check_type
from clerk_core._authentication.result.authorization import Requirement
from clerk_core._compat import Unpack
from clerk_core._integration.guards import guard_with, without_partial
from clerk_core._integration.installation import AsyncInstallOptions
from clerk_core._integration.request_functions import AsyncConnectionFunctions
from clerk_core.asgi import ASGIApp, RequireAuth, request_auth, respond
from clerk_core.starlette._middleware import ClerkMiddleware as ClerkMiddleware

P = ParamSpec("P")
R = TypeVar("R")
_Guarded: TypeAlias = Callable[P, Coroutine[Any, Any, R | Response]]


def install(app: Starlette, **options: Unpack[AsyncInstallOptions]) -> None:
    """Install Clerk in an application, as `app.add_middleware(ClerkMiddleware)` does."""
    check_type("install(app): app", app, Starlette)
    app.add_middleware(ClerkMiddleware, **options)


def visit(request: HTTPConnection) -> AsyncRequestAuth:
    """The visit of a request that came through the middleware."""
    check_type("request", request, HTTPConnection)
    return request_auth(
        request.scope,
        "app.add_middleware(ClerkMiddleware), or in FastAPI clerk_core.fastapi.install(app)",
    )


_functions = AsyncConnectionFunctions(visit)
auth, current_user, clerk_client = _functions.auth, _functions.current_user, _functions.clerk_client


def redirect_to_sign_in(request: HTTPConnection, return_back_url: str | None = None) -> Response:
    """A redirect to the sign-in page, and from there back to `return_back_url`, or to this URL."""
    return as_response(visit(request).redirect_to_sign_in(return_back_url))


def as_response(response: ClerkResponse) -> Response:
    """The same response, as Starlette sends it."""
    translated = Response(response.content, response.status)
    for name, value in response.headers:
        translated.headers.append(name, value)
    return translated


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
    """Let only signed-in users in: `@require_auth`, or `@require_auth(role="org:admin")`.

    It guards functions, coroutine functions, classes of endpoints and mounted applications.
    `role`, `permission`, `feature`, `plan` and `reverification` are asked of `auth().has()`. Others
    get 401 or 403 as JSON, or the sign-in page where a browser asks for a document; a WebSocket is
    not accepted. Raises `TypeError` for a question that does not exist.
    """
    return guard_with(_guard, endpoint, required)


def _guard(endpoint: Callable[..., Any], required: Requirement) -> Callable[..., Any]:
    if not inspect.isroutine(without_partial(endpoint)):
        return wraps(endpoint, updated=())(RequireAuth(endpoint, **required))

    @wraps(endpoint)
    async def guarded(*args: Any, **kwargs: Any) -> Any:
        given: tuple[object, ...] = (*args, *kwargs.values())
        request = next(filter(_is_connection, given), None)
        if request is None:
            # An application that is a function, or nothing that can be guarded.
            return await RequireAuth(endpoint, **required)(*args, **kwargs)
        refused = await visit(request).refuse(**required)
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
