"""The route table of the authorization server.

It must not know what a route does.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Routes
from clerk_core.local._frontend.origins import check_origin, preflight_response
from clerk_core.local._oauth import authorize, metadata, registration, token, token_state
from clerk_core.local._responses import not_served

PATHS = ("/oauth/", "/.well-known/")

_PAGES = Routes(authorize.ROUTES)
_ENDPOINTS = Routes([*metadata.ROUTES, *registration.ROUTES, *token.ROUTES, *token_state.ROUTES])


def is_page(call: Call) -> bool:
    """Return whether the request is that of a user for a page, not that of a client."""
    # A slash at the end belongs to the same route.
    return call.path.rstrip("/") in {path for _, path, _ in _PAGES.table}


def respond(call: Call) -> HttpResponse:
    """Return the response to a request of a client, or of the browser of a user.

    Raises:
        DomainError: The request is not served (404), or refused.
    """
    page = _PAGES.find(call)
    if page is not None:
        return page()
    if call.request.method == "OPTIONS":
        return preflight_response(call)
    check_origin(call)
    found = _ENDPOINTS.find(call)
    if found is None:
        raise not_served(call.request.method, call.path)
    return found()
