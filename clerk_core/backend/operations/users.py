"""Operations on users."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core.backend.models import (
    CommerceCreditBalance,
    CommerceCreditLedger,
    CommerceSubscription,
    DeletedObject,
    OAuthAccessToken,
    OrganizationInvitation,
    OrganizationMembership,
    TotalCount,
    TrustedDevice,
    User,
    UserReference,
    Verified,
)
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import Upload, operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class Users(Operations[M]):
    """Operations on users."""

    @operation("GET", "/users")
    def list(
        self,
        *,
        email_address: Sequence[str] = ...,
        phone_number: Sequence[str] = ...,
        external_id: Sequence[str] = ...,
        username: Sequence[str] = ...,
        web3_wallet: Sequence[str] = ...,
        user_id: Sequence[str] = ...,
        organization_id: Sequence[str] = ...,
        query: str = ...,
        email_address_query: str = ...,
        phone_number_query: str = ...,
        username_query: str = ...,
        name_query: str = ...,
        banned: bool = ...,
        last_active_at_before: int = ...,
        last_active_at_after: int = ...,
        last_active_at_since: int = ...,
        created_at_before: int = ...,
        created_at_after: int = ...,
        last_sign_in_at_before: int = ...,
        last_sign_in_at_after: int = ...,
        provider: str = ...,
        provider_user_id: Sequence[str] = ...,
        limit: int = ...,
        offset: int = ...,
        starting_after: str = ...,
        order_by: str = ...,
    ) -> Page[User]:
        """The users, the newest first, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[User]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/users")
    def create(
        self,
        *,
        external_id: str | None = ...,
        first_name: str | None = ...,
        last_name: str | None = ...,
        locale: str | None = ...,
        email_address: Sequence[str] = ...,
        email_address_identification_status: Sequence[str] = ...,
        phone_number: Sequence[str] = ...,
        phone_number_identification_status: Sequence[str] = ...,
        web3_wallet: Sequence[str] = ...,
        username: str | None = ...,
        password: str | None = ...,
        password_digest: str | None = ...,
        password_hasher: str = ...,
        skip_password_checks: bool | None = ...,
        skip_password_requirement: bool | None = ...,
        totp_secret: str | None = ...,
        backup_codes: Sequence[str] = ...,
        public_metadata: Mapping[str, object] = ...,
        private_metadata: Mapping[str, object] = ...,
        unsafe_metadata: Mapping[str, object] = ...,
        delete_self_enabled: bool | None = ...,
        legal_accepted_at: str | None = ...,
        skip_legal_checks: bool | None = ...,
        skip_user_requirement: bool | None = ...,
        create_organization_enabled: bool | None = ...,
        create_organizations_limit: int | None = ...,
        created_at: str | None = ...,
        bypass_client_trust: bool | None = ...,
        banned: bool | None = ...,
        locked: bool | None = ...,
    ) -> User:
        """Create a user; the addresses and numbers given are taken as verified."""
        ...

    @operation("GET", "/users/count")
    def count(
        self,
        *,
        email_address: Sequence[str] = ...,
        phone_number: Sequence[str] = ...,
        external_id: Sequence[str] = ...,
        username: Sequence[str] = ...,
        web3_wallet: Sequence[str] = ...,
        user_id: Sequence[str] = ...,
        organization_id: Sequence[str] = ...,
        query: str = ...,
        email_address_query: str = ...,
        phone_number_query: str = ...,
        username_query: str = ...,
        name_query: str = ...,
        banned: bool = ...,
        last_active_at_before: int = ...,
        last_active_at_after: int = ...,
        last_active_at_since: int = ...,
        created_at_before: int = ...,
        created_at_after: int = ...,
        last_sign_in_at_before: int = ...,
        last_sign_in_at_after: int = ...,
        provider: str = ...,
        provider_user_id: Sequence[str] = ...,
    ) -> TotalCount:
        """How many users there are, of those that the filters leave."""
        ...

    @operation("GET", "/users/{user_id}")
    def get(self, user_id: str) -> User:
        """One user."""
        ...

    @operation("PATCH", "/users/{user_id}")
    def update(
        self,
        user_id: str,
        *,
        external_id: str | None = ...,
        first_name: str | None = ...,
        last_name: str | None = ...,
        locale: str | None = ...,
        primary_email_address_id: str | None = ...,
        notify_primary_email_address_changed: bool | None = ...,
        primary_phone_number_id: str | None = ...,
        primary_web3_wallet_id: str | None = ...,
        username: str | None = ...,
        profile_image_id: str | None = ...,
        password: str | None = ...,
        password_digest: str = ...,
        password_hasher: str = ...,
        skip_password_checks: bool | None = ...,
        sign_out_of_other_sessions: bool | None = ...,
        totp_secret: str | None = ...,
        backup_codes: Sequence[str] = ...,
        delete_self_enabled: bool | None = ...,
        create_organization_enabled: bool | None = ...,
        legal_accepted_at: str | None = ...,
        skip_legal_checks: bool | None = ...,
        create_organizations_limit: int | None = ...,
        created_at: str | None = ...,
        bypass_client_trust: bool | None = ...,
    ) -> User:
        """Change a user; what is left out stays as it is. Metadata has its own calls."""
        ...

    @operation("DELETE", "/users/{user_id}")
    def delete(self, user_id: str) -> DeletedObject:
        """Delete a user for good."""
        ...

    @operation("POST", "/users/{user_id}/ban")
    def ban(self, user_id: str) -> User:
        """Ban a user: all sessions end, and signing in is refused."""
        ...

    @operation("POST", "/users/{user_id}/unban")
    def unban(self, user_id: str) -> User:
        """Let a banned user sign in again."""
        ...

    @operation("POST", "/users/ban")
    def bulk_ban(self, *, user_ids: Sequence[str]) -> Page[User]:
        """Ban several users."""
        ...

    @operation("POST", "/users/unban")
    def bulk_unban(self, *, user_ids: Sequence[str]) -> Page[User]:
        """Let several banned users sign in again."""
        ...

    @operation("POST", "/users/{user_id}/lock")
    def lock(self, user_id: str) -> User:
        """Lock a user out of signing in, for as long as the instance's settings say."""
        ...

    @operation("POST", "/users/{user_id}/unlock")
    def unlock(self, user_id: str) -> User:
        """Let a locked user sign in again."""
        ...

    @operation("POST", "/users/{user_id}/profile_image", multipart=True)
    def set_profile_image(self, user_id: str, *, file: Upload = ...) -> User:
        """Give a user a profile image."""
        ...

    @operation("DELETE", "/users/{user_id}/profile_image")
    def delete_profile_image(self, user_id: str) -> User:
        """Take a user's profile image away."""
        ...

    @operation("PATCH", "/users/{user_id}/metadata")
    def update_metadata(
        self,
        user_id: str,
        *,
        public_metadata: Mapping[str, object] = ...,
        private_metadata: Mapping[str, object] = ...,
        unsafe_metadata: Mapping[str, object] = ...,
    ) -> User:
        """Merge metadata, key by key and deeply; null removes a key."""
        ...

    @operation("PUT", "/users/{user_id}/metadata")
    def replace_metadata(
        self,
        user_id: str,
        *,
        public_metadata: Mapping[str, object] = ...,
        private_metadata: Mapping[str, object] = ...,
        unsafe_metadata: Mapping[str, object] = ...,
    ) -> User:
        """Replace the metadata that is given as a whole; what is left out stays."""
        ...

    @operation("GET", "/users/{user_id}/billing/subscription")
    def get_billing_subscription(self, user_id: str) -> CommerceSubscription:
        """What a user subscribes to, and how it is paid."""
        ...

    @operation("GET", "/users/{user_id}/billing/credits")
    def get_billing_credit_balance(self, user_id: str) -> CommerceCreditBalance:
        """How much credit a user has."""
        ...

    @operation("POST", "/users/{user_id}/billing/credits")
    def adjust_billing_credit_balance(
        self,
        user_id: str,
        *,
        amount: int,
        action: str,
        idempotency_key: str,
        currency: str = ...,
        note: str = ...,
    ) -> CommerceCreditLedger:
        """Raise or lower the credit; the same `idempotency_key` counts once."""
        ...

    @operation("GET", "/users/{user_id}/oauth_access_tokens/{provider}")
    def get_oauth_access_tokens(
        self,
        user_id: str,
        provider: str,
        *,
        paginated: bool = ...,
        limit: int = ...,
        offset: int = ...,
    ) -> Page[OAuthAccessToken]:
        """A user's access tokens at a provider such as `google`, refreshed where need be."""
        ...

    @paginate(get_oauth_access_tokens)
    def iterate_oauth_access_tokens(self) -> Iterator[OAuthAccessToken]:
        """Iterate over all pages of `get_oauth_access_tokens`."""
        ...

    @operation("GET", "/users/{user_id}/organization_memberships")
    def get_organization_memberships(
        self, user_id: str, *, limit: int = ..., offset: int = ...
    ) -> Page[OrganizationMembership]:
        """The organizations that a user is a member of, a page at a time."""
        ...

    @paginate(get_organization_memberships)
    def iterate_organization_memberships(self) -> Iterator[OrganizationMembership]:
        """Iterate over all pages of `get_organization_memberships`."""
        ...

    @operation("GET", "/users/{user_id}/organization_invitations")
    def get_organization_invitations(
        self, user_id: str, *, limit: int = ..., offset: int = ..., status: str = ...
    ) -> Page[OrganizationInvitation]:
        """The organizations that a user is invited to, a page at a time."""
        ...

    @paginate(get_organization_invitations)
    def iterate_organization_invitations(self) -> Iterator[OrganizationInvitation]:
        """Iterate over all pages of `get_organization_invitations`."""
        ...

    @operation("POST", "/users/{user_id}/remove_password")
    def remove_password(self, user_id: str, *, sign_out_of_other_sessions: bool = ...) -> User:
        """Remove a user's password, even where there is no other way to sign in."""
        ...

    @operation("POST", "/users/{user_id}/verify_password")
    def verify_password(self, user_id: str, *, password: str) -> Verified:
        """Try a password; one that is wrong is an error."""
        ...

    @operation("POST", "/users/{user_id}/verify_totp")
    def verify_totp(self, user_id: str, *, code: str) -> Verified:
        """Try a code of an authenticator, or a backup code, which is used up by it."""
        ...

    @operation("DELETE", "/users/{user_id}/mfa")
    def disable_mfa(self, user_id: str) -> UserReference:
        """Take all second factors from a user."""
        ...

    @operation("DELETE", "/users/{user_id}/backup_code")
    def delete_backup_codes(self, user_id: str) -> UserReference:
        """Delete a user's backup codes for good."""
        ...

    @operation("DELETE", "/users/{user_id}/passkeys/{passkey_identification_id}")
    def delete_passkey(self, user_id: str, passkey_identification_id: str) -> DeletedObject:
        """Delete a user's passkey for good; the user is told by e-mail."""
        ...

    @operation("GET", "/users/{user_id}/trusted_devices")
    def list_trusted_devices(self, user_id: str) -> Page[TrustedDevice]:
        """The devices that a user trusts."""
        ...

    @operation("DELETE", "/users/{user_id}/trusted_devices/{trusted_device_id}")
    def revoke_trusted_device(self, user_id: str, trusted_device_id: str) -> TrustedDevice:
        """Trust a user's device no longer."""
        ...

    @operation("DELETE", "/users/{user_id}/web3_wallets/{web3_wallet_identification_id}")
    def delete_web3_wallet(self, user_id: str, web3_wallet_identification_id: str) -> DeletedObject:
        """Delete a user's wallet for good."""
        ...

    @operation("DELETE", "/users/{user_id}/totp")
    def delete_totp(self, user_id: str) -> UserReference:
        """Take the authenticator from a user."""
        ...

    @operation("DELETE", "/users/{user_id}/external_accounts/{external_account_id}")
    def delete_external_account(self, user_id: str, external_account_id: str) -> DeletedObject:
        """Delete a user's account at another provider for good."""
        ...

    @operation("POST", "/users/{user_id}/password/set_compromised")
    def set_password_compromised(
        self, user_id: str, *, revoke_all_sessions: bool | None = ...
    ) -> User:
        """Make a user choose a new password at the next sign-in."""
        ...

    @operation("POST", "/users/{user_id}/password/unset_compromised")
    def unset_password_compromised(self, user_id: str) -> User:
        """Let a user keep the password after all."""
        ...

    @operation("GET", "/organization_memberships")
    def get_instance_organization_memberships(
        self, *, order_by: str = ..., limit: int = ..., offset: int = ...
    ) -> Page[OrganizationMembership]:
        """The members of all organizations, a page at a time."""
        ...

    @paginate(get_instance_organization_memberships)
    def iterate_instance_organization_memberships(self) -> Iterator[OrganizationMembership]:
        """Iterate over all pages of `get_instance_organization_memberships`."""
        ...

    # The names of these in Clerk's own Python client.
    get_o_auth_access_token = get_oauth_access_tokens
