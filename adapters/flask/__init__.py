"""Clerk for Flask: call `install(app)`, then `auth()` in views.

This package translates between Flask and `clerk_core`, and decides nothing.
"""

from __future__ import annotations

from copy import copy

from flask import Flask, Response, current_app, request
from werkzeug.datastructures import Headers

from clerk_core.adapters import (
    Installation,
    InstallOptions,
    RequestAuth,
    TemplateFunctions,
    Unpack,
    check_type,
    merge_options,
    options_in_config,
)
from clerk_core.flask._functions import (
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
from clerk_core.flask._guards import protect, require_auth
from clerk_core.flask._requests import installation, request_auth, to_response
from clerk_core.flask._webhooks import webhook_view
from clerk_core.wsgi import EndpointsMiddleware

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


def install(app: Flask, **options: Unpack[InstallOptions]) -> None:
    """Install Clerk in an application.

    Args:
        app: The application.
        options: The options of `clerk_core`; missing ones are read from `app.config`, with names
            such as `CLERK_SECRET_KEY`, and then from the environment.

    Raises:
        ConfigurationError: A key is missing, or an option is invalid.
    """
    check_type("install(app): app", app, Flask)
    configured = options_in_config(app.config, InstallOptions.__annotations__)
    made = Installation(**merge_options(configured, options))
    if "clerk" not in app.extensions:
        # First, because a guard of the application must not stop a handshake.
        app.before_request_funcs.setdefault(None, []).insert(0, _redirect_if_needed)
        # Run last, so that no cache is allowed to store a response that sets a visitor's cookie.
        app.after_request_funcs.setdefault(None, []).insert(0, _add_headers)
        app.context_processor({"clerk": TemplateFunctions(request_auth)}.copy)
    app.extensions["clerk"] = made
    if made.endpoints is not None:
        app.wsgi_app = EndpointsMiddleware(app.wsgi_app, lambda: app.extensions["clerk"])  # type: ignore[method-assign]


def _redirect_if_needed() -> Response | None:
    installation().warn_of_unguarded(current_app.view_functions.values())
    redirect = request_auth().redirect
    return None if redirect is None else to_response(redirect)


def _add_headers(response: Response) -> Response:
    found = request.__dict__.get("clerk", {}).get(installation())
    if not isinstance(found, RequestAuth) or not found.headers:
        return response
    # A copy: a view may return the same response to every visitor.
    response = copy(response)
    response.headers = Headers(found.merge_headers(response.headers))
    return response
