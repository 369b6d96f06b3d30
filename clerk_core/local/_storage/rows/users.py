"""Define the rows of users, their email addresses and phone numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from clerk_core.local._storage.rows.values import JSON, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user. `seed_password` is the public password of a test user; None after a change.

    Sessions that start after `password_compromised_at` have to set a new password.

    `backup_codes` are hashes. `totp_secret` is in use once it is verified.
    """

    id: str
    username: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    external_id: str | None = None
    locale: str | None = None
    image_id: str | None = None
    primary_email_address_id: str | None = None
    primary_phone_number_id: str | None = None
    password_hash: str | None = field(default=None, repr=False)
    seed_password: str | None = field(default=None, repr=False)
    password_updated_at: int | None = None
    password_compromised_at: int | None = None
    totp_secret: str | None = field(default=None, repr=False)
    totp_verified: bool = field(default=False, metadata=JSON)
    backup_codes: list[str] = field(default_factory=list[str], repr=False, metadata=JSON)
    mfa_enabled_at: int | None = None
    mfa_disabled_at: int | None = None
    legal_accepted_at: int | None = None
    delete_self_enabled: bool = field(default=True, metadata=JSON)
    create_organization_enabled: bool = field(default=True, metadata=JSON)
    create_organizations_limit: int | None = None
    public_metadata: JsonObject = field(default_factory=JsonObject, metadata=JSON)
    private_metadata: JsonObject = field(default_factory=JsonObject, repr=False, metadata=JSON)
    unsafe_metadata: JsonObject = field(default_factory=JsonObject, metadata=JSON)
    banned: bool = field(default=False, metadata=JSON)
    locked_until: int | None = None
    last_sign_in_at: int | None = None
    created_at: int
    updated_at: int

    @property
    def full_name(self) -> str:
        """First and last name, without the missing parts."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailAddress:
    """An email address of a user; addresses are unique and case-insensitive.

    Without `verification_id`, an administrator has verified the address.
    """

    id: str
    user_id: str
    email_address: str
    verification_id: str | None = None
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber:
    """A phone number of a user in the format E.164, such as `+15555550100`; numbers are unique.

    Without `verification_id`, an administrator has verified the number.
    """

    id: str
    user_id: str
    phone_number: str
    verification_id: str | None = None
    reserved_for_second_factor: bool = field(default=False, metadata=JSON)
    default_second_factor: bool = field(default=False, metadata=JSON)
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalAccount:
    """A connection of a user with an account of a provider.

    `provider_user_id` is None until the provider confirms the connection.
    """

    id: str
    user_id: str
    provider: str
    provider_user_id: str | None = None
    email_address: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    verification_id: str
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of a user, or a logo of an organization. `name` is that of the uploaded file."""

    id: str
    name: str
    content_type: str
    content: bytes = field(repr=False)
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A passkey of a user, for the relying party `rp_id`: the host of an application.

    `credential_id` and `public_key` (DER) are None until the browser has created the passkey.
    """

    id: str
    user_id: str
    name: str
    verification_id: str
    credential_id: str | None = None
    public_key: bytes | None = field(default=None, repr=False)
    sign_count: int = 0
    rp_id: str
    transports: list[str] = field(default_factory=list[str], metadata=JSON)
    last_used_at: int | None = None
    created_at: int
    updated_at: int
