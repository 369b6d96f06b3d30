"""Implement the operations of the Backend API on roles and their permissions.

All roles are in one role set. It must not know what a permission allows.
"""

from __future__ import annotations

import re
from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, Orders, matches_query, page_response, sort_items
from clerk_core.local._api.parameters import (
    changed_text,
    check_field_names,
    check_query_names,
    optional_text,
    required_text,
    texts,
)
from clerk_core.local._api.permissions import find_permission, permission_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import InvalidValueError, not_found, taken
from clerk_core.local._domain.organizations import CREATOR_ROLE
from clerk_core.local._domain.permissions import REQUIRED_OF_ONE_MEMBER
from clerk_core.local._responses import ApiError, invalid_parameter, json_response
from clerk_core.local._storage.rows import (
    Invitation,
    JsonObject,
    Membership,
    Permission,
    Role,
    new_id,
)

FIELDS = ("name", "key", "description", "permissions")
_KEY = re.compile(r"org:[a-z0-9_]+")
_ORDERS: Orders[Role] = {
    "created_at": lambda one: one.created_at,
    "name": lambda one: one.name.casefold(),
    "key": lambda one: one.key,
}


def role_resource(call: Call, role: Role) -> JsonObject:
    """Return the JSON representation of a role with its permissions."""
    permissions = call.store.all(Permission)
    return {
        "object": "role",
        "id": role.id,
        "name": role.name,
        "key": role.key,
        "description": role.description,
        "is_creator_eligible": role.key == CREATOR_ROLE,
        "permissions": [permission_resource(p) for p in permissions if p.key in role.permissions],
        "created_at": role.created_at,
        "updated_at": role.updated_at,
    }


def _find(call: Call, role_id: str) -> Role:
    role = call.store.one(Role, id=role_id)
    if role is None:
        raise not_found("Organization role", role_id)
    return role


def _list_roles(call: Call) -> HttpResponse:
    check_query_names(call, ("query", "order_by", *PAGING))
    found = [
        one
        for one in call.store.all(Role)
        if matches_query(call, [one.name, one.key]) or call.argument("query") == one.id
    ]
    return page_response(
        call, sort_items(call, found, _ORDERS), lambda one: role_resource(call, one)
    )


def _create_role(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, (*FIELDS, "include_in_initial_role_set"))
    role = Role(
        id=new_id("role"),
        key=required_text(body, "key"),
        name=required_text(body, "name"),
        description=optional_text(body, "description"),
        permissions=_keys(call, body),
        created_at=call.now,
        updated_at=call.now,
    )
    return _save(call, role)


def _keys(call: Call, body: JsonObject) -> list[str]:
    return [find_permission(call, one).key for one in texts(body, "permissions")]


def _get_role(call: Call, role_id: str) -> HttpResponse:
    return json_response(role_resource(call, _find(call, role_id)))


def _update_role(call: Call, role_id: str) -> HttpResponse:
    role = _find(call, role_id)
    body = call.body()
    check_field_names(body, FIELDS)
    role = replace(
        role,
        key=optional_text(body, "key") or role.key,
        name=optional_text(body, "name") or role.name,
        description=changed_text(body, "description", role.description),
        permissions=_keys(call, body) if "permissions" in body else role.permissions,
        updated_at=call.now,
    )
    return _save(call, role)


def _delete_role(call: Call, role_id: str) -> HttpResponse:
    role = _find(call, role_id)
    is_used = any(call.store.all(kind, role=role.key) for kind in (Membership, Invitation))
    if is_used or role.key == CREATOR_ROLE:
        raise ApiError(
            403,
            "organization_role_in_use",
            "The role is in use",
            "The role cannot be deleted while members, invitations or new organizations use it.",
        )
    call.store.remove(role)
    return json_response({"object": "role", "id": role.id, "deleted": True})


def _assign_permission(call: Call, role_id: str, permission_id: str) -> HttpResponse:
    role, permission = _find(call, role_id), find_permission(call, permission_id)
    if permission.key in role.permissions:
        raise ApiError(409, "resource_exists", "The role already has this permission.")
    permissions = [*role.permissions, permission.key]
    return _save(call, replace(role, permissions=permissions, updated_at=call.now))


def _remove_permission(call: Call, role_id: str, permission_id: str) -> HttpResponse:
    role, permission = _find(call, role_id), find_permission(call, permission_id)
    if permission.key not in role.permissions:
        raise not_found("Organization permission", permission_id)
    permissions = [key for key in role.permissions if key != permission.key]
    return _save(call, replace(role, permissions=permissions, updated_at=call.now))


def _save(call: Call, role: Role) -> HttpResponse:
    if not _KEY.fullmatch(role.key):
        raise invalid_parameter("key", "org: followed by lowercase letters, digits or underscores")
    other = call.store.one(Role, key=role.key)
    if other is not None and other.id != role.id:
        raise taken("key")
    missing = REQUIRED_OF_ONE_MEMBER.difference(role.permissions)
    if role.key == CREATOR_ROLE and missing:
        raise InvalidValueError(
            "organization_missing_creator_role_permissions",
            "missing permissions for creator role",
            f"The creator role must contain the permissions {', '.join(sorted(missing))}.",
            parameter="permissions",
        )
    call.store.put(role)
    return json_response(role_resource(call, role))


_ALL = "/v1/organization_roles"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, _list_roles),
    ("POST", _ALL, _create_role),
    ("GET", f"{_ALL}/<role_id>", _get_role),
    ("PATCH", f"{_ALL}/<role_id>", _update_role),
    ("DELETE", f"{_ALL}/<role_id>", _delete_role),
    ("POST", f"{_ALL}/<role_id>/permissions/<permission_id>", _assign_permission),
    ("DELETE", f"{_ALL}/<role_id>/permissions/<permission_id>", _remove_permission),
)
