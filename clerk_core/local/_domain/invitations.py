"""Create, accept and revoke invitations to the application or to an organization.

It must not know HTTP.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._domain.errors import InvalidStateError, InvalidValueError
from clerk_core.local._domain.memberships import add_member
from clerk_core.local._domain.organizations import find_organization, find_role
from clerk_core.local._domain.sessions import find_membership
from clerk_core.local._domain.users import find_by_email_address, verified_addresses_of
from clerk_core.local._storage.rows import Invitation, User
from clerk_core.local._storage.store import Store


def store_invitation(store: Store, invitation: Invitation, now: int) -> None:
    """Store a new invitation.

    Raises:
        InvalidValueError: The address already has a pending invitation.
        InvalidStateError: The address is that of a member of the organization.
    """
    _check_no_member(store, invitation)
    others = store.all(
        Invitation,
        email_address=invitation.email_address,
        organization_id=invitation.organization_id,
    )
    if any(status_of(other, now) == "pending" for other in others):
        error = InvalidValueError(
            "duplicate_record",
            "There is a pending invitation for this email address.",
            parameter="email_address",
        )
        error.meta = {"email_addresses": [invitation.email_address]}
        raise error
    store.put(invitation)


def _check_no_member(store: Store, invitation: Invitation) -> None:
    user = find_by_email_address(store, invitation.email_address)
    if user is None or invitation.organization_id is None:
        return
    if find_membership(store, user.id, invitation.organization_id) is not None:
        # The component reads the address in this message.
        raise InvalidStateError(
            "already_a_member_in_organization",
            "already a member",
            f"{invitation.email_address} is already a member of the organization.",
        )


def invitations_of(store: Store, user: User) -> list[Invitation]:
    """Return the invitations to organizations that were sent to the user, oldest first.

    Unverified email addresses are ignored, because users can add addresses of others.
    """
    addresses = verified_addresses_of(store, user)
    return [
        one
        for one in store.all(Invitation)
        if one.organization_id is not None and one.email_address.casefold() in addresses
    ]


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


def find_by_ticket(store: Store, ticket: str, now: int) -> Invitation:
    """Return the pending invitation with this ticket.

    Raises:
        InvalidStateError: The invitation does not exist, was accepted or revoked, or has expired.
    """
    invitation = store.one(Invitation, ticket=ticket)
    status = None if invitation is None else status_of(invitation, now)
    if invitation is None or status != "pending":
        code = "ticket_expired_code" if status == "expired" else "ticket_invalid_code"
        raise InvalidStateError(
            code, "This invitation is invalid.", "The link was used before, was revoked or expired."
        )
    return invitation


def accept(store: Store, invitation: Invitation, user: User, now: int) -> Invitation:
    """Accept an invitation for a user, who becomes a member of its organization, and return it.

    Raises:
        InvalidStateError: The invitation is not pending, or the user is already a member.
        ForbiddenError: The organization has reached its membership limit.
    """
    if status_of(invitation, now) != "pending":
        raise InvalidStateError("invitation_not_pending", "The invitation is not pending.")
    if invitation.organization_id is not None:
        add_member(
            store,
            find_organization(store, invitation.organization_id),
            user,
            find_role(store, invitation.role or ""),
            invitation.public_metadata,
            invitation.private_metadata,
            now,
        )
    accepted = replace(invitation, status="accepted", updated_at=now)
    store.put(accepted)
    return accepted
