"""Clerk for Litestar: `Litestar(plugins=[ClerkPlugin()])`, then `auth(request)` in handlers.

This package translates between Litestar and `clerk_core`, and decides nothing.
"""

from __future__ import annotations

from clerk_core.litestar._dependencies import (
    APIKey,
    Auth,
    ClerkClient,
    CurrentOrganization,
    CurrentUser,
    M2MToken,
    OAuthToken,
    SignedIn,
)
from clerk_core.litestar._functions import (
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
from clerk_core.litestar._guards import require_auth
from clerk_core.litestar._installing import install
from clerk_core.litestar._plugin import ClerkPlugin
from clerk_core.litestar._webhooks import webhook_view

__all__ = [
    "APIKey",
    "Auth",
    "ClerkClient",
    "ClerkPlugin",
    "CurrentOrganization",
    "CurrentUser",
    "M2MToken",
    "OAuthToken",
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
