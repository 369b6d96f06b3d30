"""Create, find and revoke API keys, M2M tokens and OAuth access tokens.

Times are Unix milliseconds. It must not know HTTP.
"""

from __future__ import annotations

import hmac
from dataclasses import replace

from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.users import find_user
from clerk_core.local._storage.rows import MachineToken, new_token_id, random_text
from clerk_core.local._storage.store import Store

_PREFIXES = {"api_key": "ak", "m2m_token": "mt", "oauth_token": "oat"}
_NAMES = {"api_key": "API key", "m2m_token": "M2M token", "oauth_token": "OAuth access token"}


def new_token(kind: str, subject: str, now: int) -> MachineToken:
    """Return a new token without expiration and scopes; do not store it."""
    return MachineToken(
        id=new_token_id(_PREFIXES[kind]),
        kind=kind,
        subject=subject,
        secret=f"{_PREFIXES[kind]}_{random_text(42)}",
        created_at=now,
        updated_at=now,
    )


def create_oauth_token(
    store: Store, user_id: str, scopes: list[str], client_id: str, expiration: int, now: int
) -> MachineToken:
    """Store and return an OAuth access token that a user granted to an application.

    Raises:
        NotFoundError: The user does not exist.
    """
    token = replace(
        new_token("oauth_token", find_user(store, user_id).id, now),
        client_id=client_id,
        scopes=scopes,
        expiration=expiration,
    )
    store.put(token)
    return token


def find_token(store: Store, kind: str, token_id: str) -> MachineToken:
    """Return the token with this id, or raise `NotFoundError`."""
    token = store.one(MachineToken, id=token_id, kind=kind)
    if token is None:
        raise not_found(_NAMES[kind], token_id)
    return token


def find_by_secret(store: Store, kind: str, secret: str, now: int) -> MachineToken:
    """Return the token with this secret and update its `last_used_at`.

    Raises:
        NotFoundError: No token has this secret. The message does not contain the secret.
    """
    for token in store.all(MachineToken, kind=kind):
        if hmac.compare_digest(token.secret.encode(), secret.encode()):
            used = replace(token, last_used_at=now)
            store.put(used)
            return used
    raise not_found(_NAMES[kind], f"{_PREFIXES[kind]}_…")


def revoke(store: Store, token: MachineToken, reason: str | None, now: int) -> MachineToken:
    """Revoke a token and return it."""
    token = replace(token, revoked=True, revocation_reason=reason, updated_at=now)
    store.put(token)
    return token


def is_expired(token: MachineToken, now: int) -> bool:
    """Return whether the token has expired."""
    return token.expiration is not None and token.expiration <= now


def is_valid(token: MachineToken, now: int) -> bool:
    """Return whether the token is neither revoked nor expired."""
    return not token.revoked and not is_expired(token, now)


def delete_tokens_of(store: Store, subject: str) -> None:
    """Delete all tokens of a user, organization or machine."""
    for token in store.all(MachineToken, subject=subject):
        store.remove(token)
