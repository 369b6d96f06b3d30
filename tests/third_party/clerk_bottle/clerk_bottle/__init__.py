"""Clerk for Bottle: install with `install(app)`, then ask `auth()` in any view.

It translates between Bottle and `clerk_core` and decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, overload

from bottle import Bottle, HTTPResponse, request

from clerk_core import AccessDeniedError, Clerk
from clerk_core import Response as ClerkResponse
from clerk_core.adapters import (
    Guard,
    GuardOptions,
    InstallOptions,
    ProtectFunctions,
    RequestAuth,
    RequestFunctions,
    Unpack,
    function_of,
    guard_view,
)
from clerk_core.wsgi import WsgiMiddleware, request_auth

__all__ = [
    "auth",
    "clerk_client",
    "create_organization_url",
    "current_organization",
    "current_user",
    "install",
    "organization_profile_url",
    "protect",
    "redirect_to_sign_in",
    "redirect_to_sign_up",
    "redirect_to_tasks",
    "require_auth",
    "sign_in_url",
    "sign_out",
    "sign_up_url",
    "tasks_url",
    "user_profile_url",
    "waitlist_url",
]

V = TypeVar("V", bound=Callable[..., Any])


def install(app: Bottle, **options: Unpack[InstallOptions]) -> None:
    """Install Clerk in an application.

    Options are those of `clerk_core`; raises `ConfigurationError` when a key is missing.
    """
    # Around Bottle, not a hook of it: what a hook adds is lost where an error is answered.
    app.wsgi = WsgiMiddleware(app.wsgi, **options)


def _request_auth() -> RequestAuth:
    return request_auth(request.environ, "clerk_bottle.install(app)")


def _translated(response: ClerkResponse) -> HTTPResponse:
    return HTTPResponse(response.content, response.status, list(response.headers))


def _to_exception(error: AccessDeniedError) -> Exception:
    return error if error.response is None else _translated(error.response)


_functions = RequestFunctions(_request_auth)
auth: Final = _functions.auth
current_organization: Final = _functions.current_organization
current_user: Final = _functions.current_user
create_organization_url: Final = function_of(_request_auth, RequestAuth.create_organization_url)
organization_profile_url: Final = function_of(_request_auth, RequestAuth.organization_profile_url)
sign_in_url: Final = function_of(_request_auth, RequestAuth.sign_in_url)
sign_up_url: Final = function_of(_request_auth, RequestAuth.sign_up_url)
tasks_url: Final = function_of(_request_auth, RequestAuth.tasks_url)
user_profile_url: Final = function_of(_request_auth, RequestAuth.user_profile_url)
waitlist_url: Final = function_of(_request_auth, RequestAuth.waitlist_url)
redirect_to_sign_in: Final = function_of(
    _request_auth, RequestAuth.redirect_to_sign_in, _translated
)
redirect_to_sign_up: Final = function_of(
    _request_auth, RequestAuth.redirect_to_sign_up, _translated
)
redirect_to_tasks: Final = function_of(_request_auth, RequestAuth.redirect_to_tasks, _translated)
sign_out: Final = function_of(_request_auth, RequestAuth.sign_out, _translated)
protect: Final = ProtectFunctions(_request_auth, _to_exception).protect


def clerk_client() -> Clerk:
    """Return the client of the Backend API, of the instance of the current request."""
    return _request_auth().client


@overload
def require_auth(view: V, /) -> V: ...
@overload
def require_auth(**options: Unpack[GuardOptions]) -> Guard: ...
def require_auth(view: Any = None, /, **options: Unpack[GuardOptions]) -> Any:
    """Admit signed-in users only, or with requirements: `@require_auth(role="org:admin")`.

    Put it below the route decorator. API clients get a JSON 401 or 403; browsers are redirected to
    sign in, or get a page.

    Args:
        view: A function.
        options: `accepts_token`, `scopes`, `role`, `permission`, `feature`, `plan` or
            `reverification`.

    Raises:
        TypeError: An option is malformed.
    """
    return guard_view(_guard, view, options)


def _guard(view: Callable[..., Any], options: GuardOptions) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Any:
        refused = _request_auth().refuse(**options)
        return view(*args, **kwargs) if refused is None else _translated(refused)

    return guarded
