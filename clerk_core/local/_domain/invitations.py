"""Create and revoke invitations to the application or to an organization.

No email is sent. It must not know HTTP.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._domain.errors import InvalidStateError, InvalidValueError
from clerk_core.local._storage.rows import Invitation
from clerk_core.local._storage.store import Store


def store_invitation(store: Store, invitation: Invitation, now: int) -> None:
    """Store a new invitation.

    Raises:
        InvalidValueError: The address already has a pending invitation.
    """
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
    """Return the status of an invitation at this time; pending invitations expire."""
    is_over = invitation.status == "pending" and invitation.expires_at <= now
    return "expired" if is_over else invitation.status


def revoke(store: Store, invitation: Invitation, now: int) -> Invitation:
    """Revoke an invitation and return it.

    Raises:
        InvalidStateError: The invitation is not pending.
    """
    if status_of(invitation, now) != "pending":
        raise InvalidStateError(
            "invitation_not_pending", "Only a pending invitation can be revoked."
        )
    revoked = replace(invitation, status="revoked", updated_at=now)
    store.put(revoked)
    return revoked
