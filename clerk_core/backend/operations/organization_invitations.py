"""Operations on invitations to organizations."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core.backend.models import OrganizationInvitation
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class OrganizationInvitations(Operations[M]):
    """Operations on invitations to organizations."""

    @operation("GET", "/organization_invitations")
    def list_all(
        self,
        *,
        order_by: str = ...,
        status: str = ...,
        query: str = ...,
        limit: int = ...,
        offset: int = ...,
    ) -> Page[OrganizationInvitation]:
        """The invitations of all organizations, a page at a time."""
        ...

    @paginate(list_all)
    def iterate_all(self) -> Iterator[OrganizationInvitation]:
        """Iterate over all pages of `list_all`."""
        ...

    @operation("POST", "/organizations/{organization_id}/invitations")
    def create(
        self,
        organization_id: str,
        *,
        email_address: str,
        role: str,
        inviter_user_id: str | None = ...,
        public_metadata: Mapping[str, object] | None = ...,
        private_metadata: Mapping[str, object] | None = ...,
        redirect_url: str | None = ...,
        expires_in_days: int | None = ...,
        notify: bool | None = ...,
    ) -> OrganizationInvitation:
        """Invite an e-mail address to an organization; Clerk sends it the link."""
        ...

    @operation("GET", "/organizations/{organization_id}/invitations")
    def list(
        self,
        organization_id: str,
        *,
        status: str = ...,
        email_address: str = ...,
        order_by: str = ...,
        limit: int = ...,
        offset: int = ...,
    ) -> Page[OrganizationInvitation]:
        """The invitations of an organization, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[OrganizationInvitation]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/organizations/{organization_id}/invitations/bulk", body="invitations")
    def bulk_create(
        self, organization_id: str, invitations: Sequence[Mapping[str, object]]
    ) -> Page[OrganizationInvitation]:
        """Invite up to ten e-mail addresses to an organization, each as for `create`."""
        ...

    @operation("GET", "/organizations/{organization_id}/invitations/pending")
    def list_pending(
        self, organization_id: str, *, limit: int = ..., offset: int = ...
    ) -> Page[OrganizationInvitation]:
        """The invitations that wait to be accepted, a page at a time. Deprecated by Clerk."""
        ...

    @paginate(list_pending)
    def iterate_pending(self) -> Iterator[OrganizationInvitation]:
        """Iterate over all pages of `list_pending`."""
        ...

    @operation("GET", "/organizations/{organization_id}/invitations/{invitation_id}")
    def get(self, organization_id: str, invitation_id: str) -> OrganizationInvitation:
        """One invitation of an organization."""
        ...

    @operation("POST", "/organizations/{organization_id}/invitations/{invitation_id}/revoke")
    def revoke(
        self, organization_id: str, invitation_id: str, *, requesting_user_id: str | None = ...
    ) -> OrganizationInvitation:
        """Revoke an invitation that waits to be accepted."""
        ...

    # The names of these in Clerk's own Python client.
    get_all = list_all
