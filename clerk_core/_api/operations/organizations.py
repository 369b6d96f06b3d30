"""Operations on organizations."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, Upload, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import (
    CommerceCreditBalance,
    CommerceCreditLedger,
    CommerceSubscription,
    DeletedObject,
    Organization,
)


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
        extra: Extra = ...,
    ) -> Page[Organization]:
        """Return the organizations, the newest first.

        Args:
            include_members_count: Whether to return how many members each one has.
            include_missing_member_with_elevated_permissions: Whether to report if no member has
                elevated permissions.
            query: The organization's ID, or a part of its name or slug.
            user_id: User IDs of members; with prefix `-` to exclude their organizations.
            organization_id: Organization IDs; with prefix `-` to exclude one.
            order_by: `name`, `created_at` or `members_count`; `-created_at` by default, the newest
                first.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Organization]:
        """Iterate over the organizations, the newest first."""
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
        extra: Extra = ...,
    ) -> Organization:
        """Create an organization.

        Args:
            name: The organization's name.
            created_by: The ID of the user who becomes its administrator.
            private_metadata: Metadata for backends only.
            public_metadata: Metadata that frontends may read.
            slug: The organization's slug, of lower-case letters, digits and dashes.
            max_allowed_memberships: How many members it may have; 0 for any number.
            created_at: When it was created, if elsewhere: an RFC 3339 timestamp.
            role_set_key: The key of its role set.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/organizations/{organization_id}")
    def get(
        self,
        organization_id: str,
        *,
        include_members_count: bool = ...,
        include_missing_member_with_elevated_permissions: bool = ...,
        extra: Extra = ...,
    ) -> Organization:
        """Return an organization.

        Args:
            organization_id: The organization's ID or slug.
            include_members_count: Whether to return how many members it has.
            include_missing_member_with_elevated_permissions: Whether to report if no member has
                elevated permissions.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> Organization:
        """Update an organization; omitted parameters are not changed.

        There are separate operations for metadata.

        Args:
            organization_id: The organization's ID.
            name: The new name.
            slug: The new slug, of lower-case letters, digits and dashes.
            max_allowed_memberships: How many members it may have; 0 for any number.
            admin_delete_enabled: Whether an administrator may delete it.
            created_at: When it was created, if elsewhere: an RFC 3339 timestamp.
            role_set_key: The key of its role set.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/organizations/{organization_id}")
    def delete(self, organization_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete an organization permanently, with its memberships and invitations.

        Args:
            organization_id: The organization's ID.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/organizations/{organization_id}/metadata")
    def merge_metadata(
        self,
        organization_id: str,
        *,
        public_metadata: Mapping[str, object] = ...,
        private_metadata: Mapping[str, object] = ...,
        extra: Extra = ...,
    ) -> Organization:
        """Merge metadata of an organization deeply; None removes a key.

        Args:
            organization_id: The organization's ID.
            public_metadata: Metadata that frontends may read.
            private_metadata: Metadata for backends only.
            extra: Further fields to send.
        """
        ...

    @operation("PUT", "/organizations/{organization_id}/metadata")
    def replace_metadata(
        self,
        organization_id: str,
        *,
        public_metadata: Mapping[str, object] = ...,
        private_metadata: Mapping[str, object] = ...,
        extra: Extra = ...,
    ) -> Organization:
        """Replace metadata of an organization; omitted metadata are not changed.

        Args:
            organization_id: The organization's ID.
            public_metadata: Metadata that frontends may read.
            private_metadata: Metadata for backends only.
            extra: Further fields to send.
        """
        ...

    @operation("PUT", "/organizations/{organization_id}/logo", multipart=True)
    def upload_logo(
        self, organization_id: str, *, file: Upload, uploader_user_id: str = ..., extra: Extra = ...
    ) -> Organization:
        """Set the logo of an organization.

        Args:
            organization_id: The organization's ID.
            file: A JPEG, PNG, GIF or WebP image of at most 10 MB.
            uploader_user_id: The ID of the user who is named as its uploader.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/organizations/{organization_id}/logo")
    def delete_logo(self, organization_id: str, *, extra: Extra = ...) -> Organization:
        """Delete the logo of an organization.

        Args:
            organization_id: The organization's ID.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/organizations/{organization_id}/billing/subscription")
    def get_billing_subscription(
        self, organization_id: str, *, extra: Extra = ...
    ) -> CommerceSubscription:
        """Return the subscription of an organization with its items.

        Args:
            organization_id: The organization's ID.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/organizations/{organization_id}/billing/credits")
    def get_billing_credit_balance(
        self, organization_id: str, *, extra: Extra = ...
    ) -> CommerceCreditBalance:
        """Return the credit balance of an organization.

        Args:
            organization_id: The organization's ID.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> CommerceCreditLedger:
        """Increase or decrease the credit balance of an organization.

        Args:
            organization_id: The organization's ID.
            amount: The amount in cents, more than 0.
            action: `increase` or `decrease`.
            idempotency_key: A value that is unique to this adjustment. A repeated call with it has
                no effect.
            currency: The currency code; `USD` by default.
            note: A note for the ledger entry.
            extra: Further fields to send.
        """
        ...
