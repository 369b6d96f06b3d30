"""Create the test users, roles, organization and JWT template.

It must not know HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from werkzeug.security import generate_password_hash

from clerk_core.local._domain.organizations import CREATOR_ROLE
from clerk_core.local._domain.permissions import (
    READ_MEMBERS,
    SYSTEM_PERMISSIONS,
)
from clerk_core.local._domain.users import create_user
from clerk_core.local._storage.rows import (
    EmailAddress,
    JsonObject,
    JwtTemplate,
    Membership,
    Organization,
    Permission,
    Role,
    User,
    new_id,
)
from clerk_core.local._storage.store import Store

_PERMISSIONS = {
    "org:projects:read": "See projects",
    "org:projects:manage": "Manage projects",
    "org:billing:read": "See bills",
    "org:billing:manage": "Manage billing",
}
_ROLES = {
    CREATOR_ROLE: ("Admin", [*SYSTEM_PERMISSIONS, *_PERMISSIONS]),
    "org:member": ("Member", [READ_MEMBERS, "org:projects:read"]),
}

_SUPABASE = "supabase"
_SUPABASE_CLAIMS: JsonObject = {
    "aud": "authenticated",
    "role": "authenticated",
    "email": "{{user.primary_email_address}}",
    "app_metadata": {"organization": "{{org.slug}}"},
    "user_metadata": "{{user.public_metadata}}",
}


@dataclass(frozen=True, slots=True)
class SeededUser:
    """A test user, who is a member of the test organization.

    Attributes:
        user_id: The id of the user.
        name: First and last name.
        email_address: The email address to sign in with.
        password: The password to sign in with.
        organization_id: The id of the test organization.
        role: The role of the user in the organization, such as `org:admin`.
    """

    user_id: str
    name: str
    email_address: str
    password: str = field(repr=False)
    organization_id: str
    role: str


@dataclass(frozen=True, slots=True)
class Account:
    """A user with a public password.

    Attributes:
        user_id: The id of the user.
        identifier: The email address or username to sign in with.
        password: The password to sign in with.
        roles: The roles of the user by the slug of the organization.
    """

    user_id: str
    identifier: str
    password: str = field(repr=False)
    roles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Person:
    first_name: str
    last_name: str
    email_address: str
    password: str
    role: str
    public_metadata: JsonObject
    private_metadata: JsonObject


_PEOPLE = (
    _Person(
        "Ada",
        "Lovelace",
        "ada@example.com",
        "ada-writes-programs",
        "org:admin",
        {"title": "Enchantress of Numbers"},
        {"payroll_number": "AE-0001"},
    ),
    _Person(
        "Grace",
        "Hopper",
        "grace@example.com",
        "grace-finds-the-moth",
        "org:member",
        {"title": "Rear Admiral"},
        {"payroll_number": "AE-0002"},
    ),
)


def seed(store: Store, now: int) -> tuple[SeededUser, ...]:
    """Create missing test data and reset the passwords; keep all other data.

    Returns:
        The test users with their passwords.
    """
    seed_roles(store, now)
    if store.one(JwtTemplate, name=_SUPABASE) is None:
        store.put(
            JwtTemplate(
                id=new_id("jtmp"),
                name=_SUPABASE,
                claims=_SUPABASE_CLAIMS,
                created_at=now,
                updated_at=now,
            )
        )
    slug = "analytical-engines"
    organization = store.one(Organization, slug=slug)
    if organization is None:
        organization = Organization(
            id=new_id("org"),
            name="Analytical Engines",
            slug=slug,
            created_at=now,
            updated_at=now,
        )
        store.put(organization)
    return tuple(_seed_person(store, person, organization, now) for person in _PEOPLE)


def seed_roles(store: Store, now: int) -> None:
    """Create the default roles and permissions if they are missing."""
    _grant_system_permissions(store)
    for key, name in {**SYSTEM_PERMISSIONS, **_PERMISSIONS}.items():
        if store.one(Permission, key=key) is None:
            store.put(
                Permission(id=new_id("perm"), key=key, name=name, created_at=now, updated_at=now)
            )
    for key, (name, permissions) in _ROLES.items():
        if store.one(Role, key=key) is None:
            store.put(
                Role(
                    id=new_id("role"),
                    key=key,
                    name=name,
                    permissions=permissions,
                    created_at=now,
                    updated_at=now,
                )
            )


def _grant_system_permissions(store: Store) -> None:
    """Give the default roles of an older file the system permissions that it does not know."""
    new = [key for key in SYSTEM_PERMISSIONS if store.one(Permission, key=key) is None]
    for role in store.all(Role) if new else ():
        _, defaults = _ROLES.get(role.key, ("", []))
        granted = [key for key in defaults if key in new and key not in role.permissions]
        store.put(replace(role, permissions=[*granted, *role.permissions]))


def _seed_person(store: Store, person: _Person, organization: Organization, now: int) -> SeededUser:
    user = _find(store, person) or create_user(
        store,
        User(
            id=new_id("user"),
            first_name=person.first_name,
            last_name=person.last_name,
            public_metadata=person.public_metadata,
            private_metadata=person.private_metadata,
            created_at=now,
            updated_at=now,
        ),
        [person.email_address],
    )
    set_public_password(store, user, person.password, now)
    member = store.one(Membership, organization_id=organization.id, user_id=user.id)
    if member is None:
        member = Membership(
            id=new_id("orgmem"),
            organization_id=organization.id,
            user_id=user.id,
            role=person.role,
            created_at=now,
            updated_at=now,
        )
        store.put(member)
    return SeededUser(
        user.id,
        f"{person.first_name} {person.last_name}",
        person.email_address,
        person.password,
        organization.id,
        member.role,
    )


def set_public_password(store: Store, user: User, password: str, now: int) -> None:
    """Store a password that the sign-in page shows."""
    if user.seed_password == password:
        return
    store.put(
        replace(
            user,
            # The password is public, so a slow hash would only make tests slower.
            password_hash=generate_password_hash(password, "pbkdf2:sha256:1"),
            seed_password=password,
            password_updated_at=now,
        )
    )


def accounts(store: Store) -> tuple[Account, ...]:
    """Return the users with public passwords, oldest first."""
    return tuple(_account(store, user) for user in store.all(User) if user.seed_password)


def _account(store: Store, user: User) -> Account:
    email = store.one(EmailAddress, id=user.primary_email_address_id)
    roles = {
        organization.slug: member.role
        for member in store.all(Membership, user_id=user.id)
        for organization in store.all(Organization, id=member.organization_id)
    }
    identifier = email.email_address if email else user.username or ""
    return Account(user.id, identifier, user.seed_password or "", roles)


def _find(store: Store, person: _Person) -> User | None:
    email = store.one(EmailAddress, email_address=person.email_address)
    return store.one(User, id=email.user_id) if email else None
