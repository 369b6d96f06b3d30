"""The object of the current request of Flask, and its responses translated to those of Flask."""

from __future__ import annotations

from flask import Response, current_app, request

from clerk_core import Response as ClerkResponse
from clerk_core.adapters import Installation, RequestAuth, not_installed
from clerk_core.wsgi import request_auth_once


def installation() -> Installation:
    """Return the installation of the current application."""
    found: Installation | None = current_app.extensions.get("clerk")
    if found is None:
        raise not_installed("clerk_core.flask.install(app)")
    return found


def request_auth() -> RequestAuth:
    """Return the object of the current request, which is authenticated once."""
    # On the request, not on `g`: an app context may have requests of several users.
    return request_auth_once(installation(), vars(request).setdefault("clerk", {}), request.environ)


def to_response(response: ClerkResponse) -> Response:
    """Return a response of `clerk_core` as one of Flask."""
    return Response(response.content, response.status, list(response.headers))
