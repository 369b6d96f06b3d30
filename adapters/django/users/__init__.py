"""`request.user` of Django from Clerk: an application for projects that use `django.contrib.auth`.

    INSTALLED_APPS = [..., "clerk_core.django", "clerk_core.django.users"]
    AUTHENTICATION_BACKENDS = ["clerk_core.django.users.ClerkBackend"]
    MIDDLEWARE = [
        ...,
        "clerk_core.django.ClerkMiddleware",
        "clerk_core.django.users.ClerkAuthenticationMiddleware",  # in place of Django's
    ]

It links users of Clerk to users of Django by the ID of Clerk. It imports nothing that needs models
before it is asked for, because Django imports it before there are any.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerk_core.django.users._admin import ClerkAdminSite
    from clerk_core.django.users._admin_config import ClerkAdminConfig
    from clerk_core.django.users._backend import ClerkBackend
    from clerk_core.django.users._middleware import ClerkAuthenticationMiddleware
    from clerk_core.django.users._sign_in import sign_in
    from clerk_core.django.users._webhook import webhook

__all__ = [
    "ClerkAdminConfig",
    "ClerkAdminSite",
    "ClerkAuthenticationMiddleware",
    "ClerkBackend",
    "sign_in",
    "webhook",
]

if not TYPE_CHECKING:
    _MODULES = {
        "ClerkAdminConfig": "_admin_config",
        "ClerkAdminSite": "_admin",
        "ClerkAuthenticationMiddleware": "_middleware",
        "ClerkBackend": "_backend",
        "sign_in": "_sign_in",
        "webhook": "_webhook",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
