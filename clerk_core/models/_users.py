"""Define users and the objects that belong to them, as the Backend API returns them.

Timestamps are Unix milliseconds unless a class says otherwise. Missing fields are None, an empty
tuple or an empty object. It must not know HTTP or how fields are parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_core.models._resource import JsonObject, Resource

if TYPE_CHECKING:
    from clerk_core.models._enterprise import EnterpriseConnection, SAMLConnection
    from clerk_core.models._organizations import OrganizationMembership


class EmailAddress(Resource):
    """An email address of a user."""

    __slots__ = ()

    object: str | None
    email_address: str | None
    reserved: bool | None
    verification: Verification | None
    linked_to: tuple[IdentificationLink, ...]
    matches_sso_connection: bool | None
    created_at: int | None
    updated_at: int | None


class Verification(Resource):
    """The state of a verification, and its strategy."""

    __slots__ = ()

    object: str | None
    status: str | None
    strategy: str | None
    attempts: int | None
    expire_at: int | None
    channel: str | None
    verified_at_client: str | None
    error: VerificationError | None
    external_verification_redirect_url: str | None
    nonce: str | None
    message: str | None


class VerificationError(Resource):
    """The reason why a verification failed."""

    __slots__ = ()

    message: str | None
    long_message: str | None
    code: str | None
    meta: JsonObject


class IdentificationLink(Resource):
    """An object linked to an email address or phone number, such as an external account."""

    __slots__ = ()

    type: str | None


class PhoneNumber(Resource):
    """A phone number of a user."""

    __slots__ = ()

    object: str | None
    phone_number: str | None
    reserved_for_second_factor: bool | None
    default_second_factor: bool | None
    reserved: bool | None
    verification: Verification | None
    linked_to: tuple[IdentificationLink, ...]
    backup_codes: tuple[str, ...]
    created_at: int | None
    updated_at: int | None


class User(Resource):
    """A user. Send only `to_public_dict()` to a browser."""

    __slots__ = ()

    object: str | None
    external_id: str | None
    primary_email_address_id: str | None
    primary_phone_number_id: str | None
    primary_web3_wallet_id: str | None
    username: str | None
    first_name: str | None
    last_name: str | None
    locale: str | None
    profile_image_url: str | None
    image_url: str | None
    has_image: bool | None
    public_metadata: JsonObject
    private_metadata: JsonObject
    unsafe_metadata: JsonObject
    email_addresses: tuple[EmailAddress, ...]
    phone_numbers: tuple[PhoneNumber, ...]
    web3_wallets: tuple[Web3Wallet, ...]
    passkeys: tuple[Passkey, ...]
    password_enabled: bool | None
    two_factor_enabled: bool | None
    totp_enabled: bool | None
    backup_code_enabled: bool | None
    mfa_enabled_at: int | None
    mfa_disabled_at: int | None
    password_last_updated_at: int | None
    external_accounts: tuple[ExternalAccount, ...]
    saml_accounts: tuple[SAMLAccount, ...]
    enterprise_accounts: tuple[EnterpriseAccount, ...]
    organization_memberships: tuple[OrganizationMembership, ...]
    last_sign_in_at: int | None
    banned: bool | None
    locked: bool | None
    deprovisioned: bool | None
    lockout_expires_in_seconds: int | None
    verification_attempts_remaining: int | None
    updated_at: int | None
    created_at: int | None
    delete_self_enabled: bool | None
    create_organization_enabled: bool | None
    create_organizations_limit: int | None
    last_active_at: int | None
    legal_accepted_at: int | None
    bypass_client_trust: bool | None
    scim: SCIMUserMetadata | None

    @property
    def full_name(self) -> str | None:
        """The first and last name, or the one that is set; None if neither is."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or None

    @property
    def primary_email_address(self) -> EmailAddress | None:
        """The primary email address, or None."""
        primary = self.primary_email_address_id
        return next((one for one in self.email_addresses if one.id == primary), None)

    @property
    def primary_phone_number(self) -> PhoneNumber | None:
        """The primary phone number, or None."""
        primary = self.primary_phone_number_id
        return next((one for one in self.phone_numbers if one.id == primary), None)

    @property
    def primary_web3_wallet(self) -> Web3Wallet | None:
        """The primary Web3 wallet, or None."""
        primary = self.primary_web3_wallet_id
        return next((one for one in self.web3_wallets if one.id == primary), None)

    def to_public_dict(self) -> JsonObject:
        """Return the fields that a browser may see.

        Fields that Clerk adds to the API later are not included.
        """
        primary = self.primary_email_address
        return {
            "id": self.id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "full_name": self.full_name,
            "username": self.username,
            "image_url": self.image_url,
            "primary_email_address": primary.email_address if primary else None,
            "public_metadata": self.public_metadata,
        }


class Web3Wallet(Resource):
    """A Web3 wallet of a user."""

    __slots__ = ()

    object: str | None
    web3_wallet: str | None
    verification: Verification | None
    created_at: int | None
    updated_at: int | None


class Passkey(Resource):
    """A passkey of a user."""

    __slots__ = ()

    object: str | None
    name: str | None
    last_used_at: int | None
    verification: Verification | None


class ExternalAccount(Resource):
    """An account of a user at an OAuth provider."""

    __slots__ = ()

    object: str | None
    provider: str | None
    identification_id: str | None
    provider_user_id: str | None
    approved_scopes: str | None
    email_address: str | None
    email_address_verified: bool | None
    first_name: str | None
    last_name: str | None
    avatar_url: str | None
    image_url: str | None
    username: str | None
    phone_number: str | None
    public_metadata: JsonObject
    label: str | None
    created_at: int | None
    updated_at: int | None
    verification: Verification | None


class SAMLAccount(Resource):
    """An account of a user at a SAML connection."""

    __slots__ = ()

    object: str | None
    provider: str | None
    active: bool | None
    email_address: str | None
    first_name: str | None
    last_name: str | None
    provider_user_id: str | None
    last_authenticated_at: int | None
    public_metadata: JsonObject
    verification: Verification | None
    saml_connection: SAMLConnection | None


class EnterpriseAccount(Resource):
    """An account of a user at an enterprise connection."""

    __slots__ = ()

    object: str | None
    protocol: str | None
    provider: str | None
    active: bool | None
    email_address: str | None
    first_name: str | None
    last_name: str | None
    provider_user_id: str | None
    enterprise_connection_id: str | None
    public_metadata: JsonObject
    verification: Verification | None
    enterprise_connection: EnterpriseConnection | None
    last_authenticated_at: int | None


class SCIMUserMetadata(Resource):
    """The directory data of a user who was provisioned by SCIM."""

    __slots__ = ()

    directory_id: str | None
    directory_enabled: bool | None
    external_id: str | None


class TotalCount(Resource):
    """The number of objects that match a query."""

    __slots__ = ()

    object: str | None
    total_count: int | None


class OAuthAccessToken(Resource):
    """An access token: of a user at an OAuth provider, or issued to an OAuth application."""

    __slots__ = ()

    object: str | None
    external_account_id: str | None
    provider_user_id: str | None
    token: str | None
    expires_at: int | None
    provider: str | None
    public_metadata: JsonObject
    label: str | None
    scopes: tuple[str, ...]
    id_token: str | None
    token_secret: str | None
    client_id: str | None
    subject: str | None
    revoked: bool | None
    revocation_reason: str | None
    expired: bool | None
    expiration: float | None
    created_at: float | None
    updated_at: float | None
    active: bool | None


class Verified(Resource):
    """The result of verifying a password or code."""

    __slots__ = ()

    verified: bool | None
    code_type: str | None


class UserReference(Resource):
    """The ID of the user that an operation changed."""

    __slots__ = ()

    user_id: str | None


class TrustedDevice(Resource):
    """A trusted device of a user."""

    __slots__ = ()

    object: str | None
    platform: str | None
    app_identifier: str | None
    name: str | None
    algorithm: str | None
    status: str | None
    created_at: int | None
    updated_at: int | None
    last_used_at: int | None
    revoked_at: int | None
