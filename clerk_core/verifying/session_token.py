"""Verify a token that Clerk signed for a session: header, signature, claims, in this order.

Claims are judged only under a good signature, so that a forger learns nothing from the answer.
"""

from __future__ import annotations

from clerk_core.reading.jwt import Jwt, MalformedJwtError
from clerk_core.reading.token_kinds import M2M_CATEGORY, has_session_category
from clerk_core.verifying.claims import refuse_claims
from clerk_core.verifying.keyring import Keyring
from clerk_core.verifying.refusal import Refusal
from clerk_core.verifying.signature import refuse_header, refuse_signature
from clerk_core.words.flow import Flow
from clerk_core.words.reasons import Reason
from clerk_core.words.settings import Settings


def verify_session_token(
    token: str,
    settings: Settings,
    now: float,
    keyring: Keyring,
    clock_skew_in_ms: int | None = None,
) -> Flow[Jwt | Refusal]:
    """The token taken apart if it holds at `now` (Unix seconds), or why it does not."""
    jwt = yield from verify_signature(token, settings, now, keyring)
    if isinstance(jwt, Refusal):
        return jwt
    if jwt.header.get("cat") == M2M_CATEGORY:
        return Refusal(Reason.TOKEN_INVALID)
    skew = settings.clock_skew_in_ms if clock_skew_in_ms is None else clock_skew_in_ms
    reason = refuse_claims(jwt.claims, settings, now, skew)
    return Refusal(reason) if reason else jwt


def verify_handshake_token(
    token: str, settings: Settings, now: float, keyring: Keyring
) -> Flow[list[str] | Refusal]:
    """The `Set-Cookie` values of a signed handshake. It has no times to judge.

    A JWT template can carry claims of anybody's choosing, so no other kind of token will do.
    """
    jwt = yield from verify_signature(token, settings, now, keyring)
    if isinstance(jwt, Refusal):
        return jwt
    if not has_session_category(jwt):
        return Refusal(Reason.TOKEN_INVALID)
    directives = jwt.claims.get("handshake")
    if not isinstance(directives, list):
        return []
    return [directive for directive in directives if isinstance(directive, str)]


def verify_signature(
    token: str, settings: Settings, now: float, keyring: Keyring
) -> Flow[Jwt | Refusal]:
    """The token taken apart if a key of this instance signed it, whatever it claims."""
    try:
        jwt = keyring.remembered.decode(token)
    except MalformedJwtError:
        return Refusal(Reason.TOKEN_INVALID)
    kid = jwt.header.get("kid")
    key = keyring.known(kid, settings, now)
    if key is None:
        found = yield from keyring.find(kid, settings, now)
        if isinstance(found, Refusal):
            return found
        key = found
    if keyring.remembered.holds(token, key):
        return jwt
    reason = refuse_header(jwt) or refuse_signature(jwt, key)
    if reason:
        return Refusal(reason)
    keyring.remembered.remember(token, jwt, key)
    return jwt
