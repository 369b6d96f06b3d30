"""Organizations and memberships as Clerk's resources, and where they are found.

It may not know HTTP methods, nor who asks.
"""

from __future__ import annotations

from clerk_core.local.domain.errors import ForbiddenError, InvalidStateError, not_found
from clerk_core.local.storage.rows import (
    JsonObject,
    Membership,
    Organization,
    Role,
    User,
    new_id,
)
from clerk_core.local.storage.store import Store


def find_organization(store: Store, name: str) -> Organization:
    """The organization of this id or slug; raises `NotFoundError`."""
    found = store.one(Organization, id=name) or store.one(Organization, slug=name)
    if found is None:
        raise not_found("Organization", name)
    return found


def find_role(store: Store, key: str) -> Role:
    """The role of this key; raises `NotFoundError`."""
    role = store.one(Role, key=key)
    if role is None:
        raise not_found("Organization role", key)
    return role


def add_member(
    store: Store,
    organization: Organization,
    user: User,
    role: Role,
    public_metadata: JsonObject,
    private_metadata: JsonObject,
    now: int,
) -> Membership:
    """Make the user a member; raises `RefusalError` for a member, and where nobody may join."""
    members = store.all(Membership, organization_id=organization.id)
    if any(member.user_id == user.id for member in members):
        raise InvalidStateError(
            "already_a_member_in_organization",
            "The user is already a member.",
            parameter="user_id",
        )
    if 0 < organization.max_allowed_memberships <= len(members):
        raise ForbiddenError(
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
        created_at=now,
        updated_at=now,
    )
    store.put(membership)
    return membership


def members_count(store: Store, organization: Organization) -> int:
    """How many members the organization has."""
    return len(store.all(Membership, organization_id=organization.id))
