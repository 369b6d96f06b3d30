"""The application of Django's admin, with another site. It imports no models."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class ClerkAdminConfig(AdminConfig):
    """The admin of a project; put it in place of `django.contrib.admin` in `INSTALLED_APPS`."""

    default_site: str = "clerk_core.django.users.ClerkAdminSite"
