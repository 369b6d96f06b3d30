"""Decide which responses of the Backend API may be shared between requests, and for how long.

A response is identified by the instance, both secret keys and all that was sent, so that instances
and tenants share nothing. A nonce that was accepted is never shared: its response is a session.
"""

from __future__ import annotations

from clerk_core._api.visitor_calls import REFUSED_FOR, CallKey, call_key
from clerk_core._cache_policy import CachePolicy
from clerk_core._settings.settings import Settings

KEY_SET_SECONDS = 60.0
"""How long a key set is shared, so that processes that start together make one call."""
_REFUSALS = (400, 404, 410, 422)


def key_set_policy(settings: Settings, max_age: float | None) -> CachePolicy | None:
    """Return the policy for a key set.

    Args:
        settings: The settings of the instance.
        max_age: The maximum age in seconds of a key set that may be used; None for a first one.
    """
    key = call_key(settings, "key-set")
    return _policy(settings, "key-set", key, {200: KEY_SET_SECONDS}, max_age)


def machine_token_policy(settings: Settings, kind: str, key: CallKey) -> CachePolicy | None:
    """Return the policy for the verification of an opaque token; None if it is not shared.

    Args:
        settings: The settings of the instance.
        kind: The kind of token.
        key: The identity of the call, with the token.
    """
    seconds = settings.machine_token_cache_seconds
    # An unknown token may be one that was created a moment ago.
    return _policy(settings, kind, key, {200: seconds, 404: min(seconds, REFUSED_FOR)})


def nonce_policy(settings: Settings, key: CallKey) -> CachePolicy | None:
    """Return the policy for a handshake nonce, which shares refusals only.

    Args:
        settings: The settings of the instance.
        key: The identity of the call, with the nonce.
    """
    return _policy(settings, "nonce", key, dict.fromkeys(_REFUSALS, REFUSED_FOR))


def resource_policy(settings: Settings, kind: str, identifier: str) -> CachePolicy | None:
    """Return the policy for the current user or organization; None if it is not shared.

    Args:
        settings: The settings of the instance.
        kind: `user` or `organization`.
        identifier: The ID of the resource.
    """
    key = call_key(settings, kind, identifier)
    return _policy(settings, kind, key, {200: settings.user_cache_seconds})


def _policy(
    settings: Settings,
    kind: str,
    key: CallKey,
    seconds: dict[int, float],
    max_age: float | None = None,
) -> CachePolicy | None:
    secret = settings.secret_key or settings.machine_secret_key
    if not secret or not any(seconds.values()):
        return None
    return CachePolicy(secret, kind, key.whole, seconds, max_age)
