"""The functions that are given a request or a WebSocket."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, TypeAlias

from litestar import Response

from clerk_core.adapters import (
    AsyncConnectionFunctions,
    AsyncConnectionProtectFunctions,
    AsyncTemplateFunctions,
    BaseRequestAuth,
    function_of_request,
)
from clerk_core.litestar._messages import as_response
from clerk_core.litestar._refusals import to_exception
from clerk_core.litestar._requests import Connection, request_auth

_Base: TypeAlias = BaseRequestAuth
_functions = AsyncConnectionFunctions(request_auth)
auth: Final = _functions.auth
clerk_client: Final = _functions.clerk_client
current_organization: Final = _functions.current_organization
current_user: Final = _functions.current_user
protect: Final = AsyncConnectionProtectFunctions(request_auth, to_exception).protect
create_organization_url: Final = function_of_request(request_auth, _Base.create_organization_url)
organization_profile_url: Final = function_of_request(request_auth, _Base.organization_profile_url)
sign_in_url: Final = function_of_request(request_auth, _Base.sign_in_url)
sign_up_url: Final = function_of_request(request_auth, _Base.sign_up_url)
tasks_url: Final = function_of_request(request_auth, _Base.tasks_url)
user_profile_url: Final = function_of_request(request_auth, _Base.user_profile_url)
waitlist_url: Final = function_of_request(request_auth, _Base.waitlist_url)
redirect_to_sign_in: Final = function_of_request(
    request_auth, _Base.redirect_to_sign_in, as_response
)
redirect_to_sign_up: Final = function_of_request(
    request_auth, _Base.redirect_to_sign_up, as_response
)
redirect_to_tasks: Final = function_of_request(request_auth, _Base.redirect_to_tasks, as_response)


async def sign_out(request: Connection, redirect_url: str = "/") -> Response[bytes]:
    """End the session of a POST request, and return the redirect that expires the cookies.

    Args:
        request: The request.
        redirect_url: A path of this application, or a URL of it or of an authorized party.
    """
    return as_response(await request_auth(request).sign_out(redirect_url))


def clerk_context(request: Connection) -> dict[str, Any]:
    """Return `clerk` for templates of any engine: `Template(…, context=clerk_context(request))`.

    Jinja templates have it without this function.
    """
    return {"clerk": AsyncTemplateFunctions(partial(request_auth, request))}
