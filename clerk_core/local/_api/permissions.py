"""Implement the permission operations of the Backend API.

It must not know members, only the roles that contain a permission.
"""

from __future__ import annotations

import re
from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, Orders, matches_query, page_response, sort_items
from clerk_core.local._api.parameters import (
    check_field_names,
    check_query_names,
    optional_text,
    required_text,
)
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import ForbiddenError, not_found, taken
from clerk_core.local._domain.permissions import is_system_permission
from clerk_core.local._responses import invalid_parameter, json_response
from clerk_core.local._storage.rows import JsonObject, Permission, Role, new_id

FIELDS = ("name", "key", "description")
_KEY = re.compile(r"org:(?!sys_)[a-z0-9_]+:[a-z0-9_]+")
_ORDERS: Orders[Permission] = {
    "created_at": lambda one: one.created_at,
    "name": lambda one: one.name.casefold(),
    "key": lambda one: one.key,
}


def permission_resource(permission: Permission) -> JsonObject:
    """Return the JSON representation of a permission."""
    return {
        "object": "permission",
        "id": permission.id,
        "name": permission.name,
        "key": permission.key,
        "description": permission.description,
        "type": "system" if is_system_permission(permission.key) else "user",
        "created_at": permission.created_at,
        "updated_at": permission.updated_at,
    }


def find_permission(call: Call, permission_id: str) -> Permission:
    """Return the permission with this id, or raise `NotFoundError`."""
    permission = call.store.one(Permission, id=permission_id)
    if permission is None:
        raise not_found("Organization permission", permission_id)
    return permission


def _list_permissions(call: Call) -> HttpResponse:
    check_query_names(call, ("query", "order_by", *PAGING))
    found = [
        one
        for one in call.store.all(Permission)
        if matches_query(call, [one.name, one.key]) or call.argument("query") == one.id
    ]
    return page_response(call, sort_items(call, found, _ORDERS), permission_resource)


def _create_permission(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, FIELDS)
    permission = Permission(
        id=new_id("perm"),
        key=required_text(body, "key"),
        name=required_text(body, "name"),
        description=optional_text(body, "description") or "",
        created_at=call.now,
        updated_at=call.now,
    )
    return _save(call, permission)


def _get_permission(call: Call, permission_id: str) -> HttpResponse:
    return json_response(permission_resource(find_permission(call, permission_id)))


def _update_permission(call: Call, permission_id: str) -> HttpResponse:
    before = _find_changeable(call, permission_id)
    body = call.body()
    check_field_names(body, FIELDS)
    permission = replace(
        before,
        key=optional_text(body, "key") or before.key,
        name=optional_text(body, "name") or before.name,
        description=optional_text(body, "description") or before.description,
        updated_at=call.now,
    )
    answer = _save(call, permission)
    _rename_in_roles(call, before.key, [permission.key])
    return answer


def _delete_permission(call: Call, permission_id: str) -> HttpResponse:
    permission = _find_changeable(call, permission_id)
    _rename_in_roles(call, permission.key, [])
    call.store.remove(permission)
    return json_response({"object": "permission", "id": permission.id, "deleted": True})


def _find_changeable(call: Call, permission_id: str) -> Permission:
    permission = find_permission(call, permission_id)
    if is_system_permission(permission.key):
        raise ForbiddenError(
            "organization_system_permission_not_modifiable",
            "A system permission cannot be changed or deleted.",
        )
    return permission


def _rename_in_roles(call: Call, before: str, after: list[str]) -> None:
    for role in call.store.all(Role):
        changed = [new for key in role.permissions for new in (after if key == before else [key])]
        if changed != role.permissions:
            call.store.put(replace(role, permissions=changed))


def _save(call: Call, permission: Permission) -> HttpResponse:
    if not _KEY.fullmatch(permission.key):
        raise invalid_parameter(
            "key", "in the form org:feature:action, and must not start with org:sys_"
        )
    other = call.store.one(Permission, key=permission.key)
    if other is not None and other.id != permission.id:
        raise taken("key")
    call.store.put(permission)
    return json_response(permission_resource(permission))


_ALL = "/v1/organization_permissions"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, _list_permissions),
    ("POST", _ALL, _create_permission),
    ("GET", f"{_ALL}/<permission_id>", _get_permission),
    ("PATCH", f"{_ALL}/<permission_id>", _update_permission),
    ("DELETE", f"{_ALL}/<permission_id>", _delete_permission),
)
