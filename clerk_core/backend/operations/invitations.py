"""Operations on invitations to the application."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core.backend.models import Invitation
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


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
    ) -> Invitation:
        """Invite an e-mail address; Clerk sends it the link unless `notify` is false."""
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
    ) -> Page[Invitation]:
        """The invitations that are not revoked, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Invitation]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/invitations/bulk", body="invitations")
    def bulk_create(self, invitations: Sequence[Mapping[str, object]]) -> Page[Invitation]:
        """Invite several e-mail addresses; each entry is as for `create`."""
        ...

    @operation("POST", "/invitations/{invitation_id}/revoke")
    def revoke(self, invitation_id: str) -> Invitation:
        """Revoke an invitation; its link no longer works, while signing up still may."""
        ...
