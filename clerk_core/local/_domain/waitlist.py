"""Keep the waitlist: who asked to join, and who was invited or rejected.

It must not know HTTP, or how an invitation is sent.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._domain.errors import InvalidStateError, not_found
from clerk_core.local._domain.sign_ups import check_email_address
from clerk_core.local._storage.rows import Invitation, WaitlistEntry, new_id
from clerk_core.local._storage.store import Store


def join(store: Store, address: str, now: int) -> WaitlistEntry:
    """Store and return an entry; who is on the list already stays where they are.

    Raises:
        InvalidValueError: The address is invalid, or that of a user.
    """
    check_email_address(store, address)
    found = store.one(WaitlistEntry, email_address=address)
    if found is not None:
        return found
    entry = WaitlistEntry(id=new_id("wle"), email_address=address, created_at=now, updated_at=now)
    store.put(entry)
    return entry


def find_entry(store: Store, entry_id: str) -> WaitlistEntry:
    """Return the entry with this id, or raise `NotFoundError`."""
    entry = store.one(WaitlistEntry, id=entry_id)
    if entry is None:
        raise not_found("Waitlist entry", entry_id)
    return entry


def status_of(store: Store, entry: WaitlistEntry) -> str:
    """Return the status of an entry; it is completed when the invitation was accepted."""
    invitation = invitation_of(store, entry)
    accepted = invitation is not None and invitation.status == "accepted"
    return "completed" if accepted else entry.status


def invitation_of(store: Store, entry: WaitlistEntry) -> Invitation | None:
    """Return the invitation of an entry, or None."""
    return store.one(Invitation, id=entry.invitation_id) if entry.invitation_id else None


def decide(
    store: Store, entry: WaitlistEntry, status: str, invitation_id: str | None, now: int
) -> WaitlistEntry:
    """Store and return an entry that was invited or rejected.

    Raises:
        InvalidStateError: The invited user has signed up already.
    """
    if status_of(store, entry) == "completed":
        raise InvalidStateError(
            "waitlist_entry_completed", "The person on the waitlist has signed up already."
        )
    entry = replace(entry, status=status, invitation_id=invitation_id, updated_at=now)
    store.put(entry)
    return entry
