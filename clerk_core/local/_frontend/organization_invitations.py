"""Invitations to an organization, as its members send, list and revoke them.

It must not know members, or how an invitation is accepted.
"""

from __future__ import annotations

from clerk_core.local._api.invitations import select
from clerk_core.local._api.listing import page_resource
from clerk_core.local._api.organization_invitations import create_invitation, find_invitation
from clerk_core.local._call import Route
from clerk_core.local._domain.invitations import revoke, status_of
from clerk_core.local._domain.permissions import MANAGE_MEMBERS
from clerk_core.local._frontend.browser import SignedInBrowser
from clerk_core.local._frontend.organization_access import for_member
from clerk_core.local._frontend.organization_resources import own_invitation_resource
from clerk_core.local._responses import missing_parameter
from clerk_core.local._storage.rows import Invitation, JsonObject, Organization


def _list(browser: SignedInBrowser, organization: Organization) -> JsonObject:
    call = browser.call
    invitations = select(call, call.store.all(Invitation, organization_id=organization.id))
    return page_resource(call, invitations, lambda one: own_invitation_resource(call, one))


def _list_pending(browser: SignedInBrowser, organization: Organization) -> JsonObject:
    call = browser.call
    invitations = call.store.all(Invitation, organization_id=organization.id)[::-1]
    pending = [one for one in invitations if status_of(one, call.now) == "pending"]
    return page_resource(call, pending, lambda one: own_invitation_resource(call, one))


def _create(browser: SignedInBrowser, organization: Organization) -> JsonObject:
    address = browser.call.field("email_address")
    return _invite(browser, organization, address)


def _create_several(browser: SignedInBrowser, organization: Organization) -> list[JsonObject]:
    addresses = browser.call.form.get("email_address", [])
    if not addresses:
        raise missing_parameter("email_address")
    # An error rolls all of them back.
    return [_invite(browser, organization, address) for address in addresses]


def _invite(browser: SignedInBrowser, organization: Organization, address: str) -> JsonObject:
    call = browser.call
    body: JsonObject = {
        "email_address": address.strip(),
        "role": call.field("role"),
        "notify": call.field("notify") != "false",
        "inviter_user_id": browser.user.id,
    }
    return own_invitation_resource(call, create_invitation(call, organization, body))


def _revoke(browser: SignedInBrowser, organization: Organization, invitation_id: str) -> JsonObject:
    call = browser.call
    invitation = find_invitation(call, organization, invitation_id)
    return own_invitation_resource(call, revoke(call.store, invitation, call.now))


_ALL = "/v1/organizations/<organization_id>/invitations"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, for_member(_list, MANAGE_MEMBERS)),
    ("GET", f"{_ALL}/pending", for_member(_list_pending, MANAGE_MEMBERS)),
    ("POST", _ALL, for_member(_create, MANAGE_MEMBERS)),
    ("POST", f"{_ALL}/bulk", for_member(_create_several, MANAGE_MEMBERS)),
    ("POST", f"{_ALL}/<invitation_id>/revoke", for_member(_revoke, MANAGE_MEMBERS)),
)
