"""What the instance remembers, as frozen values: one class a table, its first field the key.

Times are Unix milliseconds, as in Clerk's resources. It may not know how or where rows are kept.
"""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from typing import TypeAlias

JsonObject: TypeAlias = "dict[str, object]"

_ALPHABET = string.digits + string.ascii_letters
_JSON = {"json": True}


def random_text(length: int) -> str:
    """Letters and digits that nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_id(prefix: str) -> str:
    """A fresh identifier in the form of Clerk's: the prefix and 27 letters or digits."""
    return f"{prefix}_{random_text(27)}"


def new_token_id(prefix: str) -> str:
    """A fresh identifier of a machine token: the prefix and 32 hexadecimal digits."""
    return f"{prefix}_{secrets.token_hex(16)}"


@dataclass(frozen=True, slots=True)
class Secret:
    """A named value that the instance made once: its keys."""

    name: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user. `seed_password` is the public password of a seeded user, None once it was changed."""

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
    public_metadata: JsonObject = field(default_factory=dict, metadata=_JSON)
    private_metadata: JsonObject = field(default_factory=dict, repr=False, metadata=_JSON)
    unsafe_metadata: JsonObject = field(default_factory=dict, metadata=_JSON)
    banned: bool = field(default=False, metadata=_JSON)
    locked_until: int | None = None
    last_sign_in_at: int | None = None
    created_at: int
    updated_at: int

    @property
    def full_name(self) -> str:
        """First and last name, as far as they are known."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailAddress:
    """An email address of a user; no two users share one, in whatever case it is written."""

    id: str
    user_id: str
    email_address: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A browser's client. `updated_at` is when its set of sessions last changed.

    `dev_browser` names it in the `__clerk_db_jwt` cookie; whoever holds it holds the sessions.
    """

    id: str
    dev_browser: str = field(repr=False)
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session. `authorized_party` is the origin of the application that last asked for it."""

    id: str
    user_id: str
    client_id: str
    status: str
    organization_id: str | None = None
    authorized_party: str | None = None
    created_at: int
    updated_at: int
    expire_at: int
    abandon_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """An organization. `max_allowed_memberships` of 0 is no limit."""

    id: str
    name: str
    slug: str
    public_metadata: JsonObject = field(default_factory=dict, metadata=_JSON)
    private_metadata: JsonObject = field(default_factory=dict, repr=False, metadata=_JSON)
    max_allowed_memberships: int = 5
    admin_delete_enabled: bool = field(default=True, metadata=_JSON)
    created_by: str | None = None
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A permission (`org:projects:read`)."""

    id: str
    key: str
    name: str
    description: str = ""
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role (`org:admin`) with the keys of its permissions."""

    id: str
    key: str
    name: str
    description: str | None = None
    permissions: list[str] = field(metadata=_JSON)
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A user's membership of an organization; `role` is the key of a `Role`."""

    id: str
    organization_id: str
    user_id: str
    role: str
    public_metadata: JsonObject = field(default_factory=dict, metadata=_JSON)
    private_metadata: JsonObject = field(default_factory=dict, repr=False, metadata=_JSON)
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation to the application; with `organization_id`, to that organization."""

    id: str
    email_address: str
    organization_id: str | None = None
    role: str | None = None
    inviter_id: str | None = None
    public_metadata: JsonObject = field(default_factory=dict, metadata=_JSON)
    private_metadata: JsonObject = field(default_factory=dict, repr=False, metadata=_JSON)
    status: str = "pending"
    expires_at: int
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInToken:
    """A ticket that signs its user in, once."""

    id: str
    user_id: str
    organization_id: str | None = None
    token: str = field(repr=False)
    status: str = "pending"
    expire_at: int
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtTemplate:
    """A JWT template: claims in which `{{user.id}}` and its like stand for values."""

    id: str
    name: str
    claims: JsonObject = field(metadata=_JSON)
    lifetime_in_seconds: int = 60
    allowed_clock_skew: int = 5
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine. The secret key before a rotation holds until `previous_expire_at`."""

    id: str
    name: str
    secret_key: str = field(repr=False)
    previous_secret_key: str = field(default="", repr=False)
    previous_expire_at: int = 0
    default_token_ttl: int = 3600
    scopes: list[str] = field(default_factory=list, metadata=_JSON)
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineToken:
    """What a program shows: `kind` is `api_key`, `m2m_token` or `oauth_token`.

    `subject` is the user, organization or machine in whose name it acts.
    """

    id: str
    kind: str
    type: str = "api_key"
    subject: str
    name: str | None = None
    description: str | None = None
    client_id: str | None = None
    claims: object = field(default=None, metadata=_JSON)
    scopes: list[str] = field(default_factory=list, metadata=_JSON)
    secret: str = field(repr=False)
    revoked: bool = field(default=False, metadata=_JSON)
    revocation_reason: str | None = None
    expiration: int | None = None
    created_by: str | None = None
    last_used_at: int | None = None
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectUrl:
    """A URL that native applications may return to."""

    id: str
    url: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowlistIdentifier:
    """An email address, or a pattern of them, that may sign up."""

    id: str
    identifier: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandshakePayload:
    """The cookies of a handshake, waiting to be fetched once by the application's backend."""

    nonce: str = field(repr=False)
    directives: list[str] = field(repr=False, metadata=_JSON)
    expire_at: int
