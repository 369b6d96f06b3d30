"""Remove the count of handshakes from a URL.

The count is in the URL for browsers without cookies. This module does not know how requests are
authenticated, only whether removing the count could change the result.
"""

from __future__ import annotations

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.result.state import RequestState
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.steps.handshake import count_cookie
from clerk_core._authentication.steps.satellite import leads_from_satellite


def without_count(context: Context, state: RequestState) -> RequestState:
    """Return a redirect to the URL without the count, unless that would start another handshake."""
    credentials = context.credentials
    if not credentials.is_counted_in_url or state.redirect or not credentials.asks_for_document:
        return state
    # If the browser stores cookies, the cookie has the count as well.
    if not (credentials.is_counted_in_cookie or _would_be_the_same(credentials)):
        return state
    headers = (
        ("location", credentials.page_url or ""),
        ("cache-control", "no-store"),
        count_cookie(credentials.redirect_count),
    )
    return state.with_headers(headers)


def _would_be_the_same(credentials: Credentials) -> bool:
    """Return whether the result would be the same without the count."""
    has_handshake = credentials.handshake_nonce or credentials.handshake_token
    return not (
        credentials.is_in_redirect_loop or has_handshake or leads_from_satellite(credentials)
    )
