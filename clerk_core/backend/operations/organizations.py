"""Operations on organizations."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core.backend.models import (
    CommerceCreditBalance,
    CommerceCreditLedger,
    CommerceSubscription,
    DeletedObject,
    Organization,
)
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import Upload, operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class Organizations(Operations[M]):
    """Operations on organizations."""

    @operation("GET", "/organizations")
    def list(
        self,
        *,
        include_members_count: bool = ...,
        include_missing_member_with_elevated_permissions: bool = ...,
        query: str = ...,
        user_id: Sequence[str] = ...,
        organization_id: Sequence[str] = ...,
        order_by: str = ...,
        limit: int = ...,
        offset: int = ...,
    ) -> Page[Organization]:
        """The organizations, the newest first, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Organization]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/organizations")
    def create(
        self,
        *,
        name: str,
        created_by: str | None = ...,
        private_metadata: Mapping[str, object] | None = ...,
        public_metadata: Mapping[str, object] | None = ...,
        slug: str | None = ...,
        max_allowed_memberships: int | None = ...,
        created_at: str | None = ...,
        role_set_key: str | None = ...,
    ) -> Organization:
        """Create an organization; the user `created_by` becomes its admin."""
        ...

    @operation("GET", "/organizations/{organization_id}")
    def get(
        self,
        organization_id: str,
        *,
        include_members_count: bool = ...,
        include_missing_member_with_elevated_permissions: bool = ...,
    ) -> Organization:
        """One organization, by its identifier or its slug."""
        ...

    @operation("PATCH", "/organizations/{organization_id}")
    def update(
        self,
        organization_id: str,
        *,
        name: str | None = ...,
        slug: str | None = ...,
        max_allowed_memberships: int | None = ...,
        admin_delete_enabled: bool | None = ...,
        created_at: str | None = ...,
        role_set_key: str | None = ...,
    ) -> Organization:
        """Change an organization; what is left out stays as it is. Metadata has its own calls."""
        ...

    @operation("DELETE", "/organizations/{organization_id}")
    def delete(self, organization_id: str) -> DeletedObject:
        """Delete an organization for good, with its memberships and invitations."""
        ...

    @operation("PATCH", "/organizations/{organization_id}/metadata")
    def merge_metadata(
        self,
        organization_id: str,
        *,
        public_metadata: Mapping[str, object] = ...,
        private_metadata: Mapping[str, object] = ...,
    ) -> Organization:
        """Merge metadata, key by key and deeply; null removes a key."""
        ...

    @operation("PUT", "/organizations/{organization_id}/metadata")
    def replace_metadata(
        self,
        organization_id: str,
        *,
        public_metadata: Mapping[str, object] = ...,
        private_metadata: Mapping[str, object] = ...,
    ) -> Organization:
        """Replace the metadata that is given as a whole; what is left out stays."""
        ...

    @operation("PUT", "/organizations/{organization_id}/logo", multipart=True)
    def upload_logo(
        self, organization_id: str, *, file: Upload, uploader_user_id: str = ...
    ) -> Organization:
        """Give an organization a logo, an image of at most 10 MB."""
        ...

    @operation("DELETE", "/organizations/{organization_id}/logo")
    def delete_logo(self, organization_id: str) -> Organization:
        """Take an organization's logo away."""
        ...

    @operation("GET", "/organizations/{organization_id}/billing/subscription")
    def get_billing_subscription(self, organization_id: str) -> CommerceSubscription:
        """What an organization subscribes to, and how it pays."""
        ...

    @operation("GET", "/organizations/{organization_id}/billing/credits")
    def get_billing_credit_balance(self, organization_id: str) -> CommerceCreditBalance:
        """How much credit an organization has."""
        ...

    @operation("POST", "/organizations/{organization_id}/billing/credits")
    def adjust_billing_credit_balance(
        self,
        organization_id: str,
        *,
        amount: int,
        action: str,
        idempotency_key: str,
        currency: str = ...,
        note: str = ...,
    ) -> CommerceCreditLedger:
        """Raise or lower the credit; the same `idempotency_key` counts once."""
        ...
