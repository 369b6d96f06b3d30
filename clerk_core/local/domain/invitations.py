"""Invitations: made, listed and revoked, whatever they invite to.

No mail is sent. It may not know HTTP methods, nor how an invitation is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clerk_core.local.api.listing import Orders, in_order, matches_query
from clerk_core.local.api.parameters import changed_metadata, required_text, whole_number
from clerk_core.local.call import Call
from clerk_core.local.domain.users import looks_like_email
from clerk_core.local.responses import ApiError, invalid_parameter
from clerk_core.local.storage.rows import Invitation, JsonObject, new_id

# The two that say how it is sent change nothing: nothing is.
FIELDS = ("email_address", "public_metadata", "expires_in_days", "notify", "redirect_url")
_DAY = 24 * 60 * 60 * 1000
_USUAL_DAYS = 30
_LONGEST_DAYS = 365
_ORDERS: Orders[Invitation] = {
    "created_at": lambda one: one.created_at,
    "email_address": lambda one: one.email_address.casefold(),
    "expires_at": lambda one: one.expires_at,
}


def new_invitation(call: Call, body: JsonObject) -> Invitation:
    """An invitation as the body describes it, not kept yet; raises `ApiError` (422)."""
    address = required_text(body, "email_address")
    if not looks_like_email(address):
        raise invalid_parameter("email_address", "an email address")
    days = whole_number(body, "expires_in_days", 1, _LONGEST_DAYS) or _USUAL_DAYS
    return Invitation(
        id=new_id("inv"),
        email_address=address,
        public_metadata=changed_metadata(body, "public_metadata", {}),
        expires_at=call.now + days * _DAY,
        created_at=call.now,
        updated_at=call.now,
    )


def keep(call: Call, invitation: Invitation) -> None:
    """Keep a new invitation; raises `ApiError` (422) where the same one is pending."""
    others = call.store.all(
        Invitation,
        email_address=invitation.email_address,
        organization_id=invitation.organization_id,
    )
    if any(status_of(call, other) == "pending" for other in others):
        raise ApiError(
            422,
            "duplicate_record",
            "There is a pending invitation for this email address.",
            parameter="email_address",
        )
    call.store.put(invitation)


def status_of(call: Call, invitation: Invitation) -> str:
    """The invitation's status now: a pending one expires by itself."""
    is_over = invitation.status == "pending" and invitation.expires_at <= call.now
    return "expired" if is_over else invitation.status


def select(call: Call, invitations: Sequence[Invitation]) -> list[Invitation]:
    """Those that `status` and `query` ask for, as `order_by` asks."""
    status = call.argument("status")
    found = [
        one
        for one in invitations
        if status in (None, status_of(call, one))
        and matches_query(call, [one.email_address, one.id])
    ]
    return in_order(call, found, _ORDERS)


def revoke(call: Call, invitation: Invitation) -> Invitation:
    """The invitation, revoked; raises `ApiError` (400) where it is not pending."""
    if status_of(call, invitation) != "pending":
        raise ApiError(400, "invitation_not_pending", "Only a pending invitation can be revoked.")
    revoked = replace(invitation, status="revoked", updated_at=call.now)
    call.store.put(revoked)
    return revoked
