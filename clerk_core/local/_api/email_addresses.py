"""Implement the email address operations of the Backend API.

It must not know how a user verifies an address.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import check_field_names, flag, required_text
from clerk_core.local._api.resources import email_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.accounts import (
    add_email_address,
    delete_email_address,
    set_primary_email_address,
)
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.users import find_user
from clerk_core.local._domain.verifications import unverified
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import EmailAddress, JsonObject

_FLAGS = ("verified", "primary", "notify_primary_email_address_changed")


def _create(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("user_id", "email_address", *_FLAGS))
    user = find_user(call.store, required_text(body, "user_id"))
    address = required_text(body, "email_address")
    return _change(call, body, add_email_address(call.store, user, address, call.now))


def _update(call: Call, email_id: str) -> HttpResponse:
    body = call.body()
    check_field_names(body, _FLAGS)
    return _change(call, body, _find(call, email_id))


def _change(call: Call, body: JsonObject, email: EmailAddress) -> HttpResponse:
    """Store an address that is verified or not, and primary or not, as the body says."""
    if body.get("verified") is not None:
        is_verified = flag(body, "verified", default=False)
        # Without a verification, an administrator has verified the address.
        verification = None if is_verified else unverified("email_code", call.now)
        if verification is not None:
            call.store.put(verification)
        email = replace(email, verification_id=verification.id if verification else None)
        call.store.put(email)
    if flag(body, "primary", default=False):
        user = find_user(call.store, email.user_id)
        call.store.put(set_primary_email_address(call.store, user, email.id))
    return json_response(email_resource(call, email))


def _get(call: Call, email_id: str) -> HttpResponse:
    return json_response(email_resource(call, _find(call, email_id)))


def _delete(call: Call, email_id: str) -> HttpResponse:
    email = _find(call, email_id)
    delete_email_address(call.store, find_user(call.store, email.user_id), email)
    return json_response({"object": "email_address", "id": email.id, "deleted": True})


def _find(call: Call, email_id: str) -> EmailAddress:
    email = call.store.one(EmailAddress, id=email_id)
    if email is None:
        raise not_found("Email address", email_id)
    return email


_ALL = "/v1/email_addresses"
_ONE = f"{_ALL}/<email_id>"

ROUTES: tuple[Route, ...] = (
    ("POST", _ALL, _create),
    ("GET", _ONE, _get),
    ("PATCH", _ONE, _update),
    ("DELETE", _ONE, _delete),
)
