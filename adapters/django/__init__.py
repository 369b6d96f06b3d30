"""Clerk for Django: add the application and the middleware to the settings, then `auth(request)`.

    INSTALLED_APPS = [..., "clerk_core.django"]
    MIDDLEWARE = [..., "clerk_core.django.ClerkMiddleware"]

This package translates between Django and `clerk_core`, and decides nothing. Functions that begin
with `a` are for code that awaits, as in Django itself.
"""

from __future__ import annotations

from clerk_core.django._functions import (
    aauth,
    aclerk_client,
    acurrent_organization,
    acurrent_user,
    aprotect,
    asign_out,
    auth,
    clerk_client,
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
from clerk_core.django._guards import RequireAuthMixin, require_auth
from clerk_core.django._install import install
from clerk_core.django._middleware import ClerkMiddleware
from clerk_core.django._refusals import AccessDenied
from clerk_core.django._webhooks import webhook_view

__all__ = [
    "AccessDenied",
    "ClerkMiddleware",
    "RequireAuthMixin",
    "aauth",
    "aclerk_client",
    "acurrent_organization",
    "acurrent_user",
    "aprotect",
    "asign_out",
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
    "webhook_view",
]
