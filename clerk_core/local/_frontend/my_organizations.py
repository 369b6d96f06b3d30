"""The organizations of the signed-in user: memberships, and invitations to others.

It must not know what members do in an organization.
"""

from __future__ import annotations

from clerk_core.local._api.invitations import select
from clerk_core.local._api.listing import list_resource, page_resource
from clerk_core.local._call import Route
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.invitations import accept, invitations_of
from clerk_core.local._domain.memberships import (
    check_manager_remains,
    own_membership,
    remove_member,
)
from clerk_core.local._frontend.browser import SignedInBrowser
from clerk_core.local._frontend.organization_access import with_organizations
from clerk_core.local._frontend.organization_resources import (
    own_invitation_resource,
    own_membership_resource,
)
from clerk_core.local._storage.rows import JsonObject, Membership


def _list_memberships(browser: SignedInBrowser) -> JsonObject | list[JsonObject]:
    call = browser.call
    memberships = call.store.all(Membership, user_id=browser.user.id)[::-1]
    return list_resource(call, memberships, lambda one: own_membership_resource(call, one))


def _leave(browser: SignedInBrowser, organization_id: str) -> JsonObject:
    store = browser.call.store
    membership = own_membership(store, browser.user.id, organization_id)
    remove_member(store, membership)
    check_manager_remains(store, membership)
    return {"object": "organization_membership", "id": membership.id, "deleted": True}


def _list_invitations(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    invitations = select(call, invitations_of(call.store, browser.user))
    return page_resource(call, invitations, lambda one: own_invitation_resource(call, one))


def _accept_invitation(browser: SignedInBrowser, invitation_id: str) -> JsonObject:
    call, user = browser.call, browser.user
    found = [one for one in invitations_of(call.store, user) if one.id == invitation_id]
    if not found:
        raise not_found("Organization invitation", invitation_id)
    return own_invitation_resource(call, accept(call.store, found[0], user, call.now))


def _list_suggestions(_: SignedInBrowser) -> JsonObject:
    # Suggestions come from the domains of organizations, of which there are none.
    return {"data": [], "total_count": 0}


_ALL = "/v1/me"

ROUTES: tuple[Route, ...] = (
    ("GET", f"{_ALL}/organization_memberships", with_organizations(_list_memberships)),
    ("DELETE", f"{_ALL}/organization_memberships/<organization_id>", with_organizations(_leave)),
    ("GET", f"{_ALL}/organization_invitations", with_organizations(_list_invitations)),
    (
        "POST",
        f"{_ALL}/organization_invitations/<invitation_id>/accept",
        with_organizations(_accept_invitation),
    ),
    ("GET", f"{_ALL}/organization_suggestions", with_organizations(_list_suggestions)),
)
