"""Organizations, as their members create, read, change and delete them.

It must not know members or invitations.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._api.listing import page_resource
from clerk_core.local._api.parameters import optional_text, required_text
from clerk_core.local._api.roles import role_resource
from clerk_core.local._call import Route
from clerk_core.local._domain.errors import ForbiddenError
from clerk_core.local._domain.memberships import check_may_create, create_organization
from clerk_core.local._domain.organizations import (
    delete_organization,
    free_slug,
    save_organization,
)
from clerk_core.local._domain.permissions import (
    DELETE_ORGANIZATION,
    MANAGE_PROFILE,
)
from clerk_core.local._frontend.browser import SignedInBrowser
from clerk_core.local._frontend.organization_access import for_member, with_organizations
from clerk_core.local._frontend.organization_resources import own_organization_resource
from clerk_core.local._storage.rows import JsonObject, Organization, Role, new_id


def _create(browser: SignedInBrowser) -> JsonObject:
    call, user = browser.call, browser.user
    check_may_create(call.store, user)
    name = required_text(call.fields, "name")
    organization = Organization(
        id=new_id("org"),
        name=name,
        slug=optional_text(call.fields, "slug") or free_slug(call.store, name),
        created_by=user.id,
        created_at=call.now,
        updated_at=call.now,
    )
    create_organization(call.store, organization, user)
    return own_organization_resource(call, organization)


def _get(browser: SignedInBrowser, organization: Organization) -> JsonObject:
    return own_organization_resource(browser.call, organization)


def _update(browser: SignedInBrowser, organization: Organization) -> JsonObject:
    call = browser.call
    organization = replace(
        organization,
        name=optional_text(call.fields, "name") or organization.name,
        slug=optional_text(call.fields, "slug") or organization.slug,
        updated_at=call.now,
    )
    save_organization(call.store, organization)
    return own_organization_resource(call, organization)


def _delete(browser: SignedInBrowser, organization: Organization) -> JsonObject:
    if not organization.admin_delete_enabled:
        raise ForbiddenError(
            "organization_admin_delete_not_enabled",
            "admin delete not enabled",
            "Deletion by admin is not enabled for this organization.",
        )
    delete_organization(browser.call.store, organization)
    return {"object": "organization", "id": organization.id, "deleted": True}


def _list_roles(browser: SignedInBrowser, _: Organization) -> JsonObject:
    call = browser.call
    roles = page_resource(
        call,
        call.store.all(Role),
        lambda one: {**role_resource(call, one), "description": one.description or ""},
    )
    return {**roles, "has_role_set_migration": False}


_ONE = "/v1/organizations/<organization_id>"

ROUTES: tuple[Route, ...] = (
    ("POST", "/v1/organizations", with_organizations(_create)),
    ("GET", _ONE, for_member(_get)),
    ("PATCH", _ONE, for_member(_update, MANAGE_PROFILE)),
    ("DELETE", _ONE, for_member(_delete, DELETE_ORGANIZATION)),
    ("GET", f"{_ONE}/roles", for_member(_list_roles)),
)
