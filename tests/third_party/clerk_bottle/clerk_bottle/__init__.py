"""Clerk for Bottle: install with `install(app)`, then ask `auth()` in any view.

It translates between Bottle and `clerk_core` and decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, overload

from bottle import Bottle, HTTPResponse, request

from clerk_core import Clerk, RequestAuth, WsgiMiddleware
from clerk_core import Response as ClerkResponse
from clerk_core._authentication.result.authorization import Requirement, check_requirement
from clerk_core._integration.installation import InstallOptions
from clerk_core._integration.request_functions import RequestFunctions
from clerk_core.wsgi import request_auth

if TYPE_CHECKING:
    from typing_extensions import Unpack

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


def install(app: Bottle, **options: Unpack[InstallOptions]) -> None:
    """Install Clerk in an application.

    Options are those of `clerk_core`; raises `ConfigurationError` when a key is missing.
    """
    # Around Bottle, not a hook of it: what a hook adds is lost where an error is answered.
    app.wsgi = WsgiMiddleware(app.wsgi, **options)


def _visit() -> RequestAuth:
    return request_auth(request.environ, "clerk_bottle.install(app)")


_functions = RequestFunctions(_visit)
auth, current_user = _functions.auth, _functions.current_user


def clerk_client() -> Clerk:
    """The client of the Backend API, of the instance that the current request belongs to."""
    return _visit().client


def redirect_to_sign_in(return_back_url: str | None = None) -> HTTPResponse:
    """A redirect to the sign-in page, and from there back to `return_back_url`, or to this URL."""
    return _translated(_visit().redirect_to_sign_in(return_back_url))


def _translated(response: ClerkResponse) -> HTTPResponse:
    return HTTPResponse(response.content, response.status, list(response.headers))


class _Guard(Protocol):
    """Guards a view."""

    def __call__(self, view: Callable[P, R], /) -> Callable[P, R | HTTPResponse]: ...


@overload
def require_auth(view: Callable[P, R], /) -> Callable[P, R | HTTPResponse]: ...
@overload
def require_auth(**required: Unpack[Requirement]) -> _Guard: ...
def require_auth(view: Callable[..., Any] | None = None, /, **required: Unpack[Requirement]) -> Any:
    """Let only signed-in users to a view: `@require_auth`, or `@require_auth(role="org:admin")`.

    `role`, `permission`, `feature`, `plan` and `reverification` are asked of `auth().has()`. Others
    get 401 or 403 as JSON, or the sign-in page where a browser asks for a document. Raises
    `TypeError` for a question that does not exist.
    """
    check_requirement(required, "require_auth")
    return partial(_guard, required=required) if view is None else _guard(view, required)


def _guard(view: Callable[..., Any], required: Requirement) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Any:
        refused = _visit().refuse(**required)
        return view(*args, **kwargs) if refused is None else _translated(refused)

    return guarded
