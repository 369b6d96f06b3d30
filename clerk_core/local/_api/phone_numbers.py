"""Implement the phone number operations of the Backend API.

It must not know how a user verifies a number.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import check_field_names, flag, required_text
from clerk_core.local._api.resources import phone_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.phone_numbers import (
    add_phone_number,
    check_is_verified,
    delete_phone_number,
    make_primary_if_first,
    set_primary_phone_number,
)
from clerk_core.local._domain.second_factors import reserve_phone_number
from clerk_core.local._domain.users import find_user
from clerk_core.local._domain.verifications import unverified
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import JsonObject, PhoneNumber

_FLAGS = ("verified", "primary", "reserved_for_second_factor")


def _create(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("user_id", "phone_number", *_FLAGS))
    user = find_user(call.store, required_text(body, "user_id"))
    verification = unverified("phone_code", call.now)
    call.store.put(verification)
    number = required_text(body, "phone_number")
    return _change(
        call, body, add_phone_number(call.store, user, number, verification.id, call.now)
    )


def _update(call: Call, phone_id: str) -> HttpResponse:
    body = call.body()
    check_field_names(body, _FLAGS)
    return _change(call, body, _find(call, phone_id))


def _change(call: Call, body: JsonObject, phone: PhoneNumber) -> HttpResponse:
    """Store a number that is verified, primary or a second factor, as the body says."""
    if body.get("verified") is not None:
        is_verified = flag(body, "verified", default=False)
        # Without a verification, an administrator has verified the number.
        verification = None if is_verified else unverified("phone_code", call.now)
        if verification is not None:
            call.store.put(verification)
        phone = replace(phone, verification_id=verification.id if verification else None)
        call.store.put(phone)
        make_primary_if_first(call.store, phone)
    if flag(body, "primary", default=False):
        user = find_user(call.store, phone.user_id)
        call.store.put(set_primary_phone_number(call.store, user, phone.id))
    if body.get("reserved_for_second_factor") is not None:
        reserved = flag(body, "reserved_for_second_factor", default=False)
        if reserved:
            check_is_verified(call.store, phone)
        default = phone.default_second_factor
        phone = reserve_phone_number(
            call.store, phone, call.now, reserved=reserved, default=default
        )
    return json_response(phone_resource(call, phone))


def _get(call: Call, phone_id: str) -> HttpResponse:
    return json_response(phone_resource(call, _find(call, phone_id)))


def _delete(call: Call, phone_id: str) -> HttpResponse:
    phone = _find(call, phone_id)
    reserve_phone_number(call.store, phone, call.now, reserved=False, default=False)
    delete_phone_number(call.store, find_user(call.store, phone.user_id), phone)
    return json_response({"object": "phone_number", "id": phone.id, "deleted": True})


def _find(call: Call, phone_id: str) -> PhoneNumber:
    phone = call.store.one(PhoneNumber, id=phone_id)
    if phone is None:
        raise not_found("Phone number", phone_id)
    return phone


_ALL = "/v1/phone_numbers"
_ONE = f"{_ALL}/<phone_id>"

ROUTES: tuple[Route, ...] = (
    ("POST", _ALL, _create),
    ("GET", _ONE, _get),
    ("PATCH", _ONE, _update),
    ("DELETE", _ONE, _delete),
)
