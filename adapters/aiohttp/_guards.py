"""`require_auth` and `protect` of aiohttp. A refusal is raised as aiohttp's own exception."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any, Final, ParamSpec, Protocol, TypeAlias, overload

from aiohttp import web

from clerk_core import AccessDeniedError
from clerk_core import Response as ClerkResponse
from clerk_core.adapters import (
    AsyncConnectionProtectFunctions,
    GuardOptions,
    Unpack,
    guard_view,
)
from clerk_core.aiohttp._messages import to_response
from clerk_core.aiohttp._requests import request_auth

P = ParamSpec("P")
_Handler: TypeAlias = Callable[P, Awaitable[web.StreamResponse]]
_ERRORS: dict[int, type[web.HTTPException]] = {
    400: web.HTTPBadRequest,
    401: web.HTTPUnauthorized,
    403: web.HTTPForbidden,
    503: web.HTTPServiceUnavailable,
}


class _Redirect(web.HTTPException):
    """A redirect to sign in, or the response to a preflight."""

    empty_body = True

    def __init__(self, response: ClerkResponse) -> None:
        self.status_code = response.status
        super().__init__(headers=response.headers)


def _exception_of(response: ClerkResponse) -> web.HTTPException:
    kind = _ERRORS.get(response.status)
    if kind is None:
        return _Redirect(response)
    error = kind(headers=response.headers, text=response.content.decode())
    # aiohttp has added a charset, which JSON does not have (RFC 8259, 11).
    error.headers["content-type"] = response.headers.get("content-type") or ""
    return error


def _to_exception(request: web.Request, error: AccessDeniedError) -> Exception:
    return error if error.response is None else _exception_of(error.response)


protect: Final = AsyncConnectionProtectFunctions(request_auth, _to_exception).protect


class _Guard(Protocol):
    """The type of `require_auth(role=…)`."""

    @overload
    def __call__(self, handler: _Handler[P], /) -> _Handler[P]: ...
    @overload
    def __call__(self, handler: web.Application, /) -> web.Application: ...


@overload
def require_auth(handler: _Handler[P], /) -> _Handler[P]: ...
@overload
def require_auth(handler: web.Application, /) -> web.Application: ...
@overload
def require_auth(**options: Unpack[GuardOptions]) -> _Guard: ...
def require_auth(handler: Any = None, /, **options: Unpack[GuardOptions]) -> Any:
    """Admit signed-in users only, or with requirements: `@require_auth(role="org:admin")`.

    Put it below the route decorator. API clients get a JSON 401 or 403; browsers are redirected to
    sign in, or get a page. It raises `web.HTTPUnauthorized`, `web.HTTPForbidden` or
    `web.HTTPServiceUnavailable`, which a middleware of the application may answer.

    Args:
        handler: A coroutine function, a method, a class of views or a sub-application.
        options: `accepts_token` for other kinds of token than a session's; `scopes` for machine
            tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: An option is malformed.
    """
    return guard_view(_guard, handler, options)


def _guard(handler: Any, options: GuardOptions) -> Any:
    if isinstance(handler, web.Application):
        handler.middlewares.append(web.middleware(partial(_guard_application, options)))
        return handler

    # Other attributes of a class are not copied to the function.
    @wraps(handler, updated=())
    async def guarded(*args: Any) -> web.StreamResponse:
        # A method has the request as an attribute of its view, other handlers as an argument.
        request = args[-1].request if isinstance(args[-1], web.View) else args[-1]
        refused = await _refused(request, options)
        response: web.StreamResponse = await handler(*args) if refused is None else refused
        return response

    return guarded


async def _guard_application(
    options: GuardOptions, request: web.Request, handler: _Handler[[web.Request]]
) -> web.StreamResponse:
    refused = await _refused(request, options)
    return await handler(request) if refused is None else refused


async def _refused(request: web.Request, options: GuardOptions) -> web.Response | None:
    refused = await request_auth(request).refuse(**options)
    if refused is not None and refused.status in _ERRORS:
        raise _exception_of(refused)
    # A redirect, or a preflight to which a CORS package adds headers.
    return None if refused is None else to_response(refused)
