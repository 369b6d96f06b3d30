"""Implement the organization operations of the Backend API.

It must not know members, except for the user who creates an organization.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import (
    PAGING,
    Orders,
    matches_query,
    matches_values,
    page_response,
    sort_items,
)
from clerk_core.local._api.parameters import (
    changed_metadata,
    check_field_names,
    check_query_names,
    flag,
    optional_text,
    query_values,
    required_text,
    whole_number,
)
from clerk_core.local._api.resources import organization_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.memberships import create_organization
from clerk_core.local._domain.organizations import (
    delete_organization,
    find_organization,
    free_slug,
    members_count,
    save_organization,
)
from clerk_core.local._domain.users import find_user
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import Membership, Organization, new_id

_COUNT = "include_members_count"
_METADATA = ("public_metadata", "private_metadata")


def _list_organizations(call: Call) -> HttpResponse:
    check_query_names(call, ("query", "user_id", "organization_id", "order_by", _COUNT, *PAGING))
    orders: Orders[Organization] = {
        "created_at": lambda one: one.created_at,
        "name": lambda one: one.name.casefold(),
        "members_count": lambda one: members_count(call.store, one),
    }
    found = [one for one in call.store.all(Organization) if _matches(call, one)]
    with_count = _wants_count(call)
    return page_response(
        call,
        sort_items(call, found, orders),
        lambda one: organization_resource(call, one, with_count=with_count),
    )


def _matches(call: Call, one: Organization) -> bool:
    members = [member.user_id for member in call.store.all(Membership, organization_id=one.id)]
    return (
        (matches_query(call, [one.name, one.slug]) or call.argument("query") == one.id)
        and matches_values(query_values(call, "organization_id"), [one.id])
        and matches_values(query_values(call, "user_id"), members)
    )


def _wants_count(call: Call) -> bool:
    return call.argument(_COUNT) == "true"


def _create_organization(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("name", "slug", "created_by", "max_allowed_memberships", *_METADATA))
    name = required_text(body, "name")
    creator_id = optional_text(body, "created_by")
    creator = find_user(call.store, creator_id) if creator_id else None
    most = whole_number(body, "max_allowed_memberships", 0)
    organization = Organization(
        id=new_id("org"),
        name=name,
        slug=optional_text(body, "slug") or free_slug(call.store, name),
        public_metadata=changed_metadata(body, "public_metadata", {}),
        private_metadata=changed_metadata(body, "private_metadata", {}),
        created_by=creator_id,
        created_at=call.now,
        updated_at=call.now,
    )
    if most is not None:
        organization = replace(organization, max_allowed_memberships=most)
    create_organization(call.store, organization, creator)
    return _response(call, organization)


def _get_organization(call: Call, organization_id: str) -> HttpResponse:
    check_query_names(call, (_COUNT,))
    return _response(call, find_organization(call.store, organization_id))


def _update_organization(call: Call, organization_id: str) -> HttpResponse:
    organization = find_organization(call.store, organization_id)
    body = call.body()
    check_field_names(body, ("name", "slug", "max_allowed_memberships", "admin_delete_enabled"))
    most = whole_number(body, "max_allowed_memberships", 0)
    organization = replace(
        organization,
        name=optional_text(body, "name") or organization.name,
        slug=optional_text(body, "slug") or organization.slug,
        max_allowed_memberships=organization.max_allowed_memberships if most is None else most,
        admin_delete_enabled=flag(body, "admin_delete_enabled", organization.admin_delete_enabled),
        updated_at=call.now,
    )
    save_organization(call.store, organization)
    return _response(call, organization)


def _merge_metadata(call: Call, organization_id: str) -> HttpResponse:
    return _change_metadata(call, organization_id, replacing=False)


def _replace_metadata(call: Call, organization_id: str) -> HttpResponse:
    return _change_metadata(call, organization_id, replacing=True)


def _change_metadata(call: Call, organization_id: str, *, replacing: bool) -> HttpResponse:
    organization = find_organization(call.store, organization_id)
    body = call.body()
    check_field_names(body, _METADATA)
    organization = replace(
        organization,
        public_metadata=changed_metadata(
            body, "public_metadata", organization.public_metadata, replacing=replacing
        ),
        private_metadata=changed_metadata(
            body, "private_metadata", organization.private_metadata, replacing=replacing
        ),
        updated_at=call.now,
    )
    call.store.put(organization)
    return _response(call, organization)


def _delete_organization(call: Call, organization_id: str) -> HttpResponse:
    organization = find_organization(call.store, organization_id)
    delete_organization(call.store, organization)
    return json_response(
        {
            "object": "organization",
            "id": organization.id,
            "slug": organization.slug,
            "deleted": True,
        }
    )


def _response(call: Call, organization: Organization) -> HttpResponse:
    with_count = _wants_count(call)
    return json_response(organization_resource(call, organization, with_count=with_count))


_ONE = "/v1/organizations/<organization_id>"

ROUTES: tuple[Route, ...] = (
    ("GET", "/v1/organizations", _list_organizations),
    ("POST", "/v1/organizations", _create_organization),
    ("GET", _ONE, _get_organization),
    ("PATCH", _ONE, _update_organization),
    ("DELETE", _ONE, _delete_organization),
    ("PATCH", f"{_ONE}/metadata", _merge_metadata),
    ("PUT", f"{_ONE}/metadata", _replace_metadata),
)
