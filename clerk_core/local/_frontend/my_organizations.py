"""The organizations of the signed-in user: memberships, invitations and suggestions of others.

It must not know what members do in an organization.
"""

from __future__ import annotations

from clerk_core.local._api.invitations import select
from clerk_core.local._api.listing import list_resource, page_resource
from clerk_core.local._api.parameters import query_values
from clerk_core.local._api.resources import public_organization_data
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.enrollment import (
    Suggestion,
    accept_suggestion,
    automatic_invitations,
    suggestions,
)
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
from clerk_core.local._storage.rows import Invitation, JsonObject, Membership


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
    invitations = select(call, _invitations(browser))
    return page_resource(call, invitations, lambda one: own_invitation_resource(call, one))


def _accept_invitation(browser: SignedInBrowser, invitation_id: str) -> JsonObject:
    call, user = browser.call, browser.user
    found = [one for one in _invitations(browser) if one.id == invitation_id]
    if not found:
        raise not_found("Organization invitation", invitation_id)
    return own_invitation_resource(call, accept(call.store, found[0], user, call.now))


def _invitations(browser: SignedInBrowser) -> list[Invitation]:
    store, user = browser.call.store, browser.user
    return [*invitations_of(store, user), *automatic_invitations(store, user, browser.call.now)]


def _list_suggestions(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    statuses = query_values(call, "status")
    found = [
        one
        for one in suggestions(call.store, browser.user)
        if not statuses or one.status in statuses
    ]
    return page_resource(call, found, lambda one: _suggestion(call, one))


def _accept_suggestion(browser: SignedInBrowser, suggestion_id: str) -> JsonObject:
    call = browser.call
    accepted = accept_suggestion(call.store, browser.user, suggestion_id, call.now)
    return _suggestion(call, accepted)


def _suggestion(call: Call, suggestion: Suggestion) -> JsonObject:
    return {
        "object": "organization_suggestion",
        "id": suggestion.id,
        "public_organization_data": public_organization_data(call, suggestion.organization_id),
        "status": suggestion.status,
        "created_at": suggestion.created_at,
        "updated_at": suggestion.updated_at,
    }


def _creation_defaults(_: SignedInBrowser) -> JsonObject:
    # Nothing is suggested for the form of a new organization.
    return {"form": None, "advisory": None}


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
    ("GET", f"{_ALL}/organization_creation_defaults", with_organizations(_creation_defaults)),
    ("GET", f"{_ALL}/organization_suggestions", with_organizations(_list_suggestions)),
    (
        "POST",
        f"{_ALL}/organization_suggestions/<suggestion_id>/accept",
        with_organizations(_accept_suggestion),
    ),
)
