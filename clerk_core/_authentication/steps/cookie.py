"""Authenticate a browser request from its cookies.

Three steps check in order whether the development instance knows the browser, whether `__session`
and `__client_uat` agree, and whether the session token is valid. If only Clerk can tell, the result
is a handshake.
"""

from __future__ import annotations

from clerk_core._authentication.request import cookies as names
from clerk_core._authentication.result.state import RequestState, SignedIn
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.steps.handshake import to_handshake
from clerk_core._authentication.steps.invalid_token import invalid_token
from clerk_core._authentication.steps.organization import is_active, wanted_organization
from clerk_core._authentication.steps.satellite import comes_from_satellite
from clerk_core._flow import Flow
from clerk_core._reasons import EXPLANATIONS, Reason


def development_browser(context: Context) -> RequestState | None:
    """Start a handshake if a development instance does not know the browser yet."""
    credentials = context.credentials
    if not credentials.is_development:
        return None
    if credentials.query(names.DEV_BROWSER) is not None:
        return to_handshake(context, Reason.DEV_BROWSER_SYNC)
    if not credentials.dev_browser_token:
        return to_handshake(context, Reason.DEV_BROWSER_MISSING)
    return None


def agreement_of_cookies(context: Context) -> RequestState | None:
    """Compare `__session` with `__client_uat`; return None if a user is signed in by both."""
    has_client = context.credentials.client_uat != 0
    has_token = context.credentials.session_token_in_cookie is not None
    if has_client and has_token:
        return None
    if has_token:
        return to_handshake(context, Reason.SESSION_TOKEN_BUT_NO_CLIENT_UAT)
    if has_client:
        return to_handshake(context, Reason.CLIENT_UAT_BUT_NO_SESSION_TOKEN)
    return context.signed_out(Reason.SESSION_TOKEN_AND_UAT_MISSING)


def session_token_in_cookie(context: Context) -> Flow[RequestState]:
    """Verify the token in the cookie; start a handshake if it is older than the last sign-in."""
    token = context.credentials.session_token_in_cookie or ""
    claims = yield from context.verify(token, issued_since=context.credentials.client_uat)
    if isinstance(claims, Reason):
        return (yield from invalid_token(context, token, claims, "cookie"))
    return _sync_if_needed(context, context.signed_in(token, claims))


def _sync_if_needed(context: Context, signed_in: SignedIn) -> RequestState:
    """Return `signed_in`, unless a satellite or an organization has to be synced first."""
    credentials = context.credentials
    if comes_from_satellite(credentials):
        reason = Reason.PRIMARY_DOMAIN_CROSS_ORIGIN_SYNC
        return to_handshake(context, reason, EXPLANATIONS[reason])
    wanted = wanted_organization(credentials)
    if wanted is None:
        return signed_in
    auth = signed_in.auth("session_token")
    if not auth.is_authenticated or is_active(wanted, auth.org_id, auth.org_slug):
        return signed_in
    asked = to_handshake(context, Reason.ACTIVE_ORGANIZATION_MISMATCH)
    # If the browser cannot be redirected, or was redirected before, it stays signed in.
    return asked if asked.status == "handshake" else signed_in
