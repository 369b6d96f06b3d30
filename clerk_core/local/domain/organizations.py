"""Organizations and memberships as Clerk's resources, and where they are found.

It may not know HTTP methods, nor who asks.
"""

from __future__ import annotations

from clerk_core.local.call import Call
from clerk_core.local.domain.users import avatar_url
from clerk_core.local.responses import ApiError, not_found
from clerk_core.local.storage.rows import (
    EmailAddress,
    Invitation,
    JsonObject,
    Membership,
    Organization,
    Role,
    User,
    new_id,
)


def find_organization(call: Call, name: str) -> Organization:
    """The organization of this id or slug; raises `ApiError` (404)."""
    found = call.store.one(Organization, id=name) or call.store.one(Organization, slug=name)
    if found is None:
        raise not_found("Organization", name)
    return found


def find_role(call: Call, key: str) -> Role:
    """The role of this key; raises `ApiError` (404)."""
    role = call.store.one(Role, key=key)
    if role is None:
        raise not_found("Organization role", key)
    return role


def add_member(
    call: Call,
    organization: Organization,
    user: User,
    role: Role,
    public_metadata: JsonObject,
    private_metadata: JsonObject,
) -> Membership:
    """Make the user a member; raises `ApiError` for one who is already, or where none may join."""
    members = call.store.all(Membership, organization_id=organization.id)
    if any(member.user_id == user.id for member in members):
        raise ApiError(
            400,
            "already_a_member_in_organization",
            "The user is already a member.",
            parameter="user_id",
        )
    if 0 < organization.max_allowed_memberships <= len(members):
        raise ApiError(
            403,
            "organization_membership_quota_exceeded",
            f"The organization may have {organization.max_allowed_memberships} members.",
        )
    membership = Membership(
        id=new_id("orgmem"),
        organization_id=organization.id,
        user_id=user.id,
        role=role.key,
        public_metadata=public_metadata,
        private_metadata=private_metadata,
        created_at=call.now,
        updated_at=call.now,
    )
    call.store.put(membership)
    return membership


def organization_resource(
    call: Call, organization: Organization, *, with_count: bool = False
) -> JsonObject:
    """The organization as the Backend API shows it."""
    count: JsonObject = {"members_count": members_count(call, organization)} if with_count else {}
    return {
        "object": "organization",
        "id": organization.id,
        "name": organization.name,
        "slug": organization.slug,
        "image_url": avatar_url(call.url),
        "has_image": False,
        **count,
        "pending_invitations_count": len(
            call.store.all(Invitation, organization_id=organization.id, status="pending")
        ),
        "max_allowed_memberships": organization.max_allowed_memberships,
        "admin_delete_enabled": organization.admin_delete_enabled,
        "public_metadata": organization.public_metadata,
        "private_metadata": organization.private_metadata,
        "created_by": organization.created_by,
        "created_at": organization.created_at,
        "updated_at": organization.updated_at,
    }


def members_count(call: Call, organization: Organization) -> int:
    """How many members the organization has."""
    return len(call.store.all(Membership, organization_id=organization.id))


def membership_resource(call: Call, membership: Membership) -> JsonObject:
    """The membership as the Backend API shows it, with its organization and its user."""
    role = find_role(call, membership.role)
    organization = find_organization(call, membership.organization_id)
    shown = public_user_data(call, call.store.one(User, id=membership.user_id))
    return {
        "object": "organization_membership",
        "id": membership.id,
        "role": role.key,
        "role_name": role.name,
        "permissions": role.permissions,
        "public_metadata": membership.public_metadata,
        "private_metadata": membership.private_metadata,
        "organization": organization_resource(call, organization),
        # Its older name for the image is deprecated, and required still.
        "public_user_data": shown and {**shown, "profile_image_url": shown["image_url"]},
        "created_at": membership.created_at,
        "updated_at": membership.updated_at,
    }


def public_user_data(call: Call, user: User | None) -> JsonObject | None:
    """What the members of an organization may see of a user."""
    if user is None:
        return None
    email = call.store.one(EmailAddress, id=user.primary_email_address_id)
    return {
        "user_id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "image_url": avatar_url(call.url),
        "has_image": False,
        "identifier": email.email_address if email else user.username,
        "username": user.username,
        "banned": user.banned,
    }
