"""Sign a user up, step by step.

It must not know how a session is used.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from werkzeug.security import generate_password_hash

from clerk_core._json_values import is_object
from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import optional_text, required_text
from clerk_core.local._api.sign_up_resource import sign_up_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.email_links import EMAIL_LINK
from clerk_core.local._domain.errors import InvalidStateError
from clerk_core.local._domain.external_accounts import finish, is_oauth
from clerk_core.local._domain.invitations import find_by_ticket
from clerk_core.local._domain.phone_numbers import check_is_free, normalized
from clerk_core.local._domain.sign_ups import (
    check_email_address,
    check_mode,
    check_username,
    complete_if_ready,
    find_sign_up,
    new_sign_up,
    status_of,
    with_profile,
)
from clerk_core.local._domain.users import check_password
from clerk_core.local._domain.verifications import (
    attempt_code,
    code_error,
    find_verification,
    send_code,
    verified,
)
from clerk_core.local._frontend.browser import Browser, for_browser
from clerk_core.local._frontend.email_links import send_email_link
from clerk_core.local._frontend.oauth import start, transferable
from clerk_core.local._frontend.sign_ins import check_signed_out
from clerk_core.local._responses import error_response, invalid_parameter, missing_parameter
from clerk_core.local._storage.rows import JsonObject, SignUp

_STRATEGIES = {
    "email_code": ("email_address", "email_verification_id"),
    "email_link": ("email_address", "email_verification_id"),
    "phone_code": ("phone_number", "phone_verification_id"),
}
"""The field that each strategy verifies, and the attribute with its verification."""


def _create(browser: Browser) -> JsonObject:
    call = browser.call
    check_signed_out(browser)
    sign_up = new_sign_up(call.store, browser.client, call.now)
    if call.field("ticket"):
        sign_up = _with_ticket(call, sign_up)
    else:
        check_mode(call.settings)
    if call.field("transfer") == "true":
        transferred, profile = transferable(call, browser.client, to_sign_up=True)
        verification = finish(call.store, transferred, "verified", profile)
        sign_up = with_profile(call.store, sign_up, profile, verification, call.now)
    elif is_oauth(call.field("strategy")):
        sign_up = replace(sign_up, external_verification_id=start(call, call.field("strategy")).id)
    return _change(browser, sign_up)


def _with_ticket(call: Call, sign_up: SignUp) -> SignUp:
    """Return the attempt with the email address of an invitation, which verifies it."""
    invitation = find_by_ticket(call.store, call.field("ticket"), call.now)
    check_email_address(call.store, invitation.email_address)
    verification = verified("ticket", call.now)
    call.store.put(verification)
    return replace(
        sign_up,
        invitation_id=invitation.id,
        email_address=invitation.email_address,
        email_verification_id=verification.id,
    )


def _get(browser: Browser, sign_up_id: str) -> JsonObject:
    return sign_up_resource(browser.call, _find(browser, sign_up_id))


def _update(browser: Browser, sign_up_id: str) -> JsonObject:
    return _change(browser, _find_open(browser, sign_up_id))


def _change(browser: Browser, sign_up: SignUp) -> JsonObject:
    """Store the given fields, and complete the attempt if nothing is missing."""
    call = browser.call
    sign_up = replace(sign_up, **_changes(call, sign_up), updated_at=call.now)
    call.store.put(sign_up)
    return _complete(browser, sign_up)


def _changes(call: Call, sign_up: SignUp) -> dict[str, Any]:
    # The components send fields that they do not show as empty texts.
    changes: dict[str, Any] = {
        name: value
        for name in ("first_name", "last_name", "username")
        if (value := optional_text(call.fields, name)) is not None
    }
    if "username" in changes:
        check_username(call.store, changes["username"])
    password = call.field("password")
    if password:
        check_password(password)
        changes["password_hash"] = generate_password_hash(password)
    address = call.field("email_address").strip()
    if address and address != sign_up.email_address:
        check_email_address(call.store, address)
        changes |= {"email_address": address, "email_verification_id": None}
    number = call.field("phone_number").strip()
    if number and normalized(number) != sign_up.phone_number:
        check_is_free(call.store, normalized(number))
        changes |= {"phone_number": normalized(number), "phone_verification_id": None}
    if call.field("unsafe_metadata"):
        changes["unsafe_metadata"] = metadata_of(call, "unsafe_metadata")
    return changes


def metadata_of(call: Call, name: str) -> JsonObject:
    """Return a field with the JSON text of an object.

    Raises:
        ApiError: 422 if it is anything else.
    """
    try:
        value: object = json.loads(call.field(name))
        # JSON allows a lone surrogate, but SQLite cannot store it.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        value = None
    if not is_object(value):
        raise invalid_parameter(name, "the JSON text of an object")
    return value


def _prepare_verification(browser: Browser, sign_up_id: str) -> JsonObject:
    call = browser.call
    sign_up = _find_open(browser, sign_up_id)
    strategy = call.field("strategy")
    field, verification = _STRATEGIES.get(strategy, ("", ""))
    if not field:
        raise invalid_parameter("strategy", f"one of {', '.join(_STRATEGIES)}")
    recipient = getattr(sign_up, field)
    if recipient is None:
        raise missing_parameter(field)
    name = call.settings.application_name
    sent = (
        send_email_link(call, recipient)
        if strategy == EMAIL_LINK
        else send_code(call.store, strategy, recipient, name, call.now)
    )
    changes: dict[str, Any] = {verification: sent.id}
    sign_up = replace(sign_up, **changes, updated_at=call.now)
    call.store.put(sign_up)
    return sign_up_resource(call, sign_up)


def _attempt_verification(browser: Browser, sign_up_id: str) -> JsonObject | HttpResponse:
    call = browser.call
    sign_up = _find_open(browser, sign_up_id)
    # Older versions of clerk-js name no strategy.
    _, verification = _STRATEGIES.get(call.field("strategy"), _STRATEGIES["email_code"])
    prepared = find_verification(call.store, getattr(sign_up, verification))
    code = required_text(call.fields, "code")
    error = code_error(attempt_code(call.store, prepared, code, call.now))
    # Not raised: the attempt counts.
    return error_response(error) if error else _complete(browser, sign_up)


def _complete(browser: Browser, sign_up: SignUp) -> JsonObject:
    call = browser.call
    done = complete_if_ready(call.store, sign_up, call.settings, call.now, browser.user_agent)
    return sign_up_resource(call, done)


def _find(browser: Browser, sign_up_id: str) -> SignUp:
    return find_sign_up(browser.call.store, browser.client_id, sign_up_id)


def _find_open(browser: Browser, sign_up_id: str) -> SignUp:
    sign_up = _find(browser, sign_up_id)
    status = status_of(sign_up, browser.call.now)
    if status != "missing_requirements":
        raise InvalidStateError("sign_up_wrong_state", f"The sign-up is {status}. Start a new one.")
    return sign_up


_ALL = "/v1/client/sign_ups"
_ONE = f"{_ALL}/<sign_up_id>"

ROUTES: tuple[Route, ...] = (
    ("POST", _ALL, for_browser(_create)),
    ("GET", _ONE, for_browser(_get)),
    ("PATCH", _ONE, for_browser(_update)),
    ("POST", f"{_ONE}/prepare_verification", for_browser(_prepare_verification)),
    ("POST", f"{_ONE}/attempt_verification", for_browser(_attempt_verification)),
)
