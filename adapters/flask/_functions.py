"""The functions of the current request, and of the current application."""

from __future__ import annotations

from typing import Final, TypeAlias

from flask import has_request_context

from clerk_core import Clerk, RequestAuth
from clerk_core.adapters import BaseRequestAuth, RequestFunctions, function_of
from clerk_core.flask._requests import installation, request_auth, to_response

_Base: TypeAlias = BaseRequestAuth
_functions = RequestFunctions(request_auth)
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
sign_out: Final = function_of(request_auth, RequestAuth.sign_out, to_response)


def clerk_client() -> Clerk:
    """The client of the Backend API: of the current request, or else of the current application."""
    return request_auth().client if has_request_context() else installation().client
