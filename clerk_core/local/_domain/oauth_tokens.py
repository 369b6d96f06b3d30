"""Create OAuth access tokens and ID tokens, and read what they say.

An access token is opaque and stored, or a JWT (RFC 9068) that is not. It must not know HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clerk_core._json_values import is_object, is_strings
from clerk_core.local._domain.errors import NotFoundError
from clerk_core.local._domain.keys import InstanceKeys
from clerk_core.local._domain.machine_tokens import find_by_secret, is_valid, new_token
from clerk_core.local._domain.oauth_errors import OAuthError, invalid_grant
from clerk_core.local._domain.oauth_grants import find_refresh_token, revoke_grant
from clerk_core.local._domain.users import is_verified
from clerk_core.local._storage.rows import (
    EmailAddress,
    JsonObject,
    MachineToken,
    OAuthApplication,
    OAuthGrant,
    User,
    new_token_id,
)
from clerk_core.local._storage.store import Store

ACCESS_TOKEN_LIFETIME = 24 * 60 * 60
"""The lifetime of access tokens and ID tokens, in seconds."""

KIND = "oauth_token"


@dataclass(frozen=True)
class Audience:
    """Whom a new token is for, and what it allows there."""

    scopes: Sequence[str]
    resources: Sequence[str]


def opaque_access_token(
    store: Store,
    application: OAuthApplication,
    grant: OAuthGrant,
    audience: Audience,
    now: int,
) -> str:
    """Store and return a new opaque access token."""
    token = replace(
        new_token(KIND, grant.user_id, now),
        client_id=application.client_id,
        grant_id=grant.id,
        claims={"aud": list(audience.resources)} if audience.resources else None,
        scopes=list(audience.scopes),
        expiration=now + ACCESS_TOKEN_LIFETIME * 1000,
    )
    store.put(token)
    return token.secret


def jwt_access_token(
    keys: InstanceKeys,
    issuer: str,
    application: OAuthApplication,
    grant: OAuthGrant,
    audience: Audience,
    now: int,
) -> str:
    """Return a new access token as JWT (RFC 9068)."""
    issued_at = now // 1000
    claims: JsonObject = {
        "iss": issuer,
        "sub": grant.user_id,
        "client_id": application.client_id,
        "scope": " ".join(audience.scopes),
        "jti": new_token_id("oat"),
        "iat": issued_at,
        "nbf": issued_at,
        "exp": issued_at + ACCESS_TOKEN_LIFETIME,
    }
    if audience.resources:
        claims["aud"] = list(audience.resources)
    return keys.sign(claims, "oauth")


def id_token(
    store: Store,
    keys: InstanceKeys,
    issuer: str,
    application: OAuthApplication,
    grant: OAuthGrant,
    scopes: Sequence[str],
    now: int,
) -> str:
    """Return a new ID token (OpenID Connect Core, 2)."""
    user = store.one(User, id=grant.user_id)
    issued_at = now // 1000
    claims: JsonObject = {
        **(profile_claims(store, user, scopes) if user else {}),
        "iss": issuer,
        "sub": grant.user_id,
        "aud": application.client_id,
        "azp": application.client_id,
        "auth_time": grant.authenticated_at // 1000,
        "iat": issued_at,
        "exp": issued_at + ACCESS_TOKEN_LIFETIME,
    }
    if grant.nonce is not None:
        claims["nonce"] = grant.nonce
    # Without a category of its own, an application would take it for a session token.
    return keys.sign(claims, "template")


def profile_claims(store: Store, user: User, scopes: Sequence[str]) -> JsonObject:
    """Return what the scopes let an application know of a user."""
    claims: JsonObject = {}
    if "email" in scopes:
        email = store.one(EmailAddress, id=user.primary_email_address_id)
        claims["email"] = email.email_address if email else None
        claims["email_verified"] = email is not None and is_verified(store, email.verification_id)
    if "profile" in scopes:
        claims |= {
            "name": user.full_name or None,
            "given_name": user.first_name,
            "family_name": user.last_name,
            "username": user.username,
            "preferred_username": user.username,
        }
    if "public_metadata" in scopes:
        claims |= {"public_metadata": user.public_metadata, "unsafe_metadata": user.unsafe_metadata}
    if "private_metadata" in scopes:
        claims["private_metadata"] = user.private_metadata
    return claims


def read_jwt(claims: JsonObject) -> MachineToken:
    """Return an access token that was issued as JWT in the form of a stored one."""

    def milliseconds(name: str) -> int:
        value = claims.get(name)
        return value * 1000 if isinstance(value, int) else 0

    audience = claims.get("aud")
    return MachineToken(
        id=str(claims.get("jti")),
        kind=KIND,
        subject=str(claims.get("sub")),
        client_id=str(claims.get("client_id")),
        claims={"aud": audience} if is_strings(audience) else None,
        scopes=str(claims.get("scope") or "").split(),
        secret="",
        expiration=milliseconds("exp"),
        created_at=milliseconds("iat"),
        updated_at=milliseconds("iat"),
    )


def audience_of(token: MachineToken) -> JsonObject:
    """Return the `aud` of a token as fields, which are empty without a resource."""
    audience = token.claims.get("aud") if is_object(token.claims) else None
    return {"aud": audience} if is_strings(audience) else {}


def find_access_token(
    store: Store, keys: InstanceKeys, value: str, now: int
) -> MachineToken | None:
    """Return the valid access token with this value, opaque or a JWT, or None."""
    claims = keys.claims_of(value, "oauth")
    try:
        found = find_by_secret(store, KIND, value, now) if claims is None else read_jwt(claims)
    except NotFoundError:
        return None
    return found if is_valid(found, now) else None


def revoke_token(
    store: Store, keys: InstanceKeys, application: OAuthApplication, value: str, now: int
) -> None:
    """Revoke all tokens of the grant of an opaque access token or of a refresh token.

    An unknown token is revoked already (RFC 7009, 2.2).

    Raises:
        OAuthError: The token is a JWT, or belongs to another client.
    """
    if keys.claims_of(value, "oauth") is not None:
        raise OAuthError("unsupported_token_type", "An access token that is a JWT stays valid.")
    token = store.one(MachineToken, secret=value, kind=KIND)
    refresh_token = find_refresh_token(store, value)
    grant_id = token.grant_id if token else refresh_token and refresh_token.grant_id
    grant = store.one(OAuthGrant, id=grant_id) if grant_id else None
    if grant is None:
        return
    if grant.application_id != application.id:
        raise invalid_grant("The token belongs to another client.")
    revoke_grant(store, grant, now)
