"""Operations on the members of organizations."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core.backend.models import OrganizationMembership
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


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
    ) -> OrganizationMembership:
        """Make a user a member of an organization, with a role such as `org:member`."""
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
    ) -> Page[OrganizationMembership]:
        """The members of an organization, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[OrganizationMembership]:
        """Iterate over all pages of `list`."""
        ...

    @operation("PATCH", "/organizations/{organization_id}/memberships/{user_id}")
    def update(self, organization_id: str, user_id: str, *, role: str) -> OrganizationMembership:
        """Give a member another role."""
        ...

    @operation("DELETE", "/organizations/{organization_id}/memberships/{user_id}")
    def delete(self, organization_id: str, user_id: str) -> OrganizationMembership:
        """Remove a member from an organization."""
        ...

    @operation("PATCH", "/organizations/{organization_id}/memberships/{user_id}/metadata")
    def update_metadata(
        self,
        organization_id: str,
        user_id: str,
        *,
        public_metadata: Mapping[str, object] = ...,
        private_metadata: Mapping[str, object] = ...,
    ) -> OrganizationMembership:
        """Merge metadata of a membership, key by key and deeply; null removes a key."""
        ...
