"""The members of an organization, as other members list, add, change and remove them.

It must not know invitations.
"""

from __future__ import annotations

from clerk_core.local._api.listing import list_resource, matches_query
from clerk_core.local._api.parameters import query_values, required_text
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.memberships import (
    add_member,
    check_manager_remains,
    find_member,
    remove_member,
    set_role,
)
from clerk_core.local._domain.organizations import find_role
from clerk_core.local._domain.permissions import MANAGE_MEMBERS, READ_MEMBERS
from clerk_core.local._domain.users import find_user
from clerk_core.local._frontend.browser import SignedInBrowser
from clerk_core.local._frontend.organization_access import for_member
from clerk_core.local._frontend.organization_resources import own_membership_resource
from clerk_core.local._storage.rows import EmailAddress, JsonObject, Membership, Organization


def _list(browser: SignedInBrowser, organization: Organization) -> JsonObject | list[JsonObject]:
    call = browser.call
    roles = query_values(call, "role")
    members = call.store.all(Membership, organization_id=organization.id)[::-1]
    found = [
        one for one in members if (not roles or one.role in roles) and _matches_query(call, one)
    ]
    return list_resource(call, found, lambda one: own_membership_resource(call, one))


def _matches_query(call: Call, member: Membership) -> bool:
    """Return whether the member matches the query, by what other members see only."""
    user = find_user(call.store, member.user_id)
    email = call.store.one(EmailAddress, id=user.primary_email_address_id)
    address = email.email_address if email else None
    return matches_query(call, [address, user.username, user.id, user.full_name])


def _add(browser: SignedInBrowser, organization: Organization) -> JsonObject:
    call = browser.call
    user = find_user(call.store, required_text(call.fields, "user_id"))
    role = find_role(call.store, required_text(call.fields, "role"))
    member = add_member(call.store, organization, user, role, {}, {}, call.now)
    return own_membership_resource(call, member)


def _update(browser: SignedInBrowser, organization: Organization, user_id: str) -> JsonObject:
    call = browser.call
    before = find_member(call.store, organization, user_id)
    role = find_role(call.store, required_text(call.fields, "role"))
    member = set_role(call.store, before, role, call.now)
    check_manager_remains(call.store, before)
    return own_membership_resource(call, member)


def _remove(browser: SignedInBrowser, organization: Organization, user_id: str) -> JsonObject:
    call = browser.call
    member = find_member(call.store, organization, user_id)
    shown = own_membership_resource(call, member)
    remove_member(call.store, member)
    check_manager_remains(call.store, member)
    return shown


_ALL = "/v1/organizations/<organization_id>/memberships"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, for_member(_list, READ_MEMBERS)),
    ("POST", _ALL, for_member(_add, MANAGE_MEMBERS)),
    ("PATCH", f"{_ALL}/<user_id>", for_member(_update, MANAGE_MEMBERS)),
    ("DELETE", f"{_ALL}/<user_id>", for_member(_remove, MANAGE_MEMBERS)),
)
