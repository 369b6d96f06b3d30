"""The functions that are given a request."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, TypeAlias

from aiohttp import web

from clerk_core.adapters import (
    AsyncConnectionFunctions,
    AsyncTemplateFunctions,
    BaseRequestAuth,
    function_of_request,
)
from clerk_core.aiohttp._messages import to_response
from clerk_core.aiohttp._requests import request_auth

_Base: TypeAlias = BaseRequestAuth
_functions = AsyncConnectionFunctions(request_auth)
auth: Final = _functions.auth
clerk_client: Final = _functions.clerk_client
current_organization: Final = _functions.current_organization
current_user: Final = _functions.current_user
create_organization_url: Final = function_of_request(request_auth, _Base.create_organization_url)
organization_profile_url: Final = function_of_request(request_auth, _Base.organization_profile_url)
sign_in_url: Final = function_of_request(request_auth, _Base.sign_in_url)
sign_up_url: Final = function_of_request(request_auth, _Base.sign_up_url)
tasks_url: Final = function_of_request(request_auth, _Base.tasks_url)
user_profile_url: Final = function_of_request(request_auth, _Base.user_profile_url)
waitlist_url: Final = function_of_request(request_auth, _Base.waitlist_url)
redirect_to_sign_in: Final = function_of_request(
    request_auth, _Base.redirect_to_sign_in, to_response
)
redirect_to_sign_up: Final = function_of_request(
    request_auth, _Base.redirect_to_sign_up, to_response
)
redirect_to_tasks: Final = function_of_request(request_auth, _Base.redirect_to_tasks, to_response)


async def sign_out(request: web.Request, redirect_url: str = "/") -> web.Response:
    """End the session of a POST request, and return the redirect that expires the cookies.

    Args:
        request: The request.
        redirect_url: A path of this application, or a URL of it or of an authorized party.
    """
    return to_response(await request_auth(request).sign_out(redirect_url))


async def clerk_context(request: web.Request) -> dict[str, Any]:
    """Return `clerk` for templates: a context processor of aiohttp-jinja2."""
    return {"clerk": AsyncTemplateFunctions(partial(request_auth, request))}
