"""Tokens of programs: minted, found by their secret, revoked, shown.

Times are milliseconds. It may not know HTTP methods, nor who asks.
"""

from __future__ import annotations

import hmac
from dataclasses import replace

from clerk_core.local.domain.errors import not_found
from clerk_core.local.domain.users import find_user
from clerk_core.local.storage.rows import MachineToken, new_token_id, random_text
from clerk_core.local.storage.store import Store

_PREFIXES = {"api_key": "ak", "m2m_token": "mt", "oauth_token": "oat"}
_NAMES = {"api_key": "API key", "m2m_token": "M2M token", "oauth_token": "OAuth access token"}


def new_token(kind: str, subject: str, now: int) -> MachineToken:
    """A token that does not expire and may do nothing yet; not kept yet."""
    return MachineToken(
        id=new_token_id(_PREFIXES[kind]),
        kind=kind,
        subject=subject,
        secret=f"{_PREFIXES[kind]}_{random_text(42)}",
        created_at=now,
        updated_at=now,
    )


def make_oauth_token(
    store: Store, user_id: str, scopes: list[str], client_id: str, expiration: int, now: int
) -> MachineToken:
    """A token as a user gives it to an OAuth application; raises `NotFoundError`."""
    token = replace(
        new_token("oauth_token", find_user(store, user_id).id, now),
        client_id=client_id,
        scopes=scopes,
        expiration=expiration,
    )
    store.put(token)
    return token


def find_token(store: Store, kind: str, token_id: str) -> MachineToken:
    """The token of this id; raises `NotFoundError`."""
    token = store.one(MachineToken, id=token_id, kind=kind)
    if token is None:
        raise not_found(_NAMES[kind], token_id)
    return token


def find_by_secret(store: Store, kind: str, secret: str, now: int) -> MachineToken:
    """The token with this secret, its use noted; raises `NotFoundError`, and shows no secret."""
    for token in store.all(MachineToken, kind=kind):
        if hmac.compare_digest(token.secret.encode(), secret.encode()):
            used = replace(token, last_used_at=now)
            store.put(used)
            return used
    raise not_found(_NAMES[kind], f"{_PREFIXES[kind]}_…")


def revoke(store: Store, token: MachineToken, reason: str | None, now: int) -> MachineToken:
    """The token, revoked for this reason."""
    token = replace(token, revoked=True, revocation_reason=reason, updated_at=now)
    store.put(token)
    return token


def is_expired(token: MachineToken, now: int) -> bool:
    """Whether the token's time is over."""
    return token.expiration is not None and token.expiration <= now


def is_valid(token: MachineToken, now: int) -> bool:
    """Whether the token holds."""
    return not token.revoked and not is_expired(token, now)


def forget_tokens_of(store: Store, subject: str) -> None:
    """Take away the tokens of a user, organization or machine that is no more."""
    for token in store.all(MachineToken, subject=subject):
        store.remove(token)
