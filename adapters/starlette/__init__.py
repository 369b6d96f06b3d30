"""Clerk for Starlette: call `app.add_middleware(ClerkMiddleware)`, then `auth(request)`.

This module translates between Starlette and `clerk_core`, and decides nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial, wraps
from typing import Any, Final, ParamSpec, Protocol, TypeAlias, TypeGuard, TypeVar, overload

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.websockets import WebSocket

from clerk_core import asgi
from clerk_core.adapters import (
    AsyncConnectionFunctions,
    AsyncInstallOptions,
    AsyncRequestAuth,
    AsyncTemplateFunctions,
    Requirement,
    Unpack,
    check_type,
    guard_view,
)
from clerk_core.asgi import ASGIApp, RequireAuth, respond
from clerk_core.starlette._messages import as_response
from clerk_core.starlette._middleware import ClerkMiddleware

__all__ = [
    "ClerkMiddleware",
    "as_response",
    "auth",
    "clerk_client",
    "clerk_context",
    "current_user",
    "install",
    "redirect_to_sign_in",
    "request_auth",
    "require_auth",
]

P = ParamSpec("P")
R = TypeVar("R")
_Guarded: TypeAlias = Callable[P, Coroutine[Any, Any, R | Response]]


def install(app: Starlette, **options: Unpack[AsyncInstallOptions]) -> None:
    """Install Clerk in an application, as `app.add_middleware(ClerkMiddleware)` does."""
    check_type("install(app): app", app, Starlette)
    app.add_middleware(ClerkMiddleware, **options)


def request_auth(request: HTTPConnection) -> AsyncRequestAuth:
    """Return the `AsyncRequestAuth` of a request or WebSocket, set by the middleware."""
    check_type("request", request, HTTPConnection)
    return asgi.request_auth(
        request.scope,
        "app.add_middleware(ClerkMiddleware), or in FastAPI clerk_core.fastapi.install(app)",
    )


_functions = AsyncConnectionFunctions(request_auth)
auth: Final = _functions.auth
current_user: Final = _functions.current_user
clerk_client: Final = _functions.clerk_client


def clerk_context(request: HTTPConnection) -> dict[str, Any]:
    """Return `clerk` for templates: `Jinja2Templates(…, context_processors=[clerk_context])`."""
    return {"clerk": AsyncTemplateFunctions(partial(request_auth, request))}


def redirect_to_sign_in(request: HTTPConnection, return_back_url: str | None = None) -> Response:
    """Return a redirect to the sign-in page, which leads back to `return_back_url` or this URL."""
    return as_response(request_auth(request).redirect_to_sign_in(return_back_url))


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
