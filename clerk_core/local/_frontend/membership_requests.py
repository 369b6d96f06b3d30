"""The requests of users to become members of an organization, as its members answer them.

It must not know how a user asks.
"""

from __future__ import annotations

from clerk_core.local._api.listing import page_resource
from clerk_core.local._api.parameters import query_values
from clerk_core.local._api.resources import public_user_data
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.enrollment import answer_request
from clerk_core.local._domain.permissions import MANAGE_MEMBERS
from clerk_core.local._domain.users import find_user
from clerk_core.local._frontend.browser import SignedInBrowser
from clerk_core.local._frontend.organization_access import for_member
from clerk_core.local._storage.rows import JsonObject, MembershipRequest, Organization


def _list(browser: SignedInBrowser, organization: Organization) -> JsonObject:
    call = browser.call
    statuses = query_values(call, "status")
    requests = call.store.all(MembershipRequest, organization_id=organization.id)[::-1]
    found = [one for one in requests if not statuses or one.status in statuses]
    return page_resource(call, found, lambda one: _resource(call, one))


def _accept(browser: SignedInBrowser, organization: Organization, request_id: str) -> JsonObject:
    return _answer(browser, organization, request_id, accepting=True)


def _reject(browser: SignedInBrowser, organization: Organization, request_id: str) -> JsonObject:
    return _answer(browser, organization, request_id, accepting=False)


def _answer(
    browser: SignedInBrowser, organization: Organization, request_id: str, *, accepting: bool
) -> JsonObject:
    call = browser.call
    request = answer_request(call.store, organization, request_id, call.now, accepting=accepting)
    return _resource(call, request)


def _resource(call: Call, request: MembershipRequest) -> JsonObject:
    user = find_user(call.store, request.user_id)
    return {
        "object": "organization_membership_request",
        "id": request.id,
        "organization_id": request.organization_id,
        "status": request.status,
        "public_user_data": public_user_data(call, user),
        "created_at": request.created_at,
        "updated_at": request.updated_at,
    }


_ALL = "/v1/organizations/<organization_id>/membership_requests"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, for_member(_list, MANAGE_MEMBERS)),
    ("POST", f"{_ALL}/<request_id>/accept", for_member(_accept, MANAGE_MEMBERS)),
    ("POST", f"{_ALL}/<request_id>/reject", for_member(_reject, MANAGE_MEMBERS)),
)
