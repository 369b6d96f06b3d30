"""Judge the claims of a token whose signature holds. Plain comparisons; the time is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TypeGuard

from clerk_core._authentication.request.token_kinds import TokenType
from clerk_core._json_values import is_array
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings

_MISSING = object()


def refuse_claims(
    claims: Mapping[str, object],
    settings: Settings,
    now: float,
    clock_skew_in_ms: int | None = None,
    kind: TokenType = "session_token",
) -> Reason | None:
    """Return why these claims are invalid at `now` (Unix seconds); None if they are valid.

    `clock_skew_in_ms` goes before that of the settings. Session tokens are described at
    https://clerk.com/docs/guides/sessions/session-tokens, the registered claims in RFC 7519, 4.1. A
    claim of the wrong type never holds. The audience of an OAuth token has rules of its own.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        return Reason.TOKEN_VERIFICATION_FAILED
    if kind == "oauth_token":
        refused = refuse_oauth_audience(claims.get("aud"), settings)
        if refused is not None:
            return refused
    elif settings.audience and not _is_for(claims.get("aud"), settings.audience):
        return Reason.TOKEN_VERIFICATION_FAILED
    if kind == "session_token":
        # An absent azp would let every token pass the list of origins.
        if settings.authorized_parties and claims.get("azp") not in settings.authorized_parties:
            return Reason.TOKEN_INVALID_AUTHORIZED_PARTIES
        if settings.issuer and claims.get("iss") not in settings.issuer:
            return Reason.TOKEN_INVALID_ISSUER
    skew = settings.clock_skew_in_ms if clock_skew_in_ms is None else clock_skew_in_ms
    return _refuse_times(claims, now, skew / 1000)


def refuse_oauth_audience(audience: object, settings: Settings) -> Reason | None:
    """Return why an OAuth token is not for this API (RFC 9068, 4); None if no audience is set."""
    if not settings.audience:
        return None
    listed = audience if is_array(audience) else [audience]
    is_well_formed = bool(listed) and all(isinstance(one, str) and one for one in listed)
    if is_well_formed and any(one in settings.audience for one in listed):
        return None
    return Reason.TOKEN_VERIFICATION_FAILED


def _is_for(audience: object, accepted: tuple[str, ...]) -> bool:
    # Clerk's session tokens carry no audience unless the instance adds one.
    if not audience:
        return True
    if is_array(audience):
        return any(one in accepted for one in audience)
    return audience in accepted


def _is_time(value: object) -> TypeGuard[int | float]:
    """Return whether this is a NumericDate (RFC 7519, 2): a JSON number, not a boolean."""
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
