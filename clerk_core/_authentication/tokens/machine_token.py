"""Verify machine tokens: opaque ones with the Backend API, JWTs by their signature.

Both ways return a `MachineToken`. An outage of the API does not make a token invalid; it has a
reason of its own. https://clerk.com/docs/guides/development/machine-auth/overview
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clerk_core._api.calls import call
from clerk_core._api.sharing import machine_token_policy
from clerk_core._api.visitor_calls import VisitorCalls, call_key
from clerk_core._authentication.request.jwt import Jwt, MalformedJwtError, decode
from clerk_core._authentication.request.token_kinds import (
    M2M_CATEGORY,
    OAUTH_TYPES,
    MachineTokenType,
    machine_jwt_type,
)
from clerk_core._authentication.tokens.claims import refuse_claims, refuse_oauth_audience
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._authentication.tokens.session_token import refuse_signature_of
from clerk_core._flow import Flow
from clerk_core._json_values import is_array, is_object
from clerk_core._reasons import EXPLANATIONS, Reason
from clerk_core._settings.settings import Settings
from clerk_core.errors import (
    ClerkAPIError,
    ConfigurationError,
    TokenVerificationError,
    TransportError,
)

if TYPE_CHECKING:
    from clerk_core.models import M2MToken

# The claims that all M2M tokens have. All others are custom claims.
_STRUCTURAL_CLAIMS = ("iss", "sub", "exp", "nbf", "iat", "jti")
# March 1973 in milliseconds, the year 5138 in seconds.
_FIRST_MILLISECONDS = 100_000_000_000
_ENDPOINTS: dict[MachineTokenType, tuple[str, str]] = {
    "m2m_token": ("/m2m_tokens/verify", "token"),
    "oauth_token": ("/oauth_applications/access_tokens/verify", "access_token"),
    "api_key": ("/api_keys/verify", "secret"),
}
# Reasons that do not depend on the token.
_RAISED_FOR: dict[Reason, type[ConfigurationError | TransportError]] = {
    Reason.JWK_FAILED_TO_RESOLVE: ConfigurationError,
    Reason.SECRET_KEY_INVALID: ConfigurationError,
    Reason.JWK_REMOTE_FAILED_TO_LOAD: TransportError,
}


@dataclass(frozen=True, slots=True, repr=False)
class MachineToken:
    """A machine token that was verified."""

    type: MachineTokenType
    id: str
    subject: str
    scopes: tuple[str, ...]
    name: str | None = None
    claims: Mapping[str, object] | None = None
    client_id: str | None = None
    expires_at: float | None = None
    audience: tuple[str, ...] = ()
    actor: Mapping[str, object] | None = None


def verify_opaque_token(
    token: str, kind: MachineTokenType, settings: Settings, now: float, calls: VisitorCalls
) -> Flow[MachineToken | Reason]:
    """Verify an opaque token with the Backend API.

    Args:
        token: The token.
        kind: The kind of token.
        settings: The settings of the instance.
        now: Unix seconds.
        calls: The limiter of calls, with the cache of refused tokens.

    Returns:
        The verified token, or the reason why it is invalid.

    Raises:
        ConfigurationError: There is no key to call the Backend API with.
    """
    memory = call_key(settings, kind, token)
    if calls.refusal(memory, now) is not None:
        return Reason.TOKEN_INVALID
    path, parameter = _ENDPOINTS[kind]
    key = settings.machine_secret_key if kind == "m2m_token" else None
    try:
        with calls.permit(memory, now, is_mostly_genuine=True) as permit:
            if permit is None:
                return Reason.UNEXPECTED_ERROR
            document = yield from call(
                settings,
                "POST",
                path,
                body={parameter: token},
                is_versioned=False,
                key=key,
                timeout=permit.timeout,
                cache_policy=machine_token_policy(settings, kind, memory),
            )
    except TransportError:
        return Reason.UNEXPECTED_ERROR
    except ClerkAPIError as error:
        if error.code == "broken-response":
            return Reason.UNEXPECTED_ERROR
        if error.status == 404:
            calls.refuse(memory, "", now)
        return {401: Reason.SECRET_KEY_INVALID, 404: Reason.TOKEN_INVALID}.get(
            error.status, Reason.UNEXPECTED_ERROR
        )
    return _read(document if is_object(document) else {}, kind, settings, now)


def _read(
    document: Mapping[str, object], kind: MachineTokenType, settings: Settings, now: float
) -> MachineToken | Reason:
    identifier, subject = document.get("id"), document.get("subject")
    if not (isinstance(identifier, str) and isinstance(subject, str) and subject):
        return Reason.UNEXPECTED_ERROR
    is_over = document.get("revoked") is True or document.get("expired") is True
    if is_over or _is_past(document.get("expiration"), settings, now):
        return Reason.TOKEN_INVALID
    if kind == "oauth_token":
        refused = refuse_oauth_audience(document.get("aud"), settings)
        if refused is not None:
            return refused
    claims = document.get("claims")
    return MachineToken(
        kind,
        identifier,
        subject,
        _texts(document.get("scopes")),
        _text(document.get("name")),
        claims if is_object(claims) and kind != "oauth_token" else None,
        _text(document.get("client_id")) if kind == "oauth_token" else None,
        _seconds(document.get("expiration")),
        _audience(document.get("aud")),
        _actor(document.get("act")),
    )


def _is_past(expiration: object, settings: Settings, now: float) -> bool:
    """Return whether a token has expired since its response was cached."""
    seconds = _seconds(expiration)
    return seconds is not None and seconds + settings.clock_skew_in_ms / 1000 <= now


def verify_machine_jwt(
    token: str, jwt: Jwt, kind: MachineTokenType, settings: Settings, now: float, keyring: Keyring
) -> Flow[MachineToken | Reason]:
    """Verify an M2M or OAuth JWT by its signature and claims.

    Except for a wrong category, all failures have the same reason, as in `@clerk/backend`.

    Args:
        token: The encoded token.
        jwt: The decoded token.
        kind: The kind of token.
        settings: The settings of the instance.
        now: Unix seconds.
        keyring: The public keys.

    Returns:
        The verified token, or the reason why it is invalid.
    """
    if kind == "m2m_token" and not _has_m2m_category(jwt):
        return Reason.TOKEN_INVALID
    refused = yield from _refuse_machine_jwt(token, jwt, kind, settings, now, keyring)
    if refused is not None:
        return Reason.TOKEN_VERIFICATION_FAILED
    return _m2m_token(jwt.claims) if kind == "m2m_token" else _oauth_token(jwt.claims)


def _has_m2m_category(jwt: Jwt) -> bool:
    return jwt.header.get("cat", M2M_CATEGORY) == M2M_CATEGORY


def _refuse_machine_jwt(
    token: str, jwt: Jwt, kind: MachineTokenType, settings: Settings, now: float, keyring: Keyring
) -> Flow[Reason | None]:
    types = OAUTH_TYPES if kind == "oauth_token" else None
    refused = yield from refuse_signature_of(token, jwt, settings, now, keyring, types)
    return refused or refuse_claims(jwt.claims, settings, now, kind=kind)


def verify_m2m_jwt(
    token: object, settings: Settings, now: float, keyring: Keyring
) -> Flow[M2MToken] | None:
    """Return the flow that verifies an M2M JWT; None if the value is not one.

    The flow returns the token in the format of the Backend API.

    Args:
        token: The value to verify.
        settings: The settings of the instance.
        now: Unix seconds.
        keyring: The public keys.

    Raises:
        ConfigurationError: There is no key to fetch the key set with.
        TokenVerificationError: The token is invalid.
        TransportError: The key set cannot be fetched.
    """
    try:
        jwt = decode(token) if isinstance(token, str) else None
    except MalformedJwtError:
        jwt = None
    if not isinstance(token, str) or jwt is None or machine_jwt_type(jwt) != "m2m_token":
        return None
    return _verify_m2m_jwt(token, jwt, settings, now, keyring)


def _verify_m2m_jwt(
    token: str, jwt: Jwt, settings: Settings, now: float, keyring: Keyring
) -> Flow[M2MToken]:
    # Imported here, because it imports all models.
    from clerk_core.models import M2MToken

    refused = None if _has_m2m_category(jwt) else Reason.TOKEN_INVALID
    refused = refused or (
        yield from _refuse_machine_jwt(token, jwt, "m2m_token", settings, now, keyring)
    )
    if refused is not None:
        error = _RAISED_FOR.get(refused, TokenVerificationError)
        raise error(EXPLANATIONS[refused], code=refused.value)
    found = _m2m_token(jwt.claims)
    issued = _milliseconds(jwt.claims.get("iat"))
    fields: dict[str, object] = {
        "object": "machine_to_machine_token",
        "id": found.id,
        "subject": found.subject,
        "scopes": list(found.scopes),
        "claims": found.claims,
        "revoked": False,
        "expired": False,
        "expiration": _milliseconds(jwt.claims["exp"]),
        "created_at": issued,
        "updated_at": issued,
    }
    return M2MToken(fields)


def _milliseconds(seconds: object) -> float | None:
    return seconds * 1000 if isinstance(seconds, (int, float)) else None


def _m2m_token(claims: Mapping[str, object]) -> MachineToken:
    own = {name: value for name, value in claims.items() if name not in _STRUCTURAL_CLAIMS}
    scopes = claims.get("scopes")
    listed = scopes.split(" ") if isinstance(scopes, str) else claims.get("aud")
    return MachineToken(
        "m2m_token",
        _text(claims.get("jti")) or "",
        str(claims["sub"]),
        _texts(listed),
        claims=own or None,
        expires_at=_number(claims.get("exp")),
        audience=_audience(claims.get("aud")),
    )


def _oauth_token(claims: Mapping[str, object]) -> MachineToken:
    scopes = claims.get("scp")
    if not is_array(scopes):
        scope = claims.get("scope")
        scopes = scope.split(" ") if isinstance(scope, str) else []
    return MachineToken(
        "oauth_token",
        _text(claims.get("jti")) or "",
        str(claims["sub"]),
        _texts(scopes),
        client_id=_text(claims.get("client_id")) or "",
        expires_at=_number(claims.get("exp")),
        audience=_audience(claims.get("aud")),
        actor=_actor(claims.get("act")),
    )


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value


def _seconds(expiration: object) -> float | None:
    """Return the time of a resource in Unix seconds.

    `@clerk/backend` documents milliseconds for API keys and M2M tokens. For OAuth tokens it
    documents seconds, but uses milliseconds if they are JWTs. The size tells both apart.
    """
    number = _number(expiration)
    return number / 1000 if number is not None and number >= _FIRST_MILLISECONDS else number


def _audience(value: object) -> tuple[str, ...]:
    # RFC 7519, 4.1.3: one string, or a list of them.
    return (value,) if isinstance(value, str) else _texts(value)


def _actor(value: object) -> Mapping[str, object] | None:
    return value if is_object(value) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if is_array(value) else ()
