"""Invitations: kept once while pending, expired by time, revoked, whatever they invite to.

No mail is sent. It may not know how an invitation is asked for or shown.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local.domain.errors import InvalidStateError, InvalidValueError
from clerk_core.local.storage.rows import Invitation
from clerk_core.local.storage.store import Store


def keep(store: Store, invitation: Invitation, now: int) -> None:
    """Keep a new invitation; raises `InvalidValueError` where the same one is pending."""
    others = store.all(
        Invitation,
        email_address=invitation.email_address,
        organization_id=invitation.organization_id,
    )
    if any(status_of(other, now) == "pending" for other in others):
        raise InvalidValueError(
            "duplicate_record",
            "There is a pending invitation for this email address.",
            parameter="email_address",
        )
    store.put(invitation)


def status_of(invitation: Invitation, now: int) -> str:
    """The invitation's status now: a pending one expires by itself."""
    is_over = invitation.status == "pending" and invitation.expires_at <= now
    return "expired" if is_over else invitation.status


def revoke(store: Store, invitation: Invitation, now: int) -> Invitation:
    """The invitation, revoked; raises `InvalidStateError` where it is not pending."""
    if status_of(invitation, now) != "pending":
        raise InvalidStateError(
            "invitation_not_pending", "Only a pending invitation can be revoked."
        )
    revoked = replace(invitation, status="revoked", updated_at=now)
    store.put(revoked)
    return revoked
