"""Operations on the waitlist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clerk_core.backend.models import DeletedObject, WaitlistEntry
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page


class WaitlistEntriesOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("GET", "/waitlist_entries")
    def list(
        self,
        *,
        limit: int = ...,
        offset: int = ...,
        query: str = ...,
        status: str = ...,
        order_by: str = ...,
    ) -> Page[WaitlistEntry]:
        """Who is on the waitlist, the newest first, a page at a time."""

    iterate = Iterating(list)

    @operation("POST", "/waitlist_entries")
    def create(self, *, email_address: str, notify: bool | None = ...) -> WaitlistEntry:
        """Put an e-mail address on the waitlist; one that is there gives its entry."""

    @operation("POST", "/waitlist_entries/bulk", body="entries")
    def bulk_create(self, entries: Sequence[Mapping[str, object]]) -> Page[WaitlistEntry]:
        """Put several e-mail addresses on the waitlist, each as for `create`."""

    @operation("DELETE", "/waitlist_entries/{waitlist_entry_id}")
    def delete(self, waitlist_entry_id: str) -> DeletedObject:
        """Delete an entry that still waits."""

    @operation("POST", "/waitlist_entries/{waitlist_entry_id}/invite")
    def invite(
        self, waitlist_entry_id: str, *, ignore_existing: bool | None = ...
    ) -> WaitlistEntry:
        """Invite the e-mail address of an entry."""

    @operation("POST", "/waitlist_entries/{waitlist_entry_id}/reject")
    def reject(self, waitlist_entry_id: str) -> WaitlistEntry:
        """Reject an entry."""


class WaitlistEntries(WaitlistEntriesOperations, SyncFace):
    """Operations on the waitlist."""


class AsyncWaitlistEntries(WaitlistEntriesOperations, AsyncFace):
    """Operations on the waitlist, to await."""
