"""The admin whose users sign in and out at Clerk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from clerk_core.django import sign_out
from clerk_core.django.users._sign_in import redirect_unless_denied


class ClerkAdminSite(AdminSite):
    """An admin without passwords. `ClerkAdminConfig` makes it the site of a project."""

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Redirect to the sign-in page of Clerk; users who are not staff get a 403."""
        index = reverse("admin:index", current_app=self.name)
        return redirect_unless_denied(request, index, self.has_permission(request))

    # Not for LoginRequiredMiddleware.
    login.login_required = False  # type: ignore[attr-defined]

    @method_decorator(never_cache)
    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """End the session of a POST request at Clerk."""
        return sign_out(request, resolve_url(settings.LOGOUT_REDIRECT_URL or "/"))
