"""Define the rows of users and their email addresses."""

from __future__ import annotations

from dataclasses import dataclass, field

from clerk_core.local._storage.rows.values import JSON, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user. `seed_password` is the public password of a test user; None after a change."""

    id: str
    username: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    external_id: str | None = None
    locale: str | None = None
    primary_email_address_id: str | None = None
    password_hash: str | None = field(default=None, repr=False)
    seed_password: str | None = field(default=None, repr=False)
    password_updated_at: int | None = None
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
