"""The rows of the database: one frozen dataclass for each table; the first field is the key.

Times are Unix milliseconds, as in Clerk's resources. It must not know how rows are stored.
"""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from typing import TypeAlias

JsonObject: TypeAlias = dict[str, object]

_ALPHABET = string.digits + string.ascii_letters
_JSON = {"json": True}


def random_text(length: int) -> str:
    """Return random letters and digits from a secure source."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_id(prefix: str) -> str:
    """Return a new id in Clerk's format: the prefix and 27 letters or digits."""
    return f"{prefix}_{random_text(27)}"


def new_token_id(prefix: str) -> str:
    """Return a new id of a machine token: the prefix and 32 hexadecimal digits."""
    return f"{prefix}_{secrets.token_hex(16)}"


@dataclass(frozen=True, slots=True)
class Secret:
    """A named secret of the instance, such as its signing key."""

    name: str
    value: str = field(repr=False)


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
    public_metadata: JsonObject = field(default_factory=JsonObject, metadata=_JSON)
    private_metadata: JsonObject = field(default_factory=JsonObject, repr=False, metadata=_JSON)
    unsafe_metadata: JsonObject = field(default_factory=JsonObject, metadata=_JSON)
    banned: bool = field(default=False, metadata=_JSON)
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
    """An email address of a user; addresses are unique and case-insensitive."""

    id: str
    user_id: str
    email_address: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The client of a browser. `updated_at` is the time of the last change to its sessions.

    `dev_browser` is the value of the `__clerk_db_jwt` cookie. It is a credential.
    """

    id: str
    dev_browser: str = field(repr=False)
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session. `authorized_party` is the origin of the last application with a handshake."""

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
    """An organization. A `max_allowed_memberships` of 0 means no limit."""

    id: str
    name: str
    slug: str
    public_metadata: JsonObject = field(default_factory=JsonObject, metadata=_JSON)
    private_metadata: JsonObject = field(default_factory=JsonObject, repr=False, metadata=_JSON)
    max_allowed_memberships: int = 5
    admin_delete_enabled: bool = field(default=True, metadata=_JSON)
    created_by: str | None = None
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A permission, such as `org:projects:read`."""

    id: str
    key: str
    name: str
    description: str = ""
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role, such as `org:admin`, with the keys of its permissions."""

    id: str
    key: str
    name: str
    description: str | None = None
    permissions: list[str] = field(metadata=_JSON)
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A membership of a user in an organization; `role` is the key of a `Role`."""

    id: str
    organization_id: str
    user_id: str
    role: str
    public_metadata: JsonObject = field(default_factory=JsonObject, metadata=_JSON)
    private_metadata: JsonObject = field(default_factory=JsonObject, repr=False, metadata=_JSON)
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation to the application, or to an organization if `organization_id` is set."""

    id: str
    email_address: str
    organization_id: str | None = None
    role: str | None = None
    inviter_id: str | None = None
    public_metadata: JsonObject = field(default_factory=JsonObject, metadata=_JSON)
    private_metadata: JsonObject = field(default_factory=JsonObject, repr=False, metadata=_JSON)
    status: str = "pending"
    expires_at: int
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInToken:
    """A single-use token that signs a user in."""

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
    """A JWT template, whose claims contain shortcodes such as `{{user.id}}`."""

    id: str
    name: str
    claims: JsonObject = field(metadata=_JSON)
    lifetime_in_seconds: int = 60
    allowed_clock_skew: int = 5
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine. `previous_secret_key` is accepted until `previous_expire_at`."""

    id: str
    name: str
    secret_key: str = field(repr=False)
    previous_secret_key: str = field(default="", repr=False)
    previous_expire_at: int = 0
    default_token_ttl: int = 3600
    scopes: list[str] = field(default_factory=list[str], metadata=_JSON)
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineToken:
    """A token of kind `api_key`, `m2m_token` or `oauth_token`.

    `subject` is the id of the user, organization or machine that the token authenticates.
    """

    id: str
    kind: str
    type: str = "api_key"
    subject: str
    name: str | None = None
    description: str | None = None
    client_id: str | None = None
    claims: object = field(default=None, metadata=_JSON)
    scopes: list[str] = field(default_factory=list[str], metadata=_JSON)
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
    """An allowed redirect URL of native applications."""

    id: str
    url: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowlistIdentifier:
    """An email address or pattern that is allowed to sign up."""

    id: str
    identifier: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandshakePayload:
    """The `Set-Cookie` values of a handshake, which the application fetches once by nonce."""

    nonce: str = field(repr=False)
    directives: list[str] = field(repr=False, metadata=_JSON)
    expire_at: int
