"""`install` for code that serves applications of any framework."""

from __future__ import annotations

from django.conf import settings
from django.core.handlers.base import BaseHandler

from clerk_core import ConfigurationError
from clerk_core.adapters import AsyncInstallOptions, Unpack, check_type
from clerk_core.django._checks import is_in_middleware
from clerk_core.django.apps import clerk_config


def install(app: BaseHandler, **options: Unpack[AsyncInstallOptions]) -> None:
    """Check that Clerk is installed in the project of an application. Settings install it.

    Args:
        app: What `get_wsgi_application()` or `get_asgi_application()` returned.
        options: None: the setting `CLERK` has the options.

    Raises:
        ConfigurationError: The settings do not install Clerk, or options were given.
    """
    check_type("install(app): app", app, BaseHandler)
    clerk_config()
    if not is_in_middleware(settings.MIDDLEWARE):
        raise ConfigurationError(
            'Clerk is not installed in this project. Add "clerk_core.django.ClerkMiddleware" to '
            "MIDDLEWARE.",
            code="clerk-not-installed",
        )
    if options:
        raise ConfigurationError(
            f"Django reads the options of Clerk from its settings. Put {', '.join(options)} into "
            "the setting CLERK.",
            code="options-in-settings",
        )
