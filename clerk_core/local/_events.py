"""Turn the changes of a transaction into the events of webhooks.

It must not know endpoints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from clerk_core._webhooks import event_document
from clerk_core.local._api.organization_domain_resource import domain_resource
from clerk_core.local._api.organization_invitations import invitation_resource
from clerk_core.local._api.permissions import permission_resource
from clerk_core.local._api.resources import (
    membership_resource,
    organization_resource,
    user_resource,
)
from clerk_core.local._api.roles import role_resource
from clerk_core.local._api.sessions import session_resource
from clerk_core.local._api.waitlist_entries import waitlist_entry_resource
from clerk_core.local._call import Call
from clerk_core.local._storage.rows import (
    EmailAddress,
    ExternalAccount,
    Invitation,
    JsonObject,
    Membership,
    Message,
    Organization,
    OrganizationDomain,
    Passkey,
    Permission,
    PhoneNumber,
    Role,
    Session,
    User,
    WaitlistEntry,
)

Event: TypeAlias = tuple[str, JsonObject]
"""The type of an event, and its data."""


def event_documents(call: Call) -> list[JsonObject]:
    """Return the documents of the events of this transaction, in order."""
    changes = call.store.changes()
    found = dict(event for before, after in changes for event in _events(call, before, after))
    return [
        event_document(
            event_type,
            data,
            timestamp=call.now,
            instance_id=call.keys.kid,
            user_agent=call.request.headers.get("user-agent") or "",
        )
        for (event_type, _), data in found.items()
    ]


def _events(
    call: Call, before: object, after: object
) -> Iterator[tuple[tuple[str, object], JsonObject]]:
    row = before if after is None else after
    find = _EVENTS.get(type(row))
    for event_type, data in find(call, before, after) if find else ():
        # Each event once, though several rows may belong to a user.
        yield (event_type, data["id"]), data


def _verb(before: object, after: object) -> str:
    if before is None:
        return "created"
    return "deleted" if after is None else "updated"


def _user(call: Call, before: object, after: object) -> Iterator[Event]:
    if isinstance(after, User):
        yield f"user.{_verb(before, after)}", user_resource(call, after)
    elif isinstance(before, User):
        yield "user.deleted", {**_deleted("user", before.id), "external_id": before.external_id}


def _identifier(call: Call, before: object, after: object) -> Iterator[Event]:
    """Yield the change of a user whose identifiers changed, unless the user changed too."""
    row = before if after is None else after
    kinds = (EmailAddress, PhoneNumber, ExternalAccount, Passkey)
    user_id = row.user_id if isinstance(row, kinds) else None
    changed = {one.id for pair in call.store.changes() for one in pair if isinstance(one, User)}
    user = call.store.one(User, id=user_id)
    if user is not None and user.id not in changed:
        yield "user.updated", user_resource(call, user)


def _session(call: Call, before: object, after: object) -> Iterator[Event]:
    if not isinstance(after, Session):
        return
    if isinstance(before, Session) and before.status == after.status:
        return
    verb = _SESSION_EVENTS.get(after.status)
    user = call.store.one(User, id=after.user_id)
    if verb:
        shown = user and user_resource(call, user)
        yield f"session.{verb}", {**session_resource(call, after), "user": shown}


_SESSION_EVENTS = {
    "active": "created",
    "ended": "ended",
    "replaced": "ended",
    "removed": "removed",
    "revoked": "revoked",
}


def _organization(call: Call, before: object, after: object) -> Iterator[Event]:
    if isinstance(after, Organization):
        yield f"organization.{_verb(before, after)}", organization_resource(call, after)
    elif isinstance(before, Organization):
        yield "organization.deleted", {**_deleted("organization", before.id), "slug": before.slug}


def _domain(call: Call, before: object, after: object) -> Iterator[Event]:
    if isinstance(after, OrganizationDomain):
        yield f"organizationDomain.{_verb(before, after)}", domain_resource(call, after)
    elif isinstance(before, OrganizationDomain):
        yield "organizationDomain.deleted", _deleted("organization_domain", before.id)


def _membership(call: Call, before: object, after: object) -> Iterator[Event]:
    row = before if after is None else after
    if isinstance(row, Membership) and call.store.one(Organization, id=row.organization_id):
        yield f"organizationMembership.{_verb(before, after)}", membership_resource(call, row)


def _invitation(call: Call, before: object, after: object) -> Iterator[Event]:
    if not isinstance(after, Invitation) or after.organization_id is None:
        return
    verb = "created" if before is None else after.status
    data = invitation_resource(call, after)
    if verb == "accepted":
        email = call.store.one(EmailAddress, email_address=after.email_address)
        data["user_id"] = email.user_id if email else None
    if verb in ("created", "accepted", "revoked"):
        yield f"organizationInvitation.{verb}", data


def _role(call: Call, before: object, after: object) -> Iterator[Event]:
    row = before if after is None else after
    if isinstance(row, Role):
        yield f"role.{_verb(before, after)}", role_resource(call, row)


def _permission(call: Call, before: object, after: object) -> Iterator[Event]:
    row = before if after is None else after
    if isinstance(row, Permission):
        yield f"permission.{_verb(before, after)}", permission_resource(row)


def _message(call: Call, before: object, after: object) -> Iterator[Event]:
    if not isinstance(after, Message):
        return
    contents = {"otp_code": after.code, "action_url": after.url}
    shared: JsonObject = {
        "id": after.id,
        "slug": None,
        "user_id": None,
        "status": "queued",
        "delivered_by_clerk": True,
        "data": {name: value for name, value in contents.items() if value is not None},
    }
    if after.channel == "sms":
        yield (
            "sms.created",
            {
                **shared,
                "object": "sms_message",
                "from_phone_number": "",
                "to_phone_number": after.recipient,
                "phone_number_id": None,
                "message": after.body,
            },
        )
    else:
        yield (
            "email.created",
            {
                **shared,
                "object": "email",
                "from_email_name": "notifications",
                "to_email_address": after.recipient,
                "email_address_id": None,
                "subject": after.subject,
                "body": after.body,
                "body_plain": after.body,
            },
        )


def _waitlist_entry(call: Call, before: object, after: object) -> Iterator[Event]:
    if isinstance(after, WaitlistEntry):
        yield f"waitlistEntry.{_verb(before, after)}", waitlist_entry_resource(call, after)


def _deleted(kind: str, identifier: str) -> JsonObject:
    return {"object": kind, "id": identifier, "deleted": True}


_EVENTS: dict[type[object], Callable[[Call, object, object], Iterator[Event]]] = {
    User: _user,
    EmailAddress: _identifier,
    PhoneNumber: _identifier,
    ExternalAccount: _identifier,
    Session: _session,
    Passkey: _identifier,
    Organization: _organization,
    OrganizationDomain: _domain,
    Membership: _membership,
    Invitation: _invitation,
    Role: _role,
    Permission: _permission,
    Message: _message,
    WaitlistEntry: _waitlist_entry,
}
