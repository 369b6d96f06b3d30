"""Operations on invitations to the application."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import DeletedObject, Invitation


class Invitations(Operations[M]):
    """Operations on invitations to the application."""

    @operation("POST", "/invitations")
    def create(
        self,
        *,
        email_address: str,
        public_metadata: Mapping[str, object] = ...,
        redirect_url: str = ...,
        notify: bool | None = ...,
        ignore_existing: bool | None = ...,
        expires_in_days: int | None = ...,
        template_slug: str = ...,
        extra: Extra = ...,
    ) -> Invitation:
        """Invite an email address to sign up.

        Args:
            email_address: Whom to invite.
            public_metadata: Metadata that the user gets with the sign-up.
            redirect_url: Where the link in the email leads, if you have a page of your own for it.
            notify: Whether to send the email; true by default.
            ignore_existing: Whether to invite again an address that is invited, or has signed up,
                already.
            expires_in_days: How many days the invitation is valid, 1 to 365; 30 by default.
            template_slug: The email's template: `invitation` or `waitlist_invitation`.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/invitations")
    def list(
        self,
        *,
        status: str = ...,
        query: str = ...,
        order_by: str = ...,
        paginated: bool = ...,
        limit: int = ...,
        offset: int = ...,
        extra: Extra = ...,
    ) -> Page[Invitation]:
        """Return the invitations to the application that are not revoked.

        Args:
            status: `pending`, `accepted`, `revoked` or `expired`.
            query: A part of the email address, or the ID.
            order_by: `created_at`, `email_address` or `expires_at`; `-created_at` by default, the
                newest first.
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Invitation]:
        """Iterate over the invitations to the application that are not revoked."""
        ...

    @operation("POST", "/invitations/bulk", body="invitations")
    def bulk_create(self, invitations: Sequence[Mapping[str, object]]) -> Page[Invitation]:
        """Invite several email addresses to sign up.

        Args:
            invitations: Mappings with the parameters of `create`.
        """
        ...

    @operation("POST", "/invitations/{invitation_id}/revoke")
    def revoke(self, invitation_id: str, *, extra: Extra = ...) -> Invitation:
        """Revoke an invitation. The person can still sign up without it.

        Args:
            invitation_id: The invitation's ID.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/invitations/{invitation_id}")
    def delete(self, invitation_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete an invitation, as if it had never been sent.

        Args:
            invitation_id: The invitation's ID.
            extra: Further fields to send.
        """
        ...
