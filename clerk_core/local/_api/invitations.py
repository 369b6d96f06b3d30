"""Implement the operations of the Backend API on invitations to the application.

It must not know organizations.
"""

from __future__ import annotations

from collections.abc import Sequence

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, Orders, list_response, matches_query, sort_items
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
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found, taken
from clerk_core.local._domain.invitations import revoke, status_of, store_invitation
from clerk_core.local._domain.messages import send
from clerk_core.local._domain.users import is_email_address
from clerk_core.local._responses import invalid_parameter, json_response
from clerk_core.local._storage.rows import EmailAddress, Invitation, JsonObject, new_id, random_text

FIELDS = ("email_address", "public_metadata", "expires_in_days", "notify", "redirect_url")
_DAY = 24 * 60 * 60 * 1000
_DEFAULT_DAYS = 30
_MAX_DAYS = 365
_ORDERS: Orders[Invitation] = {
    "created_at": lambda one: one.created_at,
    "email_address": lambda one: one.email_address.casefold(),
    "expires_at": lambda one: one.expires_at,
}


def new_invitation(call: Call, body: JsonObject) -> Invitation:
    """Return an invitation with the fields of the request body; do not store it.

    Raises:
        ApiError: 422 if a field is invalid.
    """
    address = required_text(body, "email_address")
    if not is_email_address(address):
        raise invalid_parameter("email_address", "an email address")
    days = whole_number(body, "expires_in_days", 1, _MAX_DAYS) or _DEFAULT_DAYS
    return Invitation(
        id=new_id("inv"),
        email_address=address,
        public_metadata=changed_metadata(body, "public_metadata", {}),
        ticket=random_text(64),
        redirect_url=optional_text(body, "redirect_url"),
        expires_at=call.now + days * _DAY,
        created_at=call.now,
        updated_at=call.now,
    )


def select(call: Call, invitations: Sequence[Invitation]) -> list[Invitation]:
    """Return the invitations that match `status` and `query`, sorted by `order_by`."""
    statuses = query_values(call, "status")
    found = [
        one
        for one in invitations
        if (not statuses or status_of(one, call.now) in statuses)
        and matches_query(call, [one.email_address, one.id])
    ]
    return sort_items(call, found, _ORDERS)


def invitation_url(call: Call, invitation: Invitation) -> str | None:
    """Return the link that accepts an invitation, or None when it can no longer be accepted."""
    if status_of(invitation, call.now) != "pending":
        return None
    return f"{call.url}/v1/tickets/accept?ticket={invitation.ticket}"


def notify(call: Call, invitation: Invitation, body: JsonObject, to: str) -> None:
    """Send the email of an invitation, unless the field `notify` is false."""
    if flag(body, "notify", default=True):
        url = invitation_url(call, invitation)
        text = f"You are invited to join {to}. Accept the invitation: {url}"
        subject = f"Your invitation to {to}"
        send(call.store, invitation.email_address, subject, text, call.now, url=url)


def invitation_resource(call: Call, invitation: Invitation) -> JsonObject:
    """Return the JSON representation of an invitation."""
    return {
        "object": "invitation",
        "id": invitation.id,
        "email_address": invitation.email_address,
        "public_metadata": invitation.public_metadata,
        "revoked": invitation.status == "revoked",
        "status": status_of(invitation, call.now),
        "url": invitation_url(call, invitation),
        "expires_at": invitation.expires_at,
        "created_at": invitation.created_at,
        "updated_at": invitation.updated_at,
    }


def _create(call: Call, body: JsonObject) -> JsonObject:
    check_field_names(body, (*FIELDS, "ignore_existing", "template_slug"))
    invitation = new_invitation(call, body)
    if flag(body, "ignore_existing", default=False):
        call.store.put(invitation)
    elif call.store.one(EmailAddress, email_address=invitation.email_address) is not None:
        raise taken("email_address")
    else:
        store_invitation(call.store, invitation, call.now)
    notify(call, invitation, body, call.settings.application_name)
    return invitation_resource(call, invitation)


def _create_invitation(call: Call) -> HttpResponse:
    return json_response(_create(call, call.body()))


def _create_several(call: Call) -> HttpResponse:
    return json_response([_create(call, body) for body in call.bodies()])


def _list_invitations(call: Call) -> HttpResponse:
    check_query_names(call, ("status", "query", "order_by", "paginated", *PAGING))
    invitations = select(call, call.store.all(Invitation, organization_id=None))
    # Revoked invitations are listed only if the status filter asks for them.
    if call.argument("status") is None:
        invitations = [one for one in invitations if one.status != "revoked"]
    return list_response(call, invitations, lambda one: invitation_resource(call, one))


def _revoke_invitation(call: Call, invitation_id: str) -> HttpResponse:
    invitation = call.store.one(Invitation, id=invitation_id, organization_id=None)
    if invitation is None:
        raise not_found("Invitation", invitation_id)
    return json_response(invitation_resource(call, revoke(call.store, invitation, call.now)))


ROUTES: tuple[Route, ...] = (
    ("GET", "/v1/invitations", _list_invitations),
    ("POST", "/v1/invitations", _create_invitation),
    ("POST", "/v1/invitations/bulk", _create_several),
    ("POST", "/v1/invitations/<invitation_id>/revoke", _revoke_invitation),
)
