"""Verify a token that Clerk signed for a session: header, signature, claims, in this order.

Claims are checked only after the signature, so that the sender of a forged token learns nothing.
"""

from __future__ import annotations

from clerk_core._authentication.request.jwt import Jwt
from clerk_core._authentication.request.token_kinds import M2M_CATEGORY, has_session_category
from clerk_core._authentication.tokens.claims import refuse_claims
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._authentication.tokens.signature import refuse_header, refuse_signature
from clerk_core._flow import Flow
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings


def verify_session_token(
    token: str,
    jwt: Jwt,
    settings: Settings,
    now: float,
    keyring: Keyring,
    clock_skew_in_ms: int | None = None,
) -> Flow[Reason | None]:
    """Return why a decoded session token is invalid at `now` (Unix seconds); None if valid."""
    if jwt.header.get("cat") == M2M_CATEGORY:
        return Reason.TOKEN_INVALID
    reason = yield from refuse_signature_of(token, jwt, settings, now, keyring)
    return reason or refuse_claims(jwt.claims, settings, now, clock_skew_in_ms)


def verify_handshake_token(
    token: str, jwt: Jwt, settings: Settings, now: float, keyring: Keyring
) -> Flow[Reason | None]:
    """Return why a signed handshake is invalid. It has no times to check.

    A JWT template can carry claims of anybody's choosing, so no other kind of token will do.
    """
    if not has_session_category(jwt):
        return Reason.TOKEN_INVALID
    return (yield from refuse_signature_of(token, jwt, settings, now, keyring))


def refuse_signature_of(
    token: str,
    jwt: Jwt,
    settings: Settings,
    now: float,
    keyring: Keyring,
    types: tuple[str, ...] | None = None,
) -> Flow[Reason | None]:
    """Return why no key of the instance verifies a token; `types` are the accepted `typ` values."""
    kid = jwt.header.get("kid")
    key = keyring.known(kid, settings, now)
    if key is None:
        found = yield from keyring.find(kid, settings, now)
        if isinstance(found, Reason):
            return found
        key = found
    reason = refuse_header(jwt, types)
    if reason is not None or keyring.remembered.holds(token, key):
        return reason
    reason = refuse_signature(jwt, key)
    if reason is None:
        keyring.remembered.remember(token, jwt, key)
    return reason
