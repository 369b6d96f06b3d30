"""Implement the waitlist operations of the Backend API.

It must not know how a browser joins the waitlist.
"""

from __future__ import annotations

from collections.abc import Mapping

from clerk_core._messages import HttpResponse
from clerk_core.local._api.invitations import invitation_resource, new_invitation, notify
from clerk_core.local._api.listing import (
    PAGING,
    Orders,
    matches_query,
    page_response,
    sort_items,
)
from clerk_core.local._api.parameters import (
    check_field_names,
    check_query_names,
    flag,
    query_values,
    required_text,
)
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.invitations import revoke, store_invitation
from clerk_core.local._domain.invitations import status_of as invitation_status_of
from clerk_core.local._domain.messages import send
from clerk_core.local._domain.waitlist import (
    decide,
    find_entry,
    invitation_of,
    join,
    status_of,
)
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import JsonObject, WaitlistEntry

_ORDERS: Orders[WaitlistEntry] = {
    "created_at": lambda one: one.created_at,
    "invited_at": lambda one: one.updated_at,
    "email_address": lambda one: one.email_address.casefold(),
}


def waitlist_entry_resource(call: Call, entry: WaitlistEntry) -> JsonObject:
    """Return the JSON representation of a waitlist entry."""
    invitation = invitation_of(call.store, entry)
    return {
        "object": "waitlist_entry",
        "id": entry.id,
        "email_address": entry.email_address,
        "status": status_of(call.store, entry),
        "is_locked": False,
        "created_at": entry.created_at,
        "updated_at": entry.updated_at,
        "invitation": invitation and invitation_resource(call, invitation),
    }


def _list(call: Call) -> HttpResponse:
    check_query_names(call, ("query", "status", "order_by", *PAGING))
    statuses = query_values(call, "status")
    found = [
        one
        for one in call.store.all(WaitlistEntry)
        if (not statuses or status_of(call.store, one) in statuses)
        and matches_query(call, [one.email_address, one.id])
    ]
    entries = sort_items(call, found, _ORDERS)
    return page_response(call, entries, lambda one: waitlist_entry_resource(call, one))


def _create(call: Call) -> HttpResponse:
    return json_response(_create_one(call, call.body()))


def _create_several(call: Call) -> HttpResponse:
    return json_response([_create_one(call, body) for body in call.bodies()])


def _create_one(call: Call, body: Mapping[str, object]) -> JsonObject:
    fields = dict(body)
    check_field_names(fields, ("email_address", "notify"))
    entry = join(call.store, required_text(fields, "email_address"), call.now)
    if flag(fields, "notify", default=True):
        confirm(call, entry)
    return waitlist_entry_resource(call, entry)


def confirm(call: Call, entry: WaitlistEntry) -> None:
    """Send the email that confirms a place on the waitlist."""
    name = call.settings.application_name
    text = f"You are on the waitlist of {name}. You get an invitation when it is your turn."
    send(call.store, entry.email_address, f"You are on the waitlist of {name}", text, call.now)


def _delete(call: Call, entry_id: str) -> HttpResponse:
    entry = find_entry(call.store, entry_id)
    call.store.remove(entry)
    return json_response({"object": "waitlist_entry", "id": entry.id, "deleted": True})


def _invite(call: Call, entry_id: str) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("ignore_existing",))
    entry = find_entry(call.store, entry_id)
    invitation = new_invitation(call, {"email_address": entry.email_address})
    if flag(body, "ignore_existing", default=False):
        call.store.put(invitation)
    else:
        store_invitation(call.store, invitation, call.now)
    entry = decide(call.store, entry, "invited", invitation.id, call.now)
    notify(call, invitation, {}, call.settings.application_name)
    return json_response(waitlist_entry_resource(call, entry))


def _reject(call: Call, entry_id: str) -> HttpResponse:
    entry = find_entry(call.store, entry_id)
    invitation = invitation_of(call.store, entry)
    entry = decide(call.store, entry, "rejected", None, call.now)
    if invitation is not None and invitation_status_of(invitation, call.now) == "pending":
        revoke(call.store, invitation, call.now)
    return json_response(waitlist_entry_resource(call, entry))


_ALL = "/v1/waitlist_entries"
_ONE = f"{_ALL}/<entry_id>"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, _list),
    ("POST", _ALL, _create),
    ("POST", f"{_ALL}/bulk", _create_several),
    ("DELETE", _ONE, _delete),
    ("POST", f"{_ONE}/invite", _invite),
    ("POST", f"{_ONE}/reject", _reject),
)
