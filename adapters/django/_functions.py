"""The functions that are given a request. Those that begin with `a` are for code that awaits."""

from __future__ import annotations

from typing import Final, TypeAlias

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from clerk_core import AsyncClerk, Clerk
from clerk_core.adapters import (
    AsyncConnectionFunctions,
    AsyncConnectionProtectFunctions,
    BaseRequestAuth,
    ConnectionFunctions,
    ConnectionProtectFunctions,
    function_of_request,
)
from clerk_core.django._refusals import to_exception
from clerk_core.django._requests import async_request_auth, base_request_auth, request_auth
from clerk_core.django._responses import to_response
from clerk_core.django.apps import clerk_config

_Base: TypeAlias = BaseRequestAuth
_functions = ConnectionFunctions(request_auth)
auth: Final = _functions.auth
current_organization: Final = _functions.current_organization
current_user: Final = _functions.current_user
protect: Final = ConnectionProtectFunctions(request_auth, to_exception).protect

_async_functions = AsyncConnectionFunctions(async_request_auth)
aauth: Final = _async_functions.auth
acurrent_organization: Final = _async_functions.current_organization
acurrent_user: Final = _async_functions.current_user
aprotect: Final = AsyncConnectionProtectFunctions(async_request_auth, to_exception).protect

create_organization_url: Final = function_of_request(
    base_request_auth, _Base.create_organization_url
)
organization_profile_url: Final = function_of_request(
    base_request_auth, _Base.organization_profile_url
)
sign_in_url: Final = function_of_request(base_request_auth, _Base.sign_in_url)
sign_up_url: Final = function_of_request(base_request_auth, _Base.sign_up_url)
tasks_url: Final = function_of_request(base_request_auth, _Base.tasks_url)
user_profile_url: Final = function_of_request(base_request_auth, _Base.user_profile_url)
waitlist_url: Final = function_of_request(base_request_auth, _Base.waitlist_url)
redirect_to_sign_in: Final = function_of_request(
    base_request_auth, _Base.redirect_to_sign_in, to_response
)
redirect_to_sign_up: Final = function_of_request(
    base_request_auth, _Base.redirect_to_sign_up, to_response
)
redirect_to_tasks: Final = function_of_request(
    base_request_auth, _Base.redirect_to_tasks, to_response
)


# It refuses forms of other origins itself, and the form on a page of refusal has no CSRF token.
@csrf_exempt
def sign_out(request: HttpRequest, redirect_url: str = "/") -> HttpResponse:
    """End the session of a POST request, and return the redirect that expires the cookies.

    It is a view, too: `path("sign-out", sign_out)`. Forms of another origin are refused.

    Args:
        request: The request.
        redirect_url: A path of this project, or a URL of it or of an authorized party.

    Raises:
        ConfigurationError: The secret key is missing.
        ValueError: `redirect_url` is of another origin.
    """
    return to_response(request_auth(request).sign_out(redirect_url))


async def asign_out(request: HttpRequest, redirect_url: str = "/") -> HttpResponse:
    """End the session of a POST request, and return the redirect that expires the cookies.

    It is a view, too: `path("sign-out", asign_out)`. Forms of another origin are refused.

    Args:
        request: The request.
        redirect_url: A path of this project, or a URL of it or of an authorized party.

    Raises:
        ConfigurationError: The secret key is missing.
        ValueError: `redirect_url` is of another origin.
    """
    return to_response(await async_request_auth(request).sign_out(redirect_url))


# The decorator makes a plain function of it in Django 4.2.
asign_out.csrf_exempt = True  # type: ignore[attr-defined]


def clerk_client(request: HttpRequest | None = None) -> Clerk:
    """Return the client of the Backend API, in code that waits.

    Args:
        request: The request whose instance the client belongs to; None outside of requests, such as
            in a management command.

    Raises:
        ConfigurationError: A key is missing; or, without a request, each request has its own.
    """
    return clerk_config().client if request is None else request_auth(request).client


def aclerk_client(request: HttpRequest | None = None) -> AsyncClerk:
    """Return the client of the Backend API, in code that awaits.

    Args:
        request: The request whose instance the client belongs to; None outside of requests, such as
            in a task.

    Raises:
        ConfigurationError: A key is missing; or, without a request, each request has its own.
    """
    return clerk_config().async_client if request is None else async_request_auth(request).client
