"""Find organizations and roles, and add members.

It must not know HTTP.
"""

from __future__ import annotations

from clerk_core.local._domain.errors import ForbiddenError, InvalidStateError, not_found
from clerk_core.local._storage.rows import (
    JsonObject,
    Membership,
    Organization,
    Role,
    User,
    new_id,
)
from clerk_core.local._storage.store import Store


def find_organization(store: Store, name: str) -> Organization:
    """Return the organization with this id or slug, or raise `NotFoundError`."""
    found = store.one(Organization, id=name) or store.one(Organization, slug=name)
    if found is None:
        raise not_found("Organization", name)
    return found


def find_role(store: Store, key: str) -> Role:
    """Return the role with this key, or raise `NotFoundError`."""
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
    """Store and return a membership of the user in the organization.

    Raises:
        InvalidStateError: The user is already a member.
        ForbiddenError: The organization has reached its membership limit.
    """
    members = store.all(Membership, organization_id=organization.id)
    if any(member.user_id == user.id for member in members):
        raise InvalidStateError(
            "already_a_member_in_organization",
            "The user is already a member of the organization.",
            parameter="user_id",
        )
    if 0 < organization.max_allowed_memberships <= len(members):
        raise ForbiddenError(
            "organization_membership_quota_exceeded",
            "The organization has reached its limit of "
            f"{organization.max_allowed_memberships} members.",
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
    """Return the number of members of the organization."""
    return len(store.all(Membership, organization_id=organization.id))
