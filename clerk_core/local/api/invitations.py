"""The Backend API's invitations to the application: created, listed, revoked.

It may not know organizations.
"""

from __future__ import annotations

from clerk_core.local.api.listing import PAGING, answer_list
from clerk_core.local.api.parameters import flag, refuse_other_arguments, refuse_other_fields
from clerk_core.local.call import Call, Route
from clerk_core.local.domain.invitations import (
    FIELDS,
    keep,
    new_invitation,
    revoke,
    select,
    status_of,
)
from clerk_core.local.domain.users import taken
from clerk_core.local.responses import json_response, not_found
from clerk_core.local.storage.rows import EmailAddress, Invitation, JsonObject
from clerk_core.words.messages import HttpResponse


def _resource(call: Call, invitation: Invitation) -> JsonObject:
    return {
        "object": "invitation",
        "id": invitation.id,
        "email_address": invitation.email_address,
        "public_metadata": invitation.public_metadata,
        "revoked": invitation.status == "revoked",
        "status": status_of(call, invitation),
        "expires_at": invitation.expires_at,
        "created_at": invitation.created_at,
        "updated_at": invitation.updated_at,
    }


def _create(call: Call, body: JsonObject) -> JsonObject:
    refuse_other_fields(body, (*FIELDS, "ignore_existing", "template_slug"))
    invitation = new_invitation(call, body)
    if flag(body, "ignore_existing", default=False):
        call.store.put(invitation)
        return _resource(call, invitation)
    if call.store.one(EmailAddress, email_address=invitation.email_address) is not None:
        raise taken("email_address")
    keep(call, invitation)
    return _resource(call, invitation)


def _create_invitation(call: Call) -> HttpResponse:
    return json_response(_create(call, call.body()))


def _create_several(call: Call) -> HttpResponse:
    return json_response([_create(call, body) for body in call.bodies()])


def _list_invitations(call: Call) -> HttpResponse:
    refuse_other_arguments(call, ("status", "query", "order_by", "paginated", *PAGING))
    invitations = select(call, call.store.all(Invitation, organization_id=None))
    # Revoked ones are listed only where they are asked for.
    if call.argument("status") is None:
        invitations = [one for one in invitations if one.status != "revoked"]
    return answer_list(call, invitations, lambda one: _resource(call, one))


def _revoke_invitation(call: Call, invitation_id: str) -> HttpResponse:
    invitation = call.store.one(Invitation, id=invitation_id, organization_id=None)
    if invitation is None:
        raise not_found("Invitation", invitation_id)
    return json_response(_resource(call, revoke(call, invitation)))


ROUTES: tuple[Route, ...] = (
    ("GET", "/v1/invitations", _list_invitations),
    ("POST", "/v1/invitations", _create_invitation),
    ("POST", "/v1/invitations/bulk", _create_several),
    ("POST", "/v1/invitations/<invitation_id>/revoke", _revoke_invitation),
)
