"""The functions of the current request or WebSocket, and of the current application."""

from __future__ import annotations

from typing import Final, TypeAlias

from quart import Response, current_app, has_request_context, has_websocket_context

from clerk_core import AsgiMiddleware, AsyncClerk
from clerk_core.adapters import (
    AsyncRequestFunctions,
    BaseRequestAuth,
    function_of,
    not_installed,
)
from clerk_core.quart._requests import INSTALL, request_auth, to_response

_Base: TypeAlias = BaseRequestAuth
_functions = AsyncRequestFunctions(request_auth)
auth: Final = _functions.auth
current_organization: Final = _functions.current_organization
current_user: Final = _functions.current_user
create_organization_url: Final = function_of(request_auth, _Base.create_organization_url)
organization_profile_url: Final = function_of(request_auth, _Base.organization_profile_url)
sign_in_url: Final = function_of(request_auth, _Base.sign_in_url)
sign_up_url: Final = function_of(request_auth, _Base.sign_up_url)
tasks_url: Final = function_of(request_auth, _Base.tasks_url)
user_profile_url: Final = function_of(request_auth, _Base.user_profile_url)
waitlist_url: Final = function_of(request_auth, _Base.waitlist_url)
redirect_to_sign_in: Final = function_of(request_auth, _Base.redirect_to_sign_in, to_response)
redirect_to_sign_up: Final = function_of(request_auth, _Base.redirect_to_sign_up, to_response)
redirect_to_tasks: Final = function_of(request_auth, _Base.redirect_to_tasks, to_response)


async def sign_out(redirect_url: str = "/") -> Response:
    """End the session of a POST request, and return the redirect that expires the cookies.

    Args:
        redirect_url: A path of this application, or a URL of it or of an authorized party.
    """
    return to_response(await request_auth().sign_out(redirect_url))


def clerk_client() -> AsyncClerk:
    """The client of the Backend API: of the current request, or else of the current application."""
    if has_request_context() or has_websocket_context():
        return request_auth().client
    installed: AsgiMiddleware | None = current_app.extensions.get("clerk")
    if installed is None:
        raise not_installed(INSTALL)
    return installed.installation.client
