"""Add, change and remove members of organizations, and check their permissions.

It must not know HTTP.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._domain.errors import (
    ForbiddenError,
    InvalidStateError,
    NotFoundError,
    not_found,
)
from clerk_core.local._domain.organizations import CREATOR_ROLE, find_role, save_organization
from clerk_core.local._domain.permissions import REQUIRED_OF_ONE_MEMBER
from clerk_core.local._domain.sessions import find_membership
from clerk_core.local._storage.rows import (
    JsonObject,
    Membership,
    Organization,
    Role,
    Session,
    User,
    new_id,
)
from clerk_core.local._storage.store import Store


def create_organization(store: Store, organization: Organization, creator: User | None) -> None:
    """Store a new organization; its creator becomes the first member.

    Raises:
        InvalidValueError: The name or slug is invalid, or another organization has the slug.
    """
    save_organization(store, organization)
    if creator is not None:
        role = find_role(store, CREATOR_ROLE)
        add_member(store, organization, creator, role, {}, {}, organization.created_at)


def check_may_create(store: Store, user: User) -> None:
    """Raise `ForbiddenError` if the user may not create an organization, or no more of them."""
    limit = user.create_organizations_limit or 0
    created = len(store.all(Organization, created_by=user.id))
    if not user.create_organization_enabled or 0 < limit <= created:
        raise ForbiddenError(
            "organization_creation_not_allowed", "You are not allowed to create an organization."
        )


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


def find_member(store: Store, organization: Organization, user_id: str) -> Membership:
    """Return the membership of a user in the organization, or raise `NotFoundError`."""
    membership = store.one(Membership, organization_id=organization.id, user_id=user_id)
    if membership is None:
        raise not_found("Organization membership", user_id)
    return membership


def set_role(store: Store, membership: Membership, role: Role, now: int) -> Membership:
    """Store and return the membership with another role."""
    membership = replace(membership, role=role.key, updated_at=now)
    store.put(membership)
    return membership


def remove_member(store: Store, membership: Membership) -> None:
    """Delete a membership; the organization is no longer active in the sessions of the user."""
    store.remove(membership)
    named = {"user_id": membership.user_id, "organization_id": membership.organization_id}
    for session in store.all(Session, **named):
        store.put(replace(session, organization_id=None))


def own_membership(store: Store, user_id: str, organization: str) -> Membership:
    """Return the membership of a user in the organization with this id or slug.

    Raises:
        NotFoundError: The user is not a member. Whether the organization exists stays unknown.
    """
    membership = find_membership(store, user_id, organization)
    if membership is None:
        raise NotFoundError(
            "organization_not_found_or_unauthorized",
            "not found or unauthorized",
            "Given organization not found, or you don't have permission to access it.",
        )
    return membership


def check_permission(store: Store, membership: Membership, permission: str) -> None:
    """Raise `ForbiddenError` if the role of the member does not have the permission."""
    if permission not in find_role(store, membership.role).permissions:
        error = ForbiddenError(
            "missing_organization_permission",
            "missing permission",
            "Current user is missing an organization permission.",
        )
        error.meta = {"permissions": [permission]}
        raise error


def check_manager_remains(store: Store, before: Membership) -> None:
    """Raise `InvalidStateError` if a change removed the last manager of an organization.

    Args:
        store: The store, after the change; the error rolls the change back.
        before: The membership before the change.
    """
    members = store.all(Membership, organization_id=before.organization_id)
    if _can_manage(store, before) and not any(_can_manage(store, one) for one in members):
        raise InvalidStateError(
            "organization_minimum_permissions_needed",
            "minimum organization permissions needed",
            "There has to be at least one organization member with the minimum required "
            "permissions.",
        )


def _can_manage(store: Store, membership: Membership) -> bool:
    return REQUIRED_OF_ONE_MEMBER.issubset(find_role(store, membership.role).permissions)
