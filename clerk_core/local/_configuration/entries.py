"""Create what a configuration file names, mostly by operations of the Backend API.

Roles, permissions and JWT templates become as the file says. Users, organizations and memberships
that exist already keep their changes. It must not know TOML.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from clerk_core._json_values import is_object
from clerk_core._messages import HttpResponse
from clerk_core.errors import ConfigurationError
from clerk_core.local._api.parameters import optional_text, required_text, texts
from clerk_core.local._configuration.file import Configuration, invalid
from clerk_core.local._domain.errors import DomainError, InvalidValueError, not_found
from clerk_core.local._domain.organizations import find_organization
from clerk_core.local._domain.permissions import is_system_permission
from clerk_core.local._domain.seed import set_public_password
from clerk_core.local._domain.users import check_password
from clerk_core.local._responses import missing_parameter
from clerk_core.local._storage.rows import (
    EmailAddress,
    JsonObject,
    JwtTemplate,
    Membership,
    Organization,
    Permission,
    Role,
    User,
)
from clerk_core.local._storage.store import Store
from clerk_core.local._webhooks.webhooks import Webhooks

CallBackend: TypeAlias = Callable[[str, str, bytes], HttpResponse]
"""Calls the Backend API with method, path and body; errors are raised."""


def apply(configuration: Configuration, store: Store, call: CallBackend, now: int) -> None:
    """Create what the configuration names. Call this within a transaction.

    Raises:
        ConfigurationError: The Backend API refuses an entry.
    """
    for table, create in _CREATE.items():
        for number, entry in enumerate(configuration.entries.get(table, ()), 1):
            try:
                create(_Instance(store, call, now), entry)
            except DomainError as error:
                raise _refused(configuration, table, number, error.long_message) from None


def add_webhooks(configuration: Configuration, webhooks: Webhooks) -> None:
    """Add the endpoints that the configuration names.

    Raises:
        ConfigurationError: An endpoint is invalid.
    """
    for number, entry in enumerate(configuration.entries.get("webhooks", ()), 1):
        try:
            events, secret = texts(entry, "events"), optional_text(entry, "secret")
            webhooks.add(required_text(entry, "url"), events=events, secret=secret)
        except DomainError as error:
            raise _refused(configuration, "webhooks", number, error.long_message) from None
        except ConfigurationError as error:
            raise _refused(configuration, "webhooks", number, str(error)) from None


def _refused(
    configuration: Configuration, table: str, number: int, problem: str
) -> ConfigurationError:
    return invalid(f"{configuration.file}: [[{table}]] number {number}: {problem}")


@dataclass(frozen=True)
class _Instance:
    store: Store
    call: CallBackend
    now: int

    def create(self, path: str, body: JsonObject) -> None:
        """Create an object."""
        self.call("POST", path, json.dumps(body).encode())

    def save(
        self, path: str, found: Permission | Role | JwtTemplate | None, body: JsonObject
    ) -> None:
        """Create an object, or change the one that was found."""
        if found is None:
            self.create(path, body)
        else:
            self.call("PATCH", f"{path}/{found.id}", json.dumps(body).encode())


def _permission(instance: _Instance, entry: JsonObject) -> None:
    found = instance.store.one(Permission, key=required_text(entry, "key"))
    instance.save("/v1/organization_permissions", found, entry)


def _role(instance: _Instance, entry: JsonObject) -> None:
    found = instance.store.one(Role, key=required_text(entry, "key"))
    if "permissions" in entry:
        keys = texts(entry, "permissions")
        if found and not any(map(is_system_permission, keys)):
            keys = [*filter(is_system_permission, found.permissions), *keys]
        entry = {**entry, "permissions": [_permission_id(instance, key) for key in keys]}
    instance.save("/v1/organization_roles", found, entry)


def _permission_id(instance: _Instance, key: str) -> str:
    found = instance.store.one(Permission, key=key)
    if found is None:
        raise not_found("Permission", key)
    return found.id


def _jwt_template(instance: _Instance, entry: JsonObject) -> None:
    found = instance.store.one(JwtTemplate, name=required_text(entry, "name"))
    instance.save("/v1/jwt_templates", found, entry)


def _organization(instance: _Instance, entry: JsonObject) -> None:
    if instance.store.one(Organization, slug=required_text(entry, "slug")) is None:
        instance.create("/v1/organizations", entry)


def _user(instance: _Instance, entry: JsonObject) -> None:
    body = dict(entry)
    password = optional_text(body, "password")
    body.pop("password", None)
    roles = body.pop("organizations", {})
    if not is_object(roles):
        raise InvalidValueError("", "organizations must be a table of roles by slug.")
    user = _find_user(instance.store, entry)
    if user is None:
        instance.create("/v1/users", body)
        user = _find_user(instance.store, entry)
    if user is None:
        raise missing_parameter("email_address")
    if password is not None:
        check_password(password)
        set_public_password(instance.store, user, password, instance.now)
    for slug in roles:
        _member(instance, user, slug, required_text(roles, slug))


def _find_user(store: Store, entry: JsonObject) -> User | None:
    for address in texts(entry, "email_address"):
        email = store.one(EmailAddress, email_address=address)
        if email is not None:
            return store.one(User, id=email.user_id)
    username = optional_text(entry, "username")
    return store.one(User, username=username) if username else None


def _member(instance: _Instance, user: User, slug: str, role: str) -> None:
    organization = find_organization(instance.store, slug)
    named = {"organization_id": organization.id, "user_id": user.id}
    if instance.store.one(Membership, **named) is None:
        path = f"/v1/organizations/{organization.id}/memberships"
        instance.create(path, {"user_id": user.id, "role": role})


_CREATE: dict[str, Callable[[_Instance, JsonObject], None]] = {
    "permissions": _permission,
    "roles": _role,
    "organizations": _organization,
    "users": _user,
    "jwt_templates": _jwt_template,
}
