"""Tokens of programs: minted, found by their secret, revoked, shown.

Times are milliseconds. It may not know HTTP methods, nor who asks.
"""

from __future__ import annotations

import hmac
from dataclasses import replace

from clerk_core.local.api.parameters import optional_text, refuse_other_fields
from clerk_core.local.call import Call
from clerk_core.local.domain.tokens import LONGEST_TOKEN
from clerk_core.local.responses import invalid_parameter, not_found
from clerk_core.local.storage.rows import JsonObject, MachineToken, new_token_id, random_text
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


def expiration(call: Call, body: JsonObject, otherwise: int | None) -> int | None:
    """When a token expires that lives `seconds_until_expiration`, or else that many seconds."""
    seconds = body.get("seconds_until_expiration")
    if seconds is None:
        seconds = otherwise
    if seconds is None:
        return None
    # A bool is an int in Python, though not in JSON.
    if (
        not isinstance(seconds, (int, float))
        or isinstance(seconds, bool)
        or not (0 < seconds <= LONGEST_TOKEN)
    ):
        raise invalid_parameter("seconds_until_expiration", f"above 0, up to {LONGEST_TOKEN}")
    return call.now + int(seconds * 1000)


def find_token(call: Call, kind: str, token_id: str) -> MachineToken:
    """The token of this id; raises `ApiError` (404)."""
    token = call.store.one(MachineToken, id=token_id, kind=kind)
    if token is None:
        raise not_found(_NAMES[kind], token_id)
    return token


def find_by_secret(call: Call, kind: str, secret: str) -> MachineToken:
    """The token with this secret, its use noted; raises `ApiError` (404), and shows no secret."""
    for token in call.store.all(MachineToken, kind=kind):
        if hmac.compare_digest(token.secret.encode(), secret.encode()):
            used = replace(token, last_used_at=call.now)
            call.store.put(used)
            return used
    raise not_found(_NAMES[kind], f"{_PREFIXES[kind]}_…")


def revoke(call: Call, token: MachineToken) -> MachineToken:
    """The token, revoked for the reason that the body gives."""
    body = call.body()
    refuse_other_fields(body, ("revocation_reason",))
    reason = optional_text(body, "revocation_reason")
    token = replace(token, revoked=True, revocation_reason=reason, updated_at=call.now)
    call.store.put(token)
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


def resource(token: MachineToken, now: int) -> JsonObject:
    """What all kinds of token have in common in the Backend API; no secret."""
    return {
        "id": token.id,
        "subject": token.subject,
        "scopes": token.scopes,
        "revoked": token.revoked,
        "revocation_reason": token.revocation_reason,
        "expired": is_expired(token, now),
        "expiration": token.expiration,
        "created_at": token.created_at,
        "updated_at": token.updated_at,
    }
