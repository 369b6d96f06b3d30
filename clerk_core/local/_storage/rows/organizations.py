"""Define the rows of organizations, members and invitations."""

from __future__ import annotations

from dataclasses import dataclass, field

from clerk_core.local._storage.rows.values import JSON, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """An organization. A `max_allowed_memberships` of 0 means no limit."""

    id: str
    name: str
    slug: str
    image_id: str | None = None
    public_metadata: JsonObject = field(default_factory=JsonObject, metadata=JSON)
    private_metadata: JsonObject = field(default_factory=JsonObject, repr=False, metadata=JSON)
    max_allowed_memberships: int = 5
    admin_delete_enabled: bool = field(default=True, metadata=JSON)
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
    permissions: list[str] = field(metadata=JSON)
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A membership of a user in an organization; `role` is the key of a `Role`."""

    id: str
    organization_id: str
    user_id: str
    role: str
    public_metadata: JsonObject = field(default_factory=JsonObject, metadata=JSON)
    private_metadata: JsonObject = field(default_factory=JsonObject, repr=False, metadata=JSON)
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
    public_metadata: JsonObject = field(default_factory=JsonObject, metadata=JSON)
    private_metadata: JsonObject = field(default_factory=JsonObject, repr=False, metadata=JSON)
    status: str = "pending"
    ticket: str = field(repr=False)
    redirect_url: str | None = None
    expires_at: int
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationDomain:
    """A domain of an organization, such as `example.com`, in lower case.

    `verified_at` is None until a code proved an email address of the domain.
    """

    id: str
    organization_id: str
    name: str
    enrollment_mode: str = "manual_invitation"
    affiliation_email_address: str | None = None
    verification_id: str | None = None
    verified_at: int | None = None
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipRequest:
    """A request of a user to become a member of an organization."""

    id: str
    organization_id: str
    user_id: str
    status: str = "pending"
    created_at: int
    updated_at: int
