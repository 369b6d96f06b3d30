"""Judge the claims of a token whose signature holds. Plain comparisons; the time is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TypeGuard

from clerk_core.words.reasons import Reason
from clerk_core.words.settings import Settings

_MISSING = object()


def refuse_claims(
    claims: Mapping[str, object], settings: Settings, now: float, clock_skew_in_ms: int
) -> Reason | None:
    """Why these claims do not hold at `now` (Unix seconds); None if they do.

    Session tokens are described at https://clerk.com/docs/guides/sessions/session-tokens, the
    registered claims in RFC 7519, 4.1. A claim of the wrong type never holds.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        return Reason.TOKEN_VERIFICATION_FAILED
    if settings.audience and not _is_for(claims.get("aud"), settings.audience):
        return Reason.TOKEN_VERIFICATION_FAILED
    # An absent azp would let every token pass the list of origins.
    if settings.authorized_parties and claims.get("azp") not in settings.authorized_parties:
        return Reason.TOKEN_INVALID_AUTHORIZED_PARTIES
    if settings.issuer and claims.get("iss") not in settings.issuer:
        return Reason.TOKEN_INVALID_ISSUER
    return _refuse_times(claims, now, clock_skew_in_ms / 1000)


def _is_for(audience: object, accepted: tuple[str, ...]) -> bool:
    # Clerk's session tokens carry no audience unless the instance adds one.
    if not audience:
        return True
    if isinstance(audience, list):
        return any(one in accepted for one in audience)
    return audience in accepted


def _is_time(value: object) -> TypeGuard[int | float]:
    """Whether this is a NumericDate (RFC 7519, 2): a JSON number, and no boolean."""
    return type(value) is int or (type(value) is float and isfinite(value))


def _refuse_times(claims: Mapping[str, object], now: float, skew: float) -> Reason | None:
    expires = claims.get("exp")
    not_before = claims.get("nbf", _MISSING)
    issued_at = claims.get("iat", _MISSING)
    if not _is_time(expires):
        return Reason.TOKEN_VERIFICATION_FAILED
    if int(expires) <= now - skew:
        return Reason.TOKEN_EXPIRED
    if not_before is not _MISSING:
        if not _is_time(not_before):
            return Reason.TOKEN_VERIFICATION_FAILED
        if int(not_before) > now + skew:
            return Reason.TOKEN_NOT_ACTIVE_YET
    if issued_at is not _MISSING:
        if not _is_time(issued_at):
            return Reason.TOKEN_VERIFICATION_FAILED
        if int(issued_at) > now + skew:
            return Reason.TOKEN_IAT_IN_THE_FUTURE
    return None
