"""Define the rows of secrets and settings of the instance, machines and tokens."""

from __future__ import annotations

from dataclasses import dataclass, field

from clerk_core.local._storage.rows.values import JSON, JsonObject


@dataclass(frozen=True, slots=True)
class Secret:
    """A named secret of the instance, such as its signing key."""

    name: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtTemplate:
    """A JWT template, whose claims contain shortcodes such as `{{user.id}}`."""

    id: str
    name: str
    claims: JsonObject = field(metadata=JSON)
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
    scopes: list[str] = field(default_factory=list[str], metadata=JSON)
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineToken:
    """A token of kind `api_key`, `m2m_token` or `oauth_token`.

    `subject` is the id of the user, organization or machine that the token authenticates, and
    `grant_id` that of the grant of an OAuth access token.
    """

    id: str
    kind: str
    type: str = "api_key"
    subject: str
    name: str | None = None
    description: str | None = None
    client_id: str | None = None
    grant_id: str | None = None
    claims: object = field(default=None, metadata=JSON)
    scopes: list[str] = field(default_factory=list[str], metadata=JSON)
    secret: str = field(repr=False)
    revoked: bool = field(default=False, metadata=JSON)
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
class WaitlistEntry:
    """A person who asked to join the application."""

    id: str
    email_address: str
    status: str = "pending"
    invitation_id: str | None = None
    created_at: int
    updated_at: int
