"""Decide which sessions and users a webhook event revokes. This module performs no I/O."""

from __future__ import annotations

from clerk_core._authentication.tokens.revoked import Revocation
from clerk_core._webhooks import WebhookEvent

MARGIN = 10.0
"""How long after the event Clerk may still issue a token to the user, in seconds."""
_SESSION_EVENTS = ("session.ended", "session.removed", "session.revoked")


def revocation_of(event: WebhookEvent, now: float) -> Revocation | None:
    """Return what an event revokes; None if it revokes nothing.

    A user whose sign-in is locked stays signed in, as at Clerk: a lock follows from failed
    sign-ins, so a stranger could sign the user out.

    Args:
        event: A verified event.
        now: Unix seconds.
    """
    data = event.data
    identifier = data.get("id")
    if not isinstance(identifier, str) or not identifier:
        return None
    if event.type in _SESSION_EVENTS:
        return Revocation(identifier)
    is_blocked = data.get("banned") is True or data.get("deprovisioned") is True
    if event.type == "user.deleted" or (event.type == "user.updated" and is_blocked):
        happened = now if event.timestamp is None else event.timestamp / 1000
        return Revocation(None, identifier, happened + MARGIN)
    return None
