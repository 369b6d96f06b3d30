"""Define organizations, members and roles, as the Backend API returns them.

Timestamps are Unix milliseconds unless a class says otherwise. Missing fields are None, an empty
tuple or an empty object. It must not know HTTP or how fields are parsed.
"""

from __future__ import annotations

from clerk_core.models._resource import JsonObject, Resource


class OrganizationMembership(Resource):
    """A membership of a user in an organization, with the role."""

    __slots__ = ()

    object: str | None
    role: str | None
    role_name: str | None
    permissions: tuple[str, ...]
    public_metadata: JsonObject
    private_metadata: JsonObject
    organization: Organization | None
    public_user_data: PublicUserData | None
    created_at: int | None
    updated_at: int | None


class Organization(Resource):
    """An organization. Send only `to_public_dict()` to a browser."""

    __slots__ = ()

    object: str | None
    name: str | None
    slug: str | None
    image_url: str | None
    has_image: bool | None
    members_count: int | None
    missing_member_with_elevated_permissions: bool | None
    pending_invitations_count: int | None
    max_allowed_memberships: int | None
    admin_delete_enabled: bool | None
    public_metadata: JsonObject
    private_metadata: JsonObject
    created_by: str | None
    created_at: int | None
    updated_at: int | None
    last_active_at: int | None
    role_set_key: str | None
    logo_url: str | None

    def to_public_dict(self) -> JsonObject:
        """Return the fields that a browser may see.

        Fields that Clerk adds to the API later are not included.
        """
        return {
            "id": self.id,
            "name": self.name,
            "slug": self.slug,
            "image_url": self.image_url,
            "public_metadata": self.public_metadata,
        }


class PublicUserData(Resource):
    """The fields of a user that other members of an organization can see."""

    __slots__ = ()

    user_id: str | None
    first_name: str | None
    last_name: str | None
    profile_image_url: str | None
    image_url: str | None
    has_image: bool | None
    identifier: str | None
    username: str | None
    banned: bool | None
    deprovisioned: bool | None


class OrganizationInvitation(Resource):
    """An invitation to an organization."""

    __slots__ = ()

    object: str | None
    email_address: str | None
    role: str | None
    role_name: str | None
    organization_id: str | None
    inviter_id: str | None
    public_inviter_data: PublicUserData | None
    status: str | None
    public_metadata: JsonObject
    private_metadata: JsonObject
    url: str | None
    expires_at: int | None
    created_at: int | None
    updated_at: int | None
    public_organization_data: PublicOrganizationData | None


class PublicOrganizationData(Resource):
    """The fields of an organization that anyone can see."""

    __slots__ = ()

    name: str | None
    slug: str | None
    image_url: str | None
    has_image: bool | None


class OrganizationSettings(Resource):
    """The settings and limits of organizations in the instance."""

    __slots__ = ()

    object: str | None
    enabled: bool | None
    max_allowed_memberships: int | None
    max_allowed_roles: int | None
    max_role_sets_allowed: int | None
    max_allowed_domains: int | None
    max_allowed_permissions: int | None
    creator_role: str | None
    admin_delete_enabled: bool | None
    domains_enabled: bool | None
    slug_disabled: bool | None
    domains_enrollment_modes: tuple[str, ...]
    domains_default_role: str | None
    initial_role_set_key: str | None


class Role(Resource):
    """A role of organization members, such as `org:admin`."""

    __slots__ = ()

    object: str | None
    name: str | None
    key: str | None
    description: str | None
    is_creator_eligible: bool | None
    permissions: tuple[Permission, ...]
    created_at: int | None
    updated_at: int | None


class Permission(Resource):
    """A permission that roles grant, such as `org:reports:read`."""

    __slots__ = ()

    object: str | None
    name: str | None
    key: str | None
    description: str | None
    type: str | None
    created_at: int | None
    updated_at: int | None


class OrganizationDomain(Resource):
    """A domain of an organization."""

    __slots__ = ()

    object: str | None
    organization_id: str | None
    name: str | None
    enrollment_mode: str | None
    affiliation_email_address: str | None
    affiliation_verification: OrganizationDomainVerification | None
    ownership_verification: OrganizationDomainVerification | None
    verification: OrganizationDomainVerification | None
    total_pending_invitations: int | None
    total_pending_suggestions: int | None
    public_organization_data: PublicOrganizationData | None
    created_at: int | None
    updated_at: int | None


class OrganizationDomainVerification(Resource):
    """The state of a domain verification."""

    __slots__ = ()

    status: str | None
    strategy: str | None
    attempts: int | None
    expire_at: int | None
    verified_at: int | None


class RoleSet(Resource):
    """A set of roles that an organization can assign."""

    __slots__ = ()

    object: str | None
    name: str | None
    key: str | None
    description: str | None
    roles: tuple[RoleSetItem, ...]
    default_role: RoleSetItem | None
    creator_role: RoleSetItem | None
    type: str | None
    role_set_migration: RoleSetMigration | None
    created_at: int | None
    updated_at: int | None


class RoleSetItem(Resource):
    """A role in a role set."""

    __slots__ = ()

    object: str | None
    name: str | None
    key: str | None
    description: str | None
    members_count: int | None
    has_members: bool | None
    created_at: int | None
    updated_at: int | None


class RoleSetMigration(Resource):
    """A migration of an organization from one role set to another."""

    __slots__ = ()

    object: str | None
    organization_id: str | None
    instance_id: str | None
    source_role_set_id: str | None
    dest_role_set_id: str | None
    trigger_type: str | None
    status: str | None
    migrated_members: int | None
    mappings: JsonObject
    started_at: int | None
    completed_at: int | None
    created_at: int | None
    updated_at: int | None
