"""Implement the operations of the Backend API on invitations to an organization.

It must not know memberships.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.invitations import FIELDS, invitation_url, new_invitation, notify, select
from clerk_core.local._api.listing import PAGING, page_response
from clerk_core.local._api.parameters import (
    changed_metadata,
    check_field_names,
    check_query_names,
    optional_text,
    required_text,
)
from clerk_core.local._api.resources import public_organization_data, public_user_data
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.invitations import (
    invitations_of,
    revoke,
    status_of,
    store_invitation,
)
from clerk_core.local._domain.organizations import find_organization, find_role
from clerk_core.local._domain.users import find_user
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import Invitation, JsonObject, Organization, User


def invitation_resource(call: Call, invitation: Invitation) -> JsonObject:
    """Return the JSON representation of an invitation to an organization."""
    role = find_role(call.store, invitation.role or "")
    inviter = call.store.one(User, id=invitation.inviter_id)
    return {
        "object": "organization_invitation",
        "id": invitation.id,
        "email_address": invitation.email_address,
        "role": role.key,
        "role_name": role.name,
        "organization_id": invitation.organization_id,
        "inviter_id": invitation.inviter_id,
        "public_inviter_data": public_user_data(call, inviter),
        "status": status_of(invitation, call.now),
        "public_metadata": invitation.public_metadata,
        "private_metadata": invitation.private_metadata,
        "url": invitation_url(call, invitation),
        "expires_at": invitation.expires_at,
        "created_at": invitation.created_at,
        "updated_at": invitation.updated_at,
    }


def invitation_with_organization(call: Call, invitation: Invitation) -> JsonObject:
    """Return the JSON representation of an invitation, with its organization for the invitee."""
    shown = public_organization_data(call, invitation.organization_id or "")
    return {**invitation_resource(call, invitation), "public_organization_data": shown}


def create_invitation(call: Call, organization: Organization, body: JsonObject) -> Invitation:
    """Store and send an invitation with the fields of the body.

    Raises:
        DomainError: A field is invalid, or the address is invited or belongs to a member.
    """
    check_field_names(body, (*FIELDS, "role", "inviter_user_id", "private_metadata"))
    inviter_id = optional_text(body, "inviter_user_id")
    invitation = replace(
        new_invitation(call, body),
        organization_id=organization.id,
        role=find_role(call.store, required_text(body, "role")).key,
        inviter_id=find_user(call.store, inviter_id).id if inviter_id else None,
        private_metadata=changed_metadata(body, "private_metadata", {}),
    )
    store_invitation(call.store, invitation, call.now)
    notify(call, invitation, body, organization.name)
    return invitation


def _create_invitation(call: Call, organization_id: str) -> HttpResponse:
    organization = find_organization(call.store, organization_id)
    invitation = create_invitation(call, organization, call.body())
    return json_response(invitation_resource(call, invitation))


def _create_several(call: Call, organization_id: str) -> HttpResponse:
    organization = find_organization(call.store, organization_id)
    made = [create_invitation(call, organization, body) for body in call.bodies()]
    shown = [invitation_resource(call, one) for one in made]
    return json_response({"data": shown, "total_count": len(shown)})


def _list_of_organization(call: Call, organization_id: str) -> HttpResponse:
    check_query_names(call, ("status", "email_address", "order_by", *PAGING))
    organization = find_organization(call.store, organization_id)
    address = call.argument("email_address")
    named = {"email_address": address} if address is not None else {}
    invitations = call.store.all(Invitation, organization_id=organization.id, **named)
    return page_response(
        call, select(call, invitations), lambda one: invitation_resource(call, one)
    )


def _list_pending(call: Call, organization_id: str) -> HttpResponse:
    check_query_names(call, PAGING)
    organization = find_organization(call.store, organization_id)
    invitations = select(call, call.store.all(Invitation, organization_id=organization.id))
    pending = [one for one in invitations if status_of(one, call.now) == "pending"]
    return page_response(call, pending, lambda one: invitation_resource(call, one))


def _list_of_instance(call: Call) -> HttpResponse:
    check_query_names(call, ("status", "query", "order_by", *PAGING))
    invitations = [one for one in call.store.all(Invitation) if one.organization_id]
    return page_response(
        call, select(call, invitations), lambda one: invitation_with_organization(call, one)
    )


def _list_of_user(call: Call, user_id: str) -> HttpResponse:
    check_query_names(call, ("status", *PAGING))
    invitations = invitations_of(call.store, find_user(call.store, user_id))
    return page_response(
        call, select(call, invitations), lambda one: invitation_with_organization(call, one)
    )


def _get_invitation(call: Call, organization_id: str, invitation_id: str) -> HttpResponse:
    return json_response(invitation_resource(call, _find(call, organization_id, invitation_id)))


def _revoke_invitation(call: Call, organization_id: str, invitation_id: str) -> HttpResponse:
    invitation = _find(call, organization_id, invitation_id)
    check_field_names(call.body(), ("requesting_user_id",))
    return json_response(invitation_resource(call, revoke(call.store, invitation, call.now)))


def _find(call: Call, organization_id: str, invitation_id: str) -> Invitation:
    return find_invitation(call, find_organization(call.store, organization_id), invitation_id)


def find_invitation(call: Call, organization: Organization, invitation_id: str) -> Invitation:
    """Return the invitation of this organization with this id, or raise `NotFoundError`."""
    found = call.store.one(Invitation, id=invitation_id, organization_id=organization.id)
    if found is None:
        raise not_found("Organization invitation", invitation_id)
    return found


_ALL = "/v1/organizations/<organization_id>/invitations"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, _list_of_organization),
    ("POST", _ALL, _create_invitation),
    ("POST", f"{_ALL}/bulk", _create_several),
    ("GET", f"{_ALL}/pending", _list_pending),
    ("GET", f"{_ALL}/<invitation_id>", _get_invitation),
    ("POST", f"{_ALL}/<invitation_id>/revoke", _revoke_invitation),
    ("GET", "/v1/organization_invitations", _list_of_instance),
    ("GET", "/v1/users/<user_id>/organization_invitations", _list_of_user),
)
