"""Check the claims of a token whose signature is valid. The time is an argument."""

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
    """Return why these claims are invalid; None if they are valid.

    Session tokens are described at https://clerk.com/docs/guides/sessions/session-tokens, the
    registered claims in RFC 7519, 4.1. Claims of the wrong type are invalid.

    Args:
        claims: The claims of the token.
        settings: The settings of the instance.
        now: Unix seconds.
        clock_skew_in_ms: The tolerated clock skew in milliseconds; None for that of the settings.
        kind: The kind of token. Issuer and authorized party are checked for session tokens only.
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
        # A token without azp is invalid, because it could be used from any origin.
        if settings.authorized_parties and claims.get("azp") not in settings.authorized_parties:
            return Reason.TOKEN_INVALID_AUTHORIZED_PARTIES
        if settings.issuer and claims.get("iss") not in settings.issuer:
            return Reason.TOKEN_INVALID_ISSUER
    skew = settings.clock_skew_in_ms if clock_skew_in_ms is None else clock_skew_in_ms
    return _refuse_times(claims, now, skew / 1000)


def refuse_oauth_audience(audience: object, settings: Settings) -> Reason | None:
    """Return why an OAuth token is not for this API (RFC 9068, 4); None if it is.

    Args:
        audience: The `aud` claim.
        settings: The settings of the instance. Without `audience`, all tokens are accepted.
    """
    if not settings.audience:
        return None
    listed = audience if is_array(audience) else [audience]
    is_well_formed = bool(listed) and all(isinstance(one, str) and one for one in listed)
    if is_well_formed and any(one in settings.audience for one in listed):
        return None
    return Reason.TOKEN_VERIFICATION_FAILED


def _is_for(audience: object, accepted: tuple[str, ...]) -> bool:
    # Session tokens have no audience, unless the instance adds one.
    if not audience:
        return True
    if is_array(audience):
        return any(one in accepted for one in audience)
    return audience in accepted


def _is_time(value: object) -> TypeGuard[int | float]:
    """Return whether a value is a NumericDate (RFC 7519, 2): a JSON number, not a boolean."""
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
