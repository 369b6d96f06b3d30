"""Find, change and delete organizations and roles.

It must not know HTTP.
"""

from __future__ import annotations

import re

from clerk_core.local._domain.errors import InvalidValueError, not_found, taken
from clerk_core.local._domain.images import delete_image
from clerk_core.local._domain.machine_tokens import delete_tokens_of
from clerk_core.local._storage.rows import Membership, Organization, Role, random_text
from clerk_core.local._storage.store import Store

CREATOR_ROLE = "org:admin"
"""The key of the role of the user who creates an organization."""

_SLUG = re.compile(r"[a-z0-9-]+")
_MAX_NAME_LENGTH = 256


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


def members_count(store: Store, organization: Organization) -> int:
    """Return the number of members of the organization."""
    return len(store.all(Membership, organization_id=organization.id))


def free_slug(store: Store, name: str) -> str:
    """Return a slug for an organization with this name that no other organization has."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    is_free = slug and store.one(Organization, slug=slug) is None
    return slug if is_free else f"{slug}-{random_text(8).lower()}".lstrip("-")


def save_organization(store: Store, organization: Organization) -> None:
    """Store an organization.

    Raises:
        InvalidValueError: The name or slug is invalid, or another organization has the slug.
    """
    if len(organization.name) > _MAX_NAME_LENGTH:
        raise _invalid("name", f"of at most {_MAX_NAME_LENGTH} characters")
    if not _SLUG.fullmatch(organization.slug):
        raise _invalid("slug", "of lowercase letters, digits and dashes")
    other = store.one(Organization, slug=organization.slug)
    if other is not None and other.id != organization.id:
        raise taken("slug")
    store.put(organization)


def _invalid(name: str, expected: str) -> InvalidValueError:
    return InvalidValueError(
        "form_param_value_invalid", f"{name} is invalid", f"{name} must be {expected}.", name
    )


def delete_organization(store: Store, organization: Organization) -> None:
    """Delete an organization with everything that belongs to it."""
    delete_tokens_of(store, organization.id)
    delete_image(store, organization.image_id)
    store.remove(organization)
