"""The phone numbers of the signed-in user.

It must not know the rest of the account.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import required_text
from clerk_core.local._api.resources import phone_resource
from clerk_core.local._call import Route
from clerk_core.local._domain.phone_numbers import (
    add_phone_number,
    check_is_verified,
    delete_phone_number,
    find_phone_number,
    make_primary_if_first,
)
from clerk_core.local._domain.second_factors import create_backup_codes, reserve_phone_number
from clerk_core.local._domain.users import phone_numbers_of
from clerk_core.local._domain.verifications import (
    attempt_code,
    code_error,
    find_verification,
    send_code,
    unverified,
)
from clerk_core.local._frontend.browser import SignedInBrowser, check_reverified, for_user
from clerk_core.local._responses import error_response, invalid_parameter
from clerk_core.local._storage.rows import JsonObject, PhoneNumber


def _list(browser: SignedInBrowser) -> list[JsonObject]:
    phones = phone_numbers_of(browser.call.store, browser.user)
    return [phone_resource(browser.call, phone) for phone in phones]


def _create(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    check_reverified(browser)
    number = required_text(call.fields, "phone_number")
    verification = unverified("phone_code", call.now)
    call.store.put(verification)
    phone = add_phone_number(call.store, browser.user, number, verification.id, call.now)
    return phone_resource(call, phone)


def _get(browser: SignedInBrowser, phone_id: str) -> JsonObject:
    return phone_resource(browser.call, _find(browser, phone_id))


def _update(browser: SignedInBrowser, phone_id: str) -> JsonObject:
    call = browser.call
    check_reverified(browser)
    phone = _find(browser, phone_id)
    check_is_verified(call.store, phone)
    fields = call.fields
    reserved = fields.get("reserved_for_second_factor", phone.reserved_for_second_factor)
    default = fields.get("default_second_factor", phone.default_second_factor)
    phone = reserve_phone_number(
        call.store,
        phone,
        call.now,
        reserved=reserved in (True, "true"),
        default=default in (True, "true"),
    )
    codes = None
    user = browser.user
    is_on = call.settings.backup_codes and phone.reserved_for_second_factor
    if is_on and not user.backup_codes:
        _, codes = create_backup_codes(call.store, user, call.now)
    return {**phone_resource(call, phone), "backup_codes": codes}


def _delete(browser: SignedInBrowser, phone_id: str) -> JsonObject:
    call = browser.call
    check_reverified(browser)
    phone = _find(browser, phone_id)
    reserve_phone_number(call.store, phone, call.now, reserved=False, default=False)
    delete_phone_number(call.store, browser.user, phone)
    return {"object": "phone_number", "id": phone.id, "deleted": True}


def _prepare_verification(browser: SignedInBrowser, phone_id: str) -> JsonObject:
    call = browser.call
    phone = _find(browser, phone_id)
    if call.field("strategy") not in ("", "phone_code"):
        raise invalid_parameter("strategy", "phone_code")
    name = call.settings.application_name
    verification = send_code(call.store, "phone_code", phone.phone_number, name, call.now)
    phone = replace(phone, verification_id=verification.id)
    call.store.put(phone)
    return phone_resource(call, phone)


def _attempt_verification(browser: SignedInBrowser, phone_id: str) -> JsonObject | HttpResponse:
    call = browser.call
    phone = _find(browser, phone_id)
    prepared = find_verification(call.store, phone.verification_id)
    code = required_text(call.fields, "code")
    error = code_error(attempt_code(call.store, prepared, code, call.now))
    if error:
        # Not raised: the attempt counts.
        return error_response(error)
    make_primary_if_first(call.store, phone)
    return phone_resource(call, phone)


def _find(browser: SignedInBrowser, phone_id: str) -> PhoneNumber:
    return find_phone_number(browser.call.store, browser.user, phone_id)


_ALL = "/v1/me/phone_numbers"
_ONE = f"{_ALL}/<phone_id>"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, for_user(_list)),
    ("POST", _ALL, for_user(_create)),
    ("GET", _ONE, for_user(_get)),
    ("PATCH", _ONE, for_user(_update)),
    ("DELETE", _ONE, for_user(_delete)),
    ("POST", f"{_ONE}/prepare_verification", for_user(_prepare_verification)),
    ("POST", f"{_ONE}/attempt_verification", for_user(_attempt_verification)),
)
