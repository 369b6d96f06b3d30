"""Verify a session token: header, signature, claims, in this order.

Claims are checked after the signature, so that forged tokens reveal nothing about the settings.
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
    """Return why a session token is invalid; None if it is valid.

    Args:
        token: The encoded token.
        jwt: The decoded token.
        settings: The settings of the instance.
        now: Unix seconds.
        keyring: The public keys.
        clock_skew_in_ms: The tolerated clock skew in milliseconds; None for that of the settings.
    """
    if jwt.header.get("cat") == M2M_CATEGORY:
        return Reason.TOKEN_INVALID
    reason = yield from refuse_signature_of(token, jwt, settings, now, keyring)
    return reason or refuse_claims(jwt.claims, settings, now, clock_skew_in_ms)


def verify_handshake_token(
    token: str, jwt: Jwt, settings: Settings, now: float, keyring: Keyring
) -> Flow[Reason | None]:
    """Return why the token of a handshake is invalid; None if it is valid.

    It contains no times to check. Other kinds of token are rejected, because tokens of JWT
    templates can have arbitrary claims.
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
    """Return why the header or the signature of a token is invalid; None if both are valid.

    Args:
        token: The encoded token.
        jwt: The decoded token.
        settings: The settings of the instance.
        now: Unix seconds.
        keyring: The public keys.
        types: The accepted values of `typ`; None for JWT or no value.
    """
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
