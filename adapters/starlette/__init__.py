"""Clerk for Starlette: call `app.add_middleware(ClerkMiddleware)`, then `auth(request)`.

This package translates between Starlette and `clerk_core`, and decides nothing.
"""

from __future__ import annotations

from starlette.applications import Starlette

from clerk_core.adapters import AsyncInstallOptions, Unpack, check_type
from clerk_core.starlette._functions import (
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
)
from clerk_core.starlette._guards import require_auth
from clerk_core.starlette._messages import as_response
from clerk_core.starlette._middleware import ClerkMiddleware
from clerk_core.starlette._refusals import Refused, refused_exception
from clerk_core.starlette._requests import request_auth
from clerk_core.starlette._webhooks import webhook_view

__all__ = [
    "ClerkMiddleware",
    "Refused",
    "as_response",
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
    "refused_exception",
    "request_auth",
    "require_auth",
    "sign_in_url",
    "sign_out",
    "sign_up_url",
    "tasks_url",
    "user_profile_url",
    "waitlist_url",
    "webhook_view",
]


def install(app: Starlette, **options: Unpack[AsyncInstallOptions]) -> None:
    """Install Clerk in an application, as `app.add_middleware(ClerkMiddleware)` does."""
    check_type("install(app): app", app, Starlette)
    app.add_middleware(ClerkMiddleware, **options)
