"""Explain each check of a token, in the order in which they are made. It prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from clerk_core._authentication.steps.token_alone import DecodedToken, decode_token
from clerk_core._client import Clerk
from clerk_core._doctor.findings import Finding
from clerk_core._reasons import EXPLANATIONS, Reason
from clerk_core._settings.settings import Settings
from clerk_core.errors import TokenVerificationError, TransportError

_Describe = Callable[[DecodedToken, Settings, float], str]


def explain(clerk: Clerk, token: str, now: float) -> Iterator[Finding]:
    """Yield a finding for each check of a token; the first that fails is the last.

    Args:
        clerk: A client of the instance.
        token: The encoded token.
        now: The current time in Unix seconds.
    """
    try:
        decoded = decode_token(token)
    except TokenVerificationError:
        yield _opaque(clerk, token)
        return
    failed = _reason_of(clerk, token)
    for check, (reasons, describe) in _CHECKS.items():
        if failed in reasons:
            yield Finding(
                check, "error", describe(decoded, clerk.settings, now), _advice_for(failed)
            )
            return
        yield Finding(check, "ok", describe(decoded, clerk.settings, now))
    if failed:
        yield Finding("token", "error", failed, _advice_for(failed))


def _opaque(clerk: Clerk, token: str) -> Finding:
    failed = _reason_of(clerk, token)
    if failed:
        return Finding("token", "error", f"The token is refused: {failed}.", _advice_for(failed))
    return Finding("token", "ok", "Clerk knows the token.")


def _reason_of(clerk: Clerk, token: str) -> str:
    try:
        clerk.verify_token(token, accepts_token="any")  # noqa: S106 - not a password
    except TokenVerificationError as error:
        return error.code
    except TransportError:
        return str(Reason.JWK_REMOTE_FAILED_TO_LOAD)
    return ""


def _advice_for(reason: str) -> str:
    return EXPLANATIONS.get(reason, "")


def _form(token: DecodedToken, settings: Settings, now: float) -> str:
    category = "session" if "sid" in token.claims else "machine"
    return f"A JWT of a {category}, issued by {token.claims.get('iss', 'nobody')}."


def _key(token: DecodedToken, settings: Settings, now: float) -> str:
    where = "CLERK_JWT_KEY" if settings.jwt_key else "the key set of the instance"
    return f"Key {token.header.get('kid', 'without ID')}, from {where}."


def _algorithm(token: DecodedToken, settings: Settings, now: float) -> str:
    return f"Algorithm {token.header.get('alg', 'missing')}."


def _signature(token: DecodedToken, settings: Settings, now: float) -> str:
    return "The signature over header and claims."


def _subject(token: DecodedToken, settings: Settings, now: float) -> str:
    audience = token.claims.get("aud", "none")
    return f"Subject {token.claims.get('sub', 'missing')}, audience {audience}."


def _party(token: DecodedToken, settings: Settings, now: float) -> str:
    accepted = ", ".join(settings.authorized_parties) or "any origin"
    return f"Issued to {token.claims.get('azp', 'no origin')}; accepted: {accepted}."


def _issuer(token: DecodedToken, settings: Settings, now: float) -> str:
    return f"Accepted issuers: {', '.join(settings.issuer) or 'any with a key of the instance'}."


def _times(token: DecodedToken, settings: Settings, now: float) -> str:
    parts = [_when(name, token.claims, now) for name in ("iat", "nbf", "exp")]
    return f"{'; '.join(part for part in parts if part)}."


def _when(name: str, claims: Mapping[str, object], now: float) -> str:
    value = claims.get(name)
    if not isinstance(value, int | float) or abs(value - now) > timedelta.max.total_seconds():
        return ""
    distance = timedelta(seconds=round(abs(value - now)))
    return f"{name} {distance} ago" if value < now else f"{name} in {distance}"


def _session(token: DecodedToken, settings: Settings, now: float) -> str:
    return f"The session is {token.claims.get('sts', 'active')}."


_CHECKS: Mapping[str, tuple[tuple[str, ...], _Describe]] = {
    "form": ((Reason.TOKEN_INVALID, Reason.TOKEN_TYPE_MISMATCH), _form),
    "key": (
        (
            Reason.SECRET_KEY_INVALID,
            Reason.JWK_FAILED_TO_RESOLVE,
            Reason.JWK_REMOTE_FAILED_TO_LOAD,
            Reason.JWK_KID_MISMATCH,
            Reason.JWK_TOO_SHORT,
        ),
        _key,
    ),
    "algorithm": ((Reason.TOKEN_INVALID_ALGORITHM,), _algorithm),
    "signature": ((Reason.TOKEN_INVALID_SIGNATURE,), _signature),
    "subject": ((Reason.TOKEN_VERIFICATION_FAILED,), _subject),
    "authorized-party": ((Reason.TOKEN_INVALID_AUTHORIZED_PARTIES,), _party),
    "issuer": ((Reason.TOKEN_INVALID_ISSUER,), _issuer),
    "times": (
        (Reason.TOKEN_EXPIRED, Reason.TOKEN_NOT_ACTIVE_YET, Reason.TOKEN_IAT_IN_THE_FUTURE),
        _times,
    ),
    "session": ((Reason.SESSION_PENDING,), _session),
}
"""The checks in their order, each with the reasons why it fails and what to say of it."""
