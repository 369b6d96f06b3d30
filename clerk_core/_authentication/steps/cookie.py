"""Decide by the cookies: how a browser comes.

The steps in their order: is the browser known to the development instance, do `__session` and
`__client_uat` agree, does the session token hold. Doubt that Clerk can resolve ends in a handshake.
"""

from __future__ import annotations

from clerk_core._authentication.request import cookies as names
from clerk_core._authentication.request.jwt import MalformedJwtError
from clerk_core._authentication.request.token_kinds import is_session_token
from clerk_core._authentication.result.origin import Token
from clerk_core._authentication.result.state import RequestState, SignedIn
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.steps.handshake import to_handshake
from clerk_core._authentication.steps.invalid_token import answer_invalid_token
from clerk_core._authentication.steps.organization import is_active, wanted_organization
from clerk_core._authentication.steps.satellite import comes_from_satellite
from clerk_core._authentication.tokens.session_token import verify_session_token
from clerk_core._flow import Flow
from clerk_core._reasons import EXPLANATIONS, Reason


def development_browser(context: Context[Token]) -> Flow[RequestState[Token] | None]:
    """In development, make the browser known first; its name comes in the query from Clerk."""
    yield from ()  # a flow like every step, though it asks for nothing
    credentials = context.credentials
    if not credentials.is_development:
        return None
    if credentials.query(names.DEV_BROWSER) is not None:
        return to_handshake(context, Reason.DEV_BROWSER_SYNC)
    if not credentials.dev_browser_token:
        return to_handshake(context, Reason.DEV_BROWSER_MISSING)
    return None


def agreement_of_cookies(context: Context[Token]) -> Flow[RequestState[Token] | None]:
    """Whether `__session` and `__client_uat` tell the same story; None if both say signed in."""
    yield from ()
    has_client = context.credentials.client_uat != 0
    has_token = context.credentials.session_token_in_cookie is not None
    if has_client and has_token:
        return None
    if has_token:
        return to_handshake(context, Reason.SESSION_TOKEN_BUT_NO_CLIENT_UAT)
    if has_client:
        return to_handshake(context, Reason.CLIENT_UAT_BUT_NO_SESSION_TOKEN)
    return context.signed_out(Reason.SESSION_TOKEN_AND_UAT_MISSING)


def session_token_in_cookie(context: Context[Token]) -> Flow[RequestState[Token] | None]:
    """Signed in or out by the cookie's token, or a handshake where it is out of date."""
    credentials = context.credentials
    token = credentials.session_token_in_cookie or ""
    try:
        jwt = credentials.decode(token)
    except MalformedJwtError:
        return (yield from answer_invalid_token(context, Reason.TOKEN_INVALID, "cookie"))
    if not is_session_token(jwt):
        return context.not_accepted(token)
    issued_at = jwt.claims.get("iat")
    if isinstance(issued_at, int | float) and issued_at < credentials.client_uat:
        return to_handshake(context, Reason.SESSION_TOKEN_IAT_BEFORE_CLIENT_UAT)
    reason = yield from verify_session_token(
        token, jwt, context.settings, credentials.now, context.keyring
    )
    if reason is not None:
        return (yield from answer_invalid_token(context, reason, "cookie"))
    return _settled(context, context.signed_in(token, jwt.claims))


def _settled(context: Context[Token], signed_in: SignedIn[Token]) -> RequestState[Token]:
    """Signed in, unless another domain or another organization has to be settled first."""
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
    # Where the browser cannot be sent, or was sent in vain, the application sees who it is.
    return asked if asked.status == "handshake" else signed_in
