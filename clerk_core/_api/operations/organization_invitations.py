"""Operations on invitations to organizations."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import OrganizationInvitation


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
        extra: Extra = ...,
    ) -> Page[OrganizationInvitation]:
        """Return the invitations to all organizations.

        Args:
            order_by: `created_at` or `email_address`; `-created_at` by default, the newest first.
            status: One or several of `pending`, `accepted`, `revoked` and `expired`.
            query: A part of the email address.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list_all)
    def iterate_all(self) -> Iterator[OrganizationInvitation]:
        """Iterate over the invitations to all organizations."""
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
        extra: Extra = ...,
    ) -> OrganizationInvitation:
        """Invite an email address to an organization.

        Args:
            organization_id: The organization's ID.
            email_address: Whom to invite.
            role: The key of the role that the member gets, such as `org:member`.
            inviter_user_id: The ID of the administrator who invites.
            public_metadata: Metadata that the membership gets.
            private_metadata: Metadata that the membership gets, for backends only.
            redirect_url: Where the link in the email leads.
            expires_in_days: How many days the invitation is valid, 1 to 365; 30 by default.
            notify: Whether to send the email; true by default.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> Page[OrganizationInvitation]:
        """Return the invitations to an organization.

        Args:
            organization_id: The organization's ID.
            status: One or several of `pending`, `accepted`, `revoked` and `expired`.
            email_address: Whose invitations to return.
            order_by: `created_at` or `email_address`; `-created_at` by default, the newest first.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[OrganizationInvitation]:
        """Iterate over the invitations to an organization."""
        ...

    @operation("POST", "/organizations/{organization_id}/invitations/bulk", body="invitations")
    def bulk_create(
        self, organization_id: str, invitations: Sequence[Mapping[str, object]]
    ) -> Page[OrganizationInvitation]:
        """Invite several email addresses to an organization, at most ten.

        Args:
            organization_id: The organization's ID.
            invitations: Mappings with the parameters of `create`.
        """
        ...

    @operation("GET", "/organizations/{organization_id}/invitations/pending")
    def list_pending(
        self, organization_id: str, *, limit: int = ..., offset: int = ..., extra: Extra = ...
    ) -> Page[OrganizationInvitation]:
        """Return the pending invitations to an organization. Deprecated by Clerk.

        Args:
            organization_id: The organization's ID.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list_pending)
    def iterate_pending(self) -> Iterator[OrganizationInvitation]:
        """Iterate over the pending invitations to an organization. Deprecated by Clerk."""
        ...

    @operation("GET", "/organizations/{organization_id}/invitations/{invitation_id}")
    def get(
        self, organization_id: str, invitation_id: str, *, extra: Extra = ...
    ) -> OrganizationInvitation:
        """Return an invitation to an organization.

        Args:
            organization_id: The organization's ID.
            invitation_id: The invitation's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/organizations/{organization_id}/invitations/{invitation_id}/revoke")
    def revoke(
        self,
        organization_id: str,
        invitation_id: str,
        *,
        requesting_user_id: str | None = ...,
        extra: Extra = ...,
    ) -> OrganizationInvitation:
        """Revoke a pending invitation to an organization.

        Args:
            organization_id: The organization's ID.
            invitation_id: The invitation's ID.
            requesting_user_id: The ID of the administrator who revokes it.
            extra: Further fields to send.
        """
        ...

    # The names of these in Clerk's own Python client.
    get_all = list_all
