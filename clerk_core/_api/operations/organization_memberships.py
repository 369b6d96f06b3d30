"""Operations on the members of organizations."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import OrganizationMembership


class OrganizationMemberships(Operations[M]):
    """Operations on the members of organizations."""

    @operation("POST", "/organizations/{organization_id}/memberships")
    def create(
        self,
        organization_id: str,
        *,
        user_id: str,
        role: str,
        public_metadata: Mapping[str, object] | None = ...,
        private_metadata: Mapping[str, object] | None = ...,
        extra: Extra = ...,
    ) -> OrganizationMembership:
        """Add a user to an organization.

        Args:
            organization_id: The organization's ID.
            user_id: The ID of the user, who is not a member yet.
            role: The key of the role that the member gets, such as `org:member`.
            public_metadata: Metadata that frontends may read.
            private_metadata: Metadata for backends only.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/organizations/{organization_id}/memberships")
    def list(
        self,
        organization_id: str,
        *,
        order_by: str = ...,
        user_id: Sequence[str] = ...,
        email_address: Sequence[str] = ...,
        phone_number: Sequence[str] = ...,
        username: Sequence[str] = ...,
        web3_wallet: Sequence[str] = ...,
        role: Sequence[str] = ...,
        query: str = ...,
        email_address_query: str = ...,
        phone_number_query: str = ...,
        username_query: str = ...,
        name_query: str = ...,
        last_active_at_before: int = ...,
        last_active_at_after: int = ...,
        created_at_before: int = ...,
        created_at_after: int = ...,
        limit: int = ...,
        offset: int = ...,
        extra: Extra = ...,
    ) -> Page[OrganizationMembership]:
        """Return the members of an organization.

        Args:
            organization_id: The organization's ID.
            order_by: `created_at`, `email_address`, `phone_number`, `first_name`, `last_name` or
                `username`, with `+` or `-` in front for the direction.
            user_id: User IDs; with prefix `-` to exclude a user.
            email_address: Email addresses of members.
            phone_number: Phone numbers of members.
            username: Usernames of members.
            web3_wallet: Web3 wallets of members.
            role: Keys of roles.
            query: A part of any identifier or name.
            email_address_query: A part of the email address.
            phone_number_query: A part of the phone number.
            username_query: A part of the username.
            name_query: A part of the name.
            last_active_at_before: Last active before this time, in milliseconds since 1970.
            last_active_at_after: Last active after this time, in milliseconds since 1970.
            created_at_before: Created before this time, in milliseconds since 1970.
            created_at_after: Created after this time, in milliseconds since 1970.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[OrganizationMembership]:
        """Iterate over the members of an organization."""
        ...

    @operation("PATCH", "/organizations/{organization_id}/memberships/{user_id}")
    def update(
        self, organization_id: str, user_id: str, *, role: str, extra: Extra = ...
    ) -> OrganizationMembership:
        """Change the role of a member.

        Args:
            organization_id: The organization's ID.
            user_id: The member's user ID.
            role: The key of the new role.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/organizations/{organization_id}/memberships/{user_id}")
    def delete(
        self, organization_id: str, user_id: str, *, extra: Extra = ...
    ) -> OrganizationMembership:
        """Remove a member from an organization.

        Args:
            organization_id: The organization's ID.
            user_id: The member's user ID.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/organizations/{organization_id}/memberships/{user_id}/metadata")
    def update_metadata(
        self,
        organization_id: str,
        user_id: str,
        *,
        public_metadata: Mapping[str, object] = ...,
        private_metadata: Mapping[str, object] = ...,
        extra: Extra = ...,
    ) -> OrganizationMembership:
        """Merge metadata of a membership deeply; None removes a key.

        Args:
            organization_id: The organization's ID.
            user_id: The member's user ID.
            public_metadata: Metadata that frontends may read.
            private_metadata: Metadata for backends only.
            extra: Further fields to send.
        """
        ...
