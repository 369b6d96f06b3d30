"""Operations on the waitlist."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import DeletedObject, WaitlistEntry


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
        extra: Extra = ...,
    ) -> Page[WaitlistEntry]:
        """Return the entries of the waitlist, the newest first.

        Args:
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            query: A part of the email address, or the entry's ID.
            status: `pending`, `invited`, `completed` or `rejected`.
            order_by: `created_at`, `email_address` or `invited_at`; `-created_at` by default, the
                newest first.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[WaitlistEntry]:
        """Iterate over the entries of the waitlist, the newest first."""
        ...

    @operation("POST", "/waitlist_entries")
    def create(
        self, *, email_address: str, notify: bool | None = ..., extra: Extra = ...
    ) -> WaitlistEntry:
        """Add an email address to the waitlist, or return its entry.

        Args:
            email_address: The email address.
            notify: Whether to send a confirmation; true by default.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/waitlist_entries/bulk", body="entries")
    def bulk_create(self, entries: Sequence[Mapping[str, object]]) -> Page[WaitlistEntry]:
        """Add several email addresses to the waitlist.

        Args:
            entries: Mappings with the parameters of `create`.
        """
        ...

    @operation("DELETE", "/waitlist_entries/{waitlist_entry_id}")
    def delete(self, waitlist_entry_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete a pending entry of the waitlist.

        Args:
            waitlist_entry_id: The entry's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/waitlist_entries/{waitlist_entry_id}/invite")
    def invite(
        self, waitlist_entry_id: str, *, ignore_existing: bool | None = ..., extra: Extra = ...
    ) -> WaitlistEntry:
        """Invite an entry of the waitlist to sign up.

        Args:
            waitlist_entry_id: The entry's ID.
            ignore_existing: Whether to invite again an address that is invited, or has signed up,
                already.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/waitlist_entries/{waitlist_entry_id}/reject")
    def reject(self, waitlist_entry_id: str, *, extra: Extra = ...) -> WaitlistEntry:
        """Reject an entry of the waitlist.

        Args:
            waitlist_entry_id: The entry's ID.
            extra: Further fields to send.
        """
        ...
