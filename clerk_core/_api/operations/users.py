"""Operations on users."""

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
    OAuthAccessToken,
    OrganizationInvitation,
    OrganizationMembership,
    TotalCount,
    TrustedDevice,
    User,
    UserReference,
    Verified,
)


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
        extra: Extra = ...,
    ) -> Page[User]:
        """Return the users, the newest first.

        Args:
            email_address: Email addresses, at most 100.
            phone_number: Phone numbers, at most 100.
            external_id: IDs in your own system, at most 100; with prefix `-` to exclude a user.
            username: Usernames, at most 100.
            web3_wallet: Web3 wallets, at most 100.
            user_id: User IDs, at most 100; with prefix `-` to exclude a user.
            organization_id: IDs of organizations that users are members of; with prefix `-` to
                exclude members.
            query: A part of any identifier or name.
            email_address_query: A part of the email address.
            phone_number_query: A part of the phone number.
            username_query: A part of the username.
            name_query: A part of the name.
            banned: Whether to return banned users only, or others only.
            last_active_at_before: Last active before this time, in milliseconds since 1970.
            last_active_at_after: Last active after this time, in milliseconds since 1970.
            last_active_at_since: The deprecated name of `last_active_at_after`.
            created_at_before: Created before this time, in milliseconds since 1970.
            created_at_after: Created after this time, in milliseconds since 1970.
            last_sign_in_at_before: Last signed in before this time, in milliseconds since 1970.
            last_sign_in_at_after: Last signed in after this time, in milliseconds since 1970.
            provider: An OAuth provider such as `oauth_google`; goes with `provider_user_id`.
            provider_user_id: IDs of users at that provider, at most 100.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            starting_after: The ID of the last user of the page before. On large instances, faster
                than `offset`.
            order_by: `created_at`, `updated_at`, `last_active_at`, `last_sign_in_at`,
                `email_address`, `phone_number`, `web3wallet`, `username`, `first_name` or
                `last_name`; `-created_at` by default.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[User]:
        """Iterate over the users, the newest first."""
        ...

    @operation("POST", "/users")
    def create(
        self,
        *,
        external_id: str | None = ...,
        first_name: str | None = ...,
        last_name: str | None = ...,
        locale: str | None = ...,
        timezone: str | None = ...,
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
        extra: Extra = ...,
    ) -> User:
        """Create a user. Email addresses and phone numbers count as verified by default.

        Args:
            external_id: The user's ID in your own system, which is unique.
            first_name: The first name.
            last_name: The last name.
            locale: The locale, such as `en-US`.
            timezone: The time zone, such as `Europe/Berlin`.
            email_address: Email addresses; the first one is primary.
            email_address_identification_status: `verified` or `reserved` for each email address, in
                the same order.
            phone_number: Phone numbers; the first one is primary.
            phone_number_identification_status: `verified` or `reserved` for each phone number, in
                the same order.
            web3_wallet: Web3 wallets; the first one is primary.
            username: The username, which is unique.
            password: The password in plain text, at least eight characters.
            password_digest: The digest of the password, in place of the password.
            password_hasher: The algorithm of the digest, such as `bcrypt`, `argon2id`,
                `pbkdf2_sha256` or `scrypt_firebase`.
            skip_password_checks: Whether to accept any password, as in a migration.
            skip_password_requirement: Whether to create the user without a password where the
                instance requires one.
            totp_secret: The secret of the user's authenticator application (SHA1, six digits, 30
                seconds).
            backup_codes: Backup codes in plain text, or their bcrypt digests.
            public_metadata: Metadata that frontends may read.
            private_metadata: Metadata for backends only.
            unsafe_metadata: Metadata that frontends may read and change.
            delete_self_enabled: Whether the user may delete the account.
            legal_accepted_at: When the user accepted the terms: an RFC 3339 timestamp.
            skip_legal_checks: Whether to create the user without that.
            skip_user_requirement: Whether to create the user without identifiers that the instance
                requires.
            create_organization_enabled: Whether the user may create organizations.
            create_organizations_limit: How many organizations the user may create; 0 for any
                number.
            created_at: When the user signed up, if elsewhere: an RFC 3339 timestamp.
            bypass_client_trust: Whether the user's new devices are trusted without a check.
            banned: Whether to create the user banned.
            locked: Whether to create the user locked.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> TotalCount:
        """Return how many users there are, with the filters of `list`.

        Args:
            email_address: Email addresses, at most 100.
            phone_number: Phone numbers, at most 100.
            external_id: IDs in your own system, at most 100.
            username: Usernames, at most 100.
            web3_wallet: Web3 wallets, at most 100.
            user_id: User IDs, at most 100.
            organization_id: IDs of organizations that users are members of; with prefix `-` to
                exclude members.
            query: A part of any identifier or name.
            email_address_query: A part of the email address.
            phone_number_query: A part of the phone number.
            username_query: A part of the username.
            name_query: A part of the name.
            banned: Whether to count banned users only, or others only.
            last_active_at_before: Last active before this time, in milliseconds since 1970.
            last_active_at_after: Last active after this time, in milliseconds since 1970.
            last_active_at_since: The deprecated name of `last_active_at_after`.
            created_at_before: Created before this time, in milliseconds since 1970.
            created_at_after: Created after this time, in milliseconds since 1970.
            last_sign_in_at_before: Last signed in before this time, in milliseconds since 1970.
            last_sign_in_at_after: Last signed in after this time, in milliseconds since 1970.
            provider: An OAuth provider such as `oauth_google`; goes with `provider_user_id`.
            provider_user_id: IDs of users at that provider, at most 100.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/users/{user_id}")
    def get(self, user_id: str, *, extra: Extra = ...) -> User:
        """Return a user.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
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
        timezone: str | None = ...,
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
        extra: Extra = ...,
    ) -> User:
        """Update a user; omitted parameters are not changed.

        There are separate operations for metadata.

        Args:
            user_id: The user's ID.
            external_id: The user's ID in your own system, which is unique.
            first_name: The first name.
            last_name: The last name.
            locale: The locale, such as `en-US`.
            timezone: The time zone, such as `Europe/Berlin`.
            primary_email_address_id: The ID of the verified email address to make primary.
            notify_primary_email_address_changed: Whether to notify the user of that; false by
                default.
            primary_phone_number_id: The ID of the verified phone number to make primary.
            primary_web3_wallet_id: The ID of the verified web3 wallet to make primary.
            username: The username, which is unique.
            profile_image_id: The ID of the image to show.
            password: The new password in plain text, at least eight characters.
            password_digest: The digest of the new password, in place of the password.
            password_hasher: The algorithm of the digest, such as `bcrypt`, `argon2id`,
                `pbkdf2_sha256` or `scrypt_firebase`.
            skip_password_checks: Whether to accept any password.
            sign_out_of_other_sessions: Whether to end the user's sessions when the password
                changes.
            totp_secret: The secret of the user's authenticator application.
            backup_codes: The new backup codes.
            delete_self_enabled: Whether the user may delete the account.
            create_organization_enabled: Whether the user may create organizations.
            legal_accepted_at: When the user accepted the terms: an RFC 3339 timestamp.
            skip_legal_checks: Whether to skip all checks of accepted terms.
            create_organizations_limit: How many organizations the user may create; 0 for any
                number.
            created_at: When the user signed up, if elsewhere: an RFC 3339 timestamp.
            bypass_client_trust: Whether the user's new devices are trusted without a check.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/users/{user_id}")
    def delete(self, user_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete a user permanently.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/users/{user_id}/ban")
    def ban(self, user_id: str, *, extra: Extra = ...) -> User:
        """Ban a user: end all sessions and refuse sign-ins.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/users/{user_id}/unban")
    def unban(self, user_id: str, *, extra: Extra = ...) -> User:
        """Let a banned user sign in again.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/users/ban")
    def bulk_ban(self, *, user_ids: Sequence[str], extra: Extra = ...) -> Page[User]:
        """Ban several users.

        Args:
            user_ids: The users' IDs, at most 50.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/users/unban")
    def bulk_unban(self, *, user_ids: Sequence[str], extra: Extra = ...) -> Page[User]:
        """Let several banned users sign in again.

        Args:
            user_ids: The users' IDs, at most 50.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/users/{user_id}/lock")
    def lock(self, user_id: str, *, extra: Extra = ...) -> User:
        """Refuse sign-ins of a user for the time that the instance's settings say.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/users/{user_id}/unlock")
    def unlock(self, user_id: str, *, extra: Extra = ...) -> User:
        """Let a locked user sign in again.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/users/{user_id}/profile_image", multipart=True)
    def set_profile_image(self, user_id: str, *, file: Upload = ..., extra: Extra = ...) -> User:
        """Set the profile image of a user.

        Args:
            user_id: The user's ID.
            file: A JPEG, PNG, GIF or WebP image of at most 10 MB.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/users/{user_id}/profile_image")
    def delete_profile_image(self, user_id: str, *, extra: Extra = ...) -> User:
        """Delete the profile image of a user.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/users/{user_id}/metadata")
    def update_metadata(
        self,
        user_id: str,
        *,
        public_metadata: Mapping[str, object] = ...,
        private_metadata: Mapping[str, object] = ...,
        unsafe_metadata: Mapping[str, object] = ...,
        extra: Extra = ...,
    ) -> User:
        """Merge metadata of a user deeply; None removes a key.

        Args:
            user_id: The user's ID.
            public_metadata: Metadata that frontends may read.
            private_metadata: Metadata for backends only.
            unsafe_metadata: Metadata that frontends may read and change.
            extra: Further fields to send.
        """
        ...

    @operation("PUT", "/users/{user_id}/metadata")
    def replace_metadata(
        self,
        user_id: str,
        *,
        public_metadata: Mapping[str, object] = ...,
        private_metadata: Mapping[str, object] = ...,
        unsafe_metadata: Mapping[str, object] = ...,
        extra: Extra = ...,
    ) -> User:
        """Replace metadata of a user; omitted metadata are not changed.

        Args:
            user_id: The user's ID.
            public_metadata: Metadata that frontends may read.
            private_metadata: Metadata for backends only.
            unsafe_metadata: Metadata that frontends may read and change.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/users/{user_id}/billing/subscription")
    def get_billing_subscription(self, user_id: str, *, extra: Extra = ...) -> CommerceSubscription:
        """Return the subscription of a user with its items.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/users/{user_id}/billing/credits")
    def get_billing_credit_balance(
        self, user_id: str, *, extra: Extra = ...
    ) -> CommerceCreditBalance:
        """Return the credit balance of a user.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> CommerceCreditLedger:
        """Increase or decrease the credit balance of a user.

        Args:
            user_id: The user's ID.
            amount: The amount in cents, more than 0.
            action: `increase` or `decrease`.
            idempotency_key: A value that is unique to this adjustment. A repeated call with it has
                no effect.
            currency: The currency code; `USD` by default.
            note: A note for the ledger entry.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> Page[OAuthAccessToken]:
        """Return a user's access tokens for an OAuth provider, refreshed if need be.

        Args:
            user_id: The user's ID.
            provider: The provider, such as `oauth_google`.
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(get_oauth_access_tokens)
    def iterate_oauth_access_tokens(self) -> Iterator[OAuthAccessToken]:
        """Iterate over a user's access tokens for an OAuth provider."""
        ...

    @operation("GET", "/users/{user_id}/organization_memberships")
    def get_organization_memberships(
        self, user_id: str, *, limit: int = ..., offset: int = ..., extra: Extra = ...
    ) -> Page[OrganizationMembership]:
        """Return a user's memberships in organizations.

        Args:
            user_id: The user's ID.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(get_organization_memberships)
    def iterate_organization_memberships(self) -> Iterator[OrganizationMembership]:
        """Iterate over a user's memberships in organizations."""
        ...

    @operation("GET", "/users/{user_id}/organization_invitations")
    def get_organization_invitations(
        self,
        user_id: str,
        *,
        limit: int = ...,
        offset: int = ...,
        status: str = ...,
        extra: Extra = ...,
    ) -> Page[OrganizationInvitation]:
        """Return a user's invitations to organizations.

        Args:
            user_id: The user's ID.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            status: `pending`, `accepted`, `revoked` or `expired`.
            extra: Further fields to send.
        """
        ...

    @paginate(get_organization_invitations)
    def iterate_organization_invitations(self) -> Iterator[OrganizationInvitation]:
        """Iterate over a user's invitations to organizations."""
        ...

    @operation("POST", "/users/{user_id}/remove_password")
    def remove_password(
        self, user_id: str, *, sign_out_of_other_sessions: bool = ..., extra: Extra = ...
    ) -> User:
        """Remove the password of a user, even if it is the only way to sign in.

        Args:
            user_id: The user's ID.
            sign_out_of_other_sessions: Whether to end the user's sessions; false by default.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/users/{user_id}/verify_password")
    def verify_password(self, user_id: str, *, password: str, extra: Extra = ...) -> Verified:
        """Verify a user's password; raise `UnprocessableError` if it is wrong.

        Args:
            user_id: The user's ID.
            password: The password in plain text.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/users/{user_id}/verify_totp")
    def verify_totp(self, user_id: str, *, code: str, extra: Extra = ...) -> Verified:
        """Verify a code; raise `UnprocessableError` if it is wrong. A backup code can be used once.

        Args:
            user_id: The user's ID.
            code: The code of the user's authenticator application, or a backup code.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/users/{user_id}/mfa")
    def disable_mfa(self, user_id: str, *, extra: Extra = ...) -> UserReference:
        """Disable all second factors of a user.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/users/{user_id}/backup_code")
    def delete_backup_codes(self, user_id: str, *, extra: Extra = ...) -> UserReference:
        """Delete the backup codes of a user.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/users/{user_id}/passkeys/{passkey_identification_id}")
    def delete_passkey(
        self, user_id: str, passkey_identification_id: str, *, extra: Extra = ...
    ) -> DeletedObject:
        """Delete a passkey of a user, who is notified by email.

        Args:
            user_id: The user's ID.
            passkey_identification_id: The passkey's ID.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/users/{user_id}/trusted_devices")
    def list_trusted_devices(self, user_id: str, *, extra: Extra = ...) -> Page[TrustedDevice]:
        """Return the trusted devices of a user.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/users/{user_id}/trusted_devices/{trusted_device_id}")
    def revoke_trusted_device(
        self, user_id: str, trusted_device_id: str, *, extra: Extra = ...
    ) -> TrustedDevice:
        """Revoke a trusted device of a user.

        Args:
            user_id: The user's ID.
            trusted_device_id: The device's ID.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/users/{user_id}/web3_wallets/{web3_wallet_identification_id}")
    def delete_web3_wallet(
        self, user_id: str, web3_wallet_identification_id: str, *, extra: Extra = ...
    ) -> DeletedObject:
        """Delete a web3 wallet of a user.

        Args:
            user_id: The user's ID.
            web3_wallet_identification_id: The wallet's ID.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/users/{user_id}/totp")
    def delete_totp(self, user_id: str, *, extra: Extra = ...) -> UserReference:
        """Delete the authenticator application of a user.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/users/{user_id}/external_accounts/{external_account_id}")
    def delete_external_account(
        self, user_id: str, external_account_id: str, *, extra: Extra = ...
    ) -> DeletedObject:
        """Delete a user's account at another provider.

        Args:
            user_id: The user's ID.
            external_account_id: The ID of the external account.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/users/{user_id}/password/set_compromised")
    def set_password_compromised(
        self, user_id: str, *, revoke_all_sessions: bool | None = ..., extra: Extra = ...
    ) -> User:
        """Make a user choose a new password at the next sign-in.

        Args:
            user_id: The user's ID.
            revoke_all_sessions: Whether to end the user's sessions.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/users/{user_id}/password/unset_compromised")
    def unset_password_compromised(self, user_id: str, *, extra: Extra = ...) -> User:
        """Let a user keep the password.

        Args:
            user_id: The user's ID.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/organization_memberships")
    def get_instance_organization_memberships(
        self, *, order_by: str = ..., limit: int = ..., offset: int = ..., extra: Extra = ...
    ) -> Page[OrganizationMembership]:
        """Return the memberships in all organizations.

        Args:
            order_by: `created_at`, `email_address`, `phone_number`, `first_name`, `last_name` or
                `username`, with `+` or `-` in front for the direction.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(get_instance_organization_memberships)
    def iterate_instance_organization_memberships(self) -> Iterator[OrganizationMembership]:
        """Iterate over the memberships in all organizations."""
        ...

    # The names of these in Clerk's own Python client.
    get_o_auth_access_token = get_oauth_access_tokens
