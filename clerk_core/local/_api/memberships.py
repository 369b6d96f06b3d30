"""Implement the organization membership operations of the Backend API.

It must not know how organizations are created.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, Orders, page_response, sort_items
from clerk_core.local._api.parameters import (
    changed_metadata,
    check_field_names,
    check_query_names,
    query_values,
    required_text,
)
from clerk_core.local._api.resources import membership_resource
from clerk_core.local._api.user_filters import FILTERS, ORDERS, matches
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.memberships import add_member, find_member, remove_member, set_role
from clerk_core.local._domain.organizations import find_organization, find_role
from clerk_core.local._domain.users import find_user
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import Membership, User

_METADATA = ("public_metadata", "private_metadata")
_NOT_SERVED = ("external_id", "organization_id", "banned")


def _list_of_organization(call: Call, organization_id: str) -> HttpResponse:
    filters = [name for name in FILTERS if name not in _NOT_SERVED]
    check_query_names(call, (*filters, "role", "order_by", *PAGING))
    organization = find_organization(call.store, organization_id)
    roles = query_values(call, "role")
    members = call.store.all(Membership, organization_id=organization.id)
    found = [
        member
        for member in members
        if (not roles or member.role in roles)
        and matches(call, find_user(call.store, member.user_id))
    ]
    return _page_response(call, sort_items(call, found, _orders(call)))


def _orders(call: Call) -> Orders[Membership]:
    def by(order: Callable[[User], str | int]) -> Callable[[Membership], str | int]:
        return lambda member: order(find_user(call.store, member.user_id))

    names = ("first_name", "last_name", "username")
    return {"created_at": lambda one: one.created_at, **{name: by(ORDERS[name]) for name in names}}


def _list_of_user(call: Call, user_id: str) -> HttpResponse:
    check_query_names(call, PAGING)
    user = find_user(call.store, user_id)
    return _page_response(call, call.store.all(Membership, user_id=user.id)[::-1])


def _list_of_instance(call: Call) -> HttpResponse:
    check_query_names(call, ("order_by", *PAGING))
    return _page_response(call, sort_items(call, call.store.all(Membership), _orders(call)))


def _create_membership(call: Call, organization_id: str) -> HttpResponse:
    organization = find_organization(call.store, organization_id)
    body = call.body()
    check_field_names(body, ("user_id", "role", *_METADATA))
    user = find_user(call.store, required_text(body, "user_id"))
    role = find_role(call.store, required_text(body, "role"))
    public, private = (changed_metadata(body, name, {}) for name in _METADATA)
    member = add_member(call.store, organization, user, role, public, private, call.now)
    return _response(call, member)


def _update_membership(call: Call, organization_id: str, user_id: str) -> HttpResponse:
    membership = _find(call, organization_id, user_id)
    body = call.body()
    check_field_names(body, ("role",))
    role = find_role(call.store, required_text(body, "role"))
    return _response(call, set_role(call.store, membership, role, call.now))


def _update_metadata(call: Call, organization_id: str, user_id: str) -> HttpResponse:
    membership = _find(call, organization_id, user_id)
    body = call.body()
    check_field_names(body, _METADATA)
    membership = replace(
        membership,
        public_metadata=changed_metadata(body, "public_metadata", membership.public_metadata),
        private_metadata=changed_metadata(body, "private_metadata", membership.private_metadata),
        updated_at=call.now,
    )
    call.store.put(membership)
    return _response(call, membership)


def _delete_membership(call: Call, organization_id: str, user_id: str) -> HttpResponse:
    membership = _find(call, organization_id, user_id)
    response = _response(call, membership)
    remove_member(call.store, membership)
    return response


def _find(call: Call, organization_id: str, user_id: str) -> Membership:
    organization = find_organization(call.store, organization_id)
    return find_member(call.store, organization, user_id)


def _response(call: Call, membership: Membership) -> HttpResponse:
    return json_response(membership_resource(call, membership))


def _page_response(call: Call, memberships: list[Membership]) -> HttpResponse:
    return page_response(call, memberships, lambda one: membership_resource(call, one))


_ALL = "/v1/organizations/<organization_id>/memberships"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, _list_of_organization),
    ("POST", _ALL, _create_membership),
    ("PATCH", f"{_ALL}/<user_id>", _update_membership),
    ("DELETE", f"{_ALL}/<user_id>", _delete_membership),
    ("PATCH", f"{_ALL}/<user_id>/metadata", _update_metadata),
    ("GET", "/v1/organization_memberships", _list_of_instance),
    ("GET", "/v1/users/<user_id>/organization_memberships", _list_of_user),
)
