"""Grant access to applications: authorization codes, refresh tokens and revocation.

A code is accepted once, and a refresh token too. The second time, somebody has stolen it, so that
all tokens of the grant are revoked. It must not know HTTP, or what an access token contains.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import replace

from clerk_core.local._domain.errors import DomainError
from clerk_core.local._domain.machine_tokens import revoke
from clerk_core.local._domain.oauth_applications import hash_of
from clerk_core.local._domain.oauth_errors import OAuthError, invalid_grant, invalid_request
from clerk_core.local._domain.users import check_can_sign_in, find_user
from clerk_core.local._storage.rows import (
    MachineToken,
    OAuthApplication,
    OAuthGrant,
    OAuthRefreshToken,
    random_text,
)
from clerk_core.local._storage.store import Store

CODE_LIFETIME = 10 * 60 * 1000

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_STALE = "The code is unknown, expired or used already, or belongs to another client."
_STALE_REFRESH = "The refresh token is unknown, used already or revoked."


def new_code() -> str:
    """Return a new authorization code."""
    return f"clk_code_{random_text(32)}"


def redeem_code(
    store: Store,
    application: OAuthApplication,
    code: str,
    redirect_uri: str | None,
    verifier: str | None,
    now: int,
) -> OAuthGrant:
    """Return the grant of an authorization code, which is accepted once (RFC 6749, 4.1.3).

    Args:
        store: The store.
        application: The client that presents the code.
        code: The code.
        redirect_uri: The redirect URI, which must be that of the authorization request.
        verifier: The code verifier (RFC 7636, 4.5).
        now: The current time in Unix milliseconds.

    Raises:
        OAuthError: The code is not accepted. If it was accepted before, its tokens are revoked.
    """
    grant = store.one(OAuthGrant, code_hash=hash_of(code))
    if grant is None or grant.application_id != application.id:
        raise invalid_grant(_STALE)
    if grant.code_used:
        revoke_grant(store, grant, now)
        raise invalid_grant(_STALE)
    grant = replace(grant, code_used=True)
    store.put(grant)
    if grant.code_expire_at <= now or grant.revoked:
        raise invalid_grant(_STALE)
    if redirect_uri != grant.redirect_uri:
        raise invalid_grant("redirect_uri is not that of the authorization request.")
    _check_verifier(grant.code_challenge, verifier)
    _check_user(store, grant, now)
    return grant


def _check_verifier(challenge: str | None, verifier: str | None) -> None:
    if challenge is None:
        # RFC 9700, 2.1.1: otherwise an attacker could remove the challenge from the request.
        if verifier is not None:
            raise invalid_grant("The authorization request had no code_challenge.")
        return
    if verifier is None or not _VERIFIER.fullmatch(verifier):
        raise invalid_grant("code_verifier is missing or malformed.")
    digest = hashlib.sha256(verifier.encode()).digest()
    expected = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if not hmac.compare_digest(expected, challenge):
        raise invalid_grant("code_verifier does not match the code_challenge.")


def _check_user(store: Store, grant: OAuthGrant, now: int) -> None:
    try:
        check_can_sign_in(find_user(store, grant.user_id), now)
    except DomainError:
        raise invalid_grant("The user can no longer sign in.") from None


def new_refresh_token(store: Store, grant: OAuthGrant, now: int) -> str:
    """Store and return a new refresh token of a grant."""
    token = f"clk_refresh_{random_text(42)}"
    row = OAuthRefreshToken(token_hash=hash_of(token), grant_id=grant.id, created_at=now)
    store.put(row)
    return token


def redeem_refresh_token(
    store: Store, application: OAuthApplication, token: str, now: int
) -> OAuthGrant:
    """Return the grant of a refresh token, which is accepted once (RFC 9700, 4.14.2).

    Raises:
        OAuthError: The token is not accepted. If it was accepted before, its grant is revoked.
    """
    found = find_refresh_token(store, token)
    grant = store.one(OAuthGrant, id=found.grant_id) if found else None
    if found is None or grant is None or grant.application_id != application.id:
        raise invalid_grant(_STALE_REFRESH)
    if found.used:
        revoke_grant(store, grant, now)
    if found.used or grant.revoked:
        raise invalid_grant(_STALE_REFRESH)
    _check_user(store, grant, now)
    store.put(replace(found, used=True))
    return grant


def find_refresh_token(store: Store, token: str) -> OAuthRefreshToken | None:
    """Return the refresh token with this value, or None."""
    return store.one(OAuthRefreshToken, token_hash=hash_of(token))


def revoke_grant(store: Store, grant: OAuthGrant, now: int) -> None:
    """Revoke a grant, with its refresh tokens and its opaque access tokens."""
    store.put(replace(grant, revoked=True))
    for token in store.all(MachineToken, grant_id=grant.id):
        if not token.revoked:
            revoke(store, token, "The grant was revoked.", now)


def narrowed_scopes(grant: OAuthGrant, wanted: Sequence[str] | None) -> Sequence[str]:
    """Return the scopes of a new access token, at most those of the grant (RFC 6749, 6).

    Raises:
        OAuthError: One of the scopes was not granted.
    """
    if not wanted:
        return grant.scopes
    if any(one not in grant.scopes for one in wanted):
        raise OAuthError("invalid_scope", "One of the scopes was not granted.")
    return wanted


def narrowed_resources(grant: OAuthGrant, wanted: Sequence[str]) -> Sequence[str]:
    """Return the resources of a new access token, at most those of the grant (RFC 8707, 2.2).

    Raises:
        OAuthError: One of the resources was not granted.
    """
    if any(one not in grant.resources for one in wanted):
        raise OAuthError("invalid_target", "One of the resources was not granted.")
    return wanted or grant.resources


def check_single_values(parameters: dict[str, list[str]]) -> None:
    """Raise `OAuthError` if a parameter but `resource` is repeated (RFC 6749, 3.1 and 3.2)."""
    if any(len(values) > 1 for name, values in parameters.items() if name != "resource"):
        raise invalid_request("A parameter is repeated.")
