"""Clerk for FastAPI: call `install(app)`, then annotate parameters of endpoints: `auth: SignedIn`.

This module offers `clerk_core.starlette` as dependencies and adds them to the OpenAPI document.
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware import Middleware

from clerk_core.adapters import AsyncInstallOptions, Unpack, check_type
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
from clerk_core.fastapi._middleware import DependencyMiddleware
from clerk_core.fastapi._openapi import with_responses
from clerk_core.starlette import (
    ClerkMiddleware,
    Refused,
    auth,
    clerk_client,
    clerk_context,
    create_organization_url,
    current_organization,
    current_user,
    organization_profile_url,
    protect,
    redirect_to_sign_in,
    redirect_to_sign_up,
    redirect_to_tasks,
    sign_in_url,
    sign_out,
    sign_up_url,
    tasks_url,
    user_profile_url,
    waitlist_url,
    webhook_view,
)

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
    "webhook_view",
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
    generate = app.openapi
    app.openapi = lambda: with_responses(generate())  # type: ignore[method-assign]
