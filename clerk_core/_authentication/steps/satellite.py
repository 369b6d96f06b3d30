"""Share a session between a primary domain and its satellites.

`__clerk_synced=false` in a URL requests a sync, and `true` reports that it is done. In production
the Frontend API syncs; in development the two applications redirect the browser to each other.
https://clerk.com/docs/guides/dashboard/dns-domains/satellite-domains
"""

from __future__ import annotations

from clerk_core._authentication.request import cookies as names
from clerk_core._authentication.request.clerk_hosts import is_clerk_page
from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.public_url import parse_url, with_query, with_query_set
from clerk_core._authentication.result.state import RequestState
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.steps.handshake import to_handshake, to_page
from clerk_core._reasons import EXPLANATIONS, Reason

SYNCED = "__clerk_synced"
NEEDS_SYNC = "false"
_COMPLETED = "true"
_REDIRECT_URL = "__clerk_redirect_url"


def satellite_asks(context: Context) -> RequestState | None:
    """Start a sync with the primary domain if this is a satellite that needs one; else None."""
    credentials, settings = context.credentials, context.settings
    synced = credentials.query(SYNCED)
    if not settings.is_satellite or not credentials.is_document_navigation or synced == _COMPLETED:
        return None
    is_asked = synced == NEEDS_SYNC
    has_cookies = credentials.session_token_in_cookie is not None or credentials.client_uat != 0
    if has_cookies and not is_asked:
        return None
    if not settings.satellite_auto_sync and not is_asked:
        # No sync on the first request; it is requested after the sign-in.
        return context.signed_out(Reason.SESSION_TOKEN_AND_UAT_MISSING)
    if not credentials.is_development or not settings.sign_in_url or credentials.url is None:
        return to_handshake(context, Reason.SATELLITE_NEEDS_SYNCING)
    page = parse_url(settings.sign_in_url)
    if page is None or page.origin == credentials.url.origin:
        # The redirect would be endless. Not an exception, because visitors can choose the Host.
        reason = Reason.SATELLITE_SIGN_IN_URL_OWN
        return context.signed_out(reason, EXPLANATIONS[reason])
    location = with_query(page.href, [(_REDIRECT_URL, credentials.page_url or "")])
    return to_page(context, location, Reason.SATELLITE_NEEDS_SYNCING)


def primary_answers(context: Context) -> RequestState | None:
    """Redirect the browser back to its satellite, on the primary domain in development.

    The target must be an absolute http or https URL, and one of `authorized_parties` if they are
    set, because the URL contains the token of the development browser.
    """
    credentials, settings = context.credentials, context.settings
    asked = credentials.query(_REDIRECT_URL)
    if not asked or not credentials.is_development or settings.is_satellite:
        return None
    asked_from = parse_url(asked)
    if asked_from is None:
        return None
    if settings.authorized_parties and asked_from.origin not in settings.authorized_parties:
        return None
    location = asked_from.href
    if credentials.dev_browser_token:
        location = with_query(location, [(names.DEV_BROWSER, credentials.dev_browser_token)])
    location = with_query_set(location, [(SYNCED, _COMPLETED)])
    return to_page(context, location, Reason.PRIMARY_RESPONDS_TO_SYNCING)


def comes_from_satellite(credentials: Credentials) -> bool:
    """Return whether a browser comes to the primary domain from a possible satellite.

    Returns False if it just came back from a handshake.
    """
    return leads_from_satellite(credentials) and credentials.redirect_count == 0


def leads_from_satellite(credentials: Credentials) -> bool:
    """Return whether the referring page may be on a satellite."""
    if (
        credentials.settings.is_satellite
        or not credentials.is_document_navigation
        or credentials.referrer is None
        or credentials.url is None
        or credentials.referrer.origin == credentials.url.origin
    ):
        return False
    frontend_api = parse_url(credentials.frontend_api)
    return frontend_api is not None and not is_clerk_page(
        credentials.referrer, frontend_api, credentials.is_development
    )
