"""Clerk for FastAPI: call `install(app)`, then annotate parameters of endpoints: `auth: SignedIn`.

This module offers `clerk_core.starlette` as dependencies and adds them to the OpenAPI document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from fastapi import FastAPI, Response, WebSocket
from fastapi.requests import HTTPConnection
from starlette.middleware import Middleware

from clerk_core.adapters import AsyncInstallOptions, Unpack, check_type
from clerk_core.asgi import respond
from clerk_core.fastapi._aliases import (
    AnyToken,
    APIKey,
    Auth,
    ClerkClient,
    CurrentOrganization,
    CurrentUser,
    M2MToken,
    Machine,
    OAuthToken,
    Session,
    SignedIn,
    require_auth,
)
from clerk_core.fastapi._dependency import Refused
from clerk_core.fastapi._middleware import DependencyMiddleware
from clerk_core.fastapi._openapi import with_responses
from clerk_core.starlette import (
    ClerkMiddleware,
    as_response,
    auth,
    clerk_client,
    clerk_context,
    create_organization_url,
    current_organization,
    current_user,
    organization_profile_url,
    redirect_to_sign_in,
    redirect_to_sign_up,
    redirect_to_tasks,
    sign_in_url,
    sign_out,
    sign_up_url,
    tasks_url,
    user_profile_url,
    waitlist_url,
)

if TYPE_CHECKING:
    from starlette.types import ExceptionHandler

__all__ = [
    "APIKey",
    "AnyToken",
    "Auth",
    "ClerkClient",
    "CurrentOrganization",
    "CurrentUser",
    "M2MToken",
    "Machine",
    "OAuthToken",
    "Refused",
    "Session",
    "SignedIn",
    "auth",
    "clerk_client",
    "clerk_context",
    "create_organization_url",
    "current_organization",
    "current_user",
    "install",
    "organization_profile_url",
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


def install(app: FastAPI, **options: Unpack[AsyncInstallOptions]) -> None:
    """Install Clerk in an application, which does not start when a key is missing.

    Args:
        app: The application.
        options: The options of `clerk_core`. An option that is left out is read from the
            environment.
    """
    check_type("install(app): app", app, FastAPI)
    app.add_middleware(ClerkMiddleware, **options)
    # The innermost, whatever is added later.
    app.user_middleware.append(Middleware(DependencyMiddleware))
    app.add_exception_handler(Refused, cast("ExceptionHandler", _answer_refused))
    generate = app.openapi
    app.openapi = lambda: with_responses(generate())  # type: ignore[method-assign]


async def _answer_refused(request: HTTPConnection, refused: Exception) -> Response | None:
    if not isinstance(refused, Refused):
        raise refused
    if isinstance(request, WebSocket):
        await respond(refused.response, request.scope, request.send)
        return None
    return as_response(refused.response)
