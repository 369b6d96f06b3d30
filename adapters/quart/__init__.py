"""Clerk for Quart: call `install(app)`, then `auth()` in views and WebSockets.

This package translates between Quart and `clerk_core`, and decides nothing.
"""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from quart import Quart

from clerk_core import AsgiMiddleware
from clerk_core.adapters import (
    AsyncInstallOptions,
    AsyncTemplateFunctions,
    Unpack,
    check_type,
    merge_options,
    options_in_config,
    warn_of_unguarded,
)
from clerk_core.asgi import ASGIApp
from clerk_core.quart._functions import (
    auth,
    clerk_client,
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
from clerk_core.quart._guards import protect, require_auth
from clerk_core.quart._requests import request_auth
from clerk_core.quart._webhooks import webhook_view

__all__ = [
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


def install(app: Quart, **options: Unpack[AsyncInstallOptions]) -> None:
    """Install Clerk in an application.

    Args:
        app: The application.
        options: The options of `clerk_core`. An option that is left out is read from `app.config`,
            where its name is upper case after `CLERK_` (`CLERK_SECRET_KEY`), and then from the
            environment.

    Raises:
        ConfigurationError: A key is missing, or an option is invalid.
    """
    check_type("install(app): app", app, Quart)
    configured = options_in_config(app.config, AsyncInstallOptions.__annotations__)
    # The same ASGI, whose messages Quart types one by one.
    middleware = AsgiMiddleware(cast("ASGIApp", app.asgi_app), **merge_options(configured, options))
    installed: AsgiMiddleware | None = app.extensions.get("clerk")
    if installed is not None:
        installed.installation = middleware.installation
        return
    app.asgi_app = cast("Any", middleware)  # type: ignore[method-assign]
    app.context_processor({"clerk": AsyncTemplateFunctions(request_auth)}.copy)
    app.before_serving(partial(warn_of_unguarded, app.view_functions.values()))
    app.extensions["clerk"] = middleware
