"""Dispatch requests to the APIs, the authorization server or the account portal.

It must not know what any of them does.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.local._api import routes as backend_api
from clerk_core.local._api.machines import calling_machine
from clerk_core.local._call import Call
from clerk_core.local._domain.machines import SECRET_KEY_PREFIX
from clerk_core.local._frontend import routes as frontend_api
from clerk_core.local._frontend.origins import cors_headers
from clerk_core.local._oauth import routes as authorization_server
from clerk_core.local._portal import routes as account_portal
from clerk_core.local._responses import ApiError, not_served

_API_PATHS = (
    *("/v1/", "/npm/", *authorization_server.PATHS),
    # Clerk's SDKs request these paths without a version prefix.
    *("/api_keys", "/m2m_tokens", "/oauth_applications/"),
)
_METHODS = ("PUT", "PATCH", "DELETE")


def normalized(call: Call) -> Call:
    """Return the call of an API with single slashes in its path and the method that is meant.

    Clerk's proxies double slashes. clerk-js sends `POST` with `_method`, which needs no preflight.
    """
    parts = urlsplit(call.request.url)
    path = re.sub("/{2,}", "/", parts.path)
    if not path.startswith(_API_PATHS):
        return call
    method = call.request.method
    if method == "POST" and _is_of_browser(call) and call.argument("_method") in _METHODS:
        method = call.argument("_method") or method
    request = call.request
    url = urlunsplit(parts._replace(path=path))
    return replace(call, request=HttpRequest(method, url, list(request.headers), request.content))


def with_cors_headers(call: Call, response: HttpResponse) -> HttpResponse:
    """Return the response with CORS headers, if a browser called the Frontend API."""
    # Another page must not read that of a user, whose form would then be anybody's to send.
    is_page = authorization_server.is_page(call)
    if is_page or not (call.path.startswith(_API_PATHS) and _is_of_browser(call)):
        return response
    headers = [*response.headers, *cors_headers(call)]
    return HttpResponse(response.status, headers, response.content)


def _is_of_browser(call: Call) -> bool:
    return call.bearer is None or not call.bearer.startswith(("sk_", SECRET_KEY_PREFIX))


def dispatch(call: Call) -> HttpResponse:
    """Return the response to a request; errors are raised."""
    path = call.path
    if not path.startswith(_API_PATHS):
        return account_portal.respond(call)
    if path.startswith(authorization_server.PATHS):
        return authorization_server.respond(call)
    if call.bearer is not None and call.bearer.startswith(SECRET_KEY_PREFIX):
        return _dispatch_machine(call)
    if call.bearer is None or not call.bearer.startswith("sk_"):
        return _dispatch_without_secret_key(call)
    if not call.keys.owns_secret_key(call.bearer):
        raise ApiError(
            401,
            "clerk_key_invalid",
            "The provided Clerk Secret Key is invalid.",
            "The secret key does not belong to this local instance. Set CLERK_SECRET_KEY to the "
            "key that it printed at startup.",
        )
    found = backend_api.ROUTES.find(call)
    if found is None:
        raise not_served(call.request.method, path)
    return found()


def _dispatch_machine(call: Call) -> HttpResponse:
    if calling_machine(call) is None:
        raise ApiError(
            401,
            "machine_secret_key_invalid",
            "The provided machine secret key is invalid.",
            "No machine of this local instance has this secret key. It may have been rotated.",
        )
    found = backend_api.MACHINE_ROUTES.find(call)
    if found is None:
        raise not_served(call.request.method, call.path, "for machine secret keys")
    return found()


def _dispatch_without_secret_key(call: Call) -> HttpResponse:
    """Call the Frontend API, or raise 401 for a path of the Backend API."""
    is_shared = backend_api.ROUTES.find(call) is not None
    # Both APIs have paths such as /v1/organizations; clerk-js always sends its API version.
    if is_shared and "__clerk_api_version" not in call.query:
        raise ApiError(
            401,
            "authorization_header_format_invalid",
            "Invalid Authorization header format",
            "The Backend API requires the secret key in an Authorization: Bearer header.",
        )
    return frontend_api.respond(call)
