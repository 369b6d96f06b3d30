"""Operations on the waitlist."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core.backend.models import DeletedObject, WaitlistEntry
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class WaitlistEntries(Operations[M]):
    """Operations on the waitlist."""

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
        ...

    @paginate(list)
    def iterate(self) -> Iterator[WaitlistEntry]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/waitlist_entries")
    def create(self, *, email_address: str, notify: bool | None = ...) -> WaitlistEntry:
        """Put an e-mail address on the waitlist; one that is there gives its entry."""
        ...

    @operation("POST", "/waitlist_entries/bulk", body="entries")
    def bulk_create(self, entries: Sequence[Mapping[str, object]]) -> Page[WaitlistEntry]:
        """Put several e-mail addresses on the waitlist, each as for `create`."""
        ...

    @operation("DELETE", "/waitlist_entries/{waitlist_entry_id}")
    def delete(self, waitlist_entry_id: str) -> DeletedObject:
        """Delete an entry that still waits."""
        ...

    @operation("POST", "/waitlist_entries/{waitlist_entry_id}/invite")
    def invite(
        self, waitlist_entry_id: str, *, ignore_existing: bool | None = ...
    ) -> WaitlistEntry:
        """Invite the e-mail address of an entry."""
        ...

    @operation("POST", "/waitlist_entries/{waitlist_entry_id}/reject")
    def reject(self, waitlist_entry_id: str) -> WaitlistEntry:
        """Reject an entry."""
        ...
