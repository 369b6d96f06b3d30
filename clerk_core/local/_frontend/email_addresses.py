"""The email addresses of the signed-in user.

It must not know the rest of the account.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import required_text
from clerk_core.local._api.resources import email_resource
from clerk_core.local._call import Route
from clerk_core.local._domain.accounts import (
    add_email_address,
    delete_email_address,
    find_email_address,
)
from clerk_core.local._domain.email_links import EMAIL_LINK
from clerk_core.local._domain.users import email_addresses_of
from clerk_core.local._domain.verifications import (
    attempt_code,
    code_error,
    find_verification,
    send_code,
)
from clerk_core.local._frontend.browser import SignedInBrowser, check_reverified, for_user
from clerk_core.local._frontend.email_links import send_email_link
from clerk_core.local._responses import error_response, invalid_parameter
from clerk_core.local._storage.rows import EmailAddress, JsonObject


def _list(browser: SignedInBrowser) -> list[JsonObject]:
    emails = email_addresses_of(browser.call.store, browser.user)
    return [email_resource(browser.call, email) for email in emails]


def _create(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    check_reverified(browser)
    address = required_text(call.fields, "email_address").strip()
    return email_resource(call, add_email_address(call.store, browser.user, address, call.now))


def _get(browser: SignedInBrowser, email_id: str) -> JsonObject:
    return email_resource(browser.call, _find(browser, email_id))


def _delete(browser: SignedInBrowser, email_id: str) -> JsonObject:
    check_reverified(browser)
    email = _find(browser, email_id)
    delete_email_address(browser.call.store, browser.user, email)
    return {"object": "email_address", "id": email.id, "deleted": True}


def _prepare_verification(browser: SignedInBrowser, email_id: str) -> JsonObject:
    call = browser.call
    email = _find(browser, email_id)
    strategy, recipient = call.field("strategy"), email.email_address
    if strategy == EMAIL_LINK:
        verification = send_email_link(call, recipient)
    elif strategy == "email_code":
        name = call.settings.application_name
        verification = send_code(call.store, strategy, recipient, name, call.now)
    else:
        raise invalid_parameter("strategy", f"email_code or {EMAIL_LINK}")
    email = replace(email, verification_id=verification.id)
    call.store.put(email)
    return email_resource(call, email)


def _attempt_verification(browser: SignedInBrowser, email_id: str) -> JsonObject | HttpResponse:
    call = browser.call
    email = _find(browser, email_id)
    prepared = find_verification(call.store, email.verification_id)
    code = required_text(call.fields, "code")
    error = code_error(attempt_code(call.store, prepared, code, call.now))
    # Not raised: the attempt counts.
    return error_response(error) if error else email_resource(call, email)


def _find(browser: SignedInBrowser, email_id: str) -> EmailAddress:
    return find_email_address(browser.call.store, browser.user, email_id)


_ALL = "/v1/me/email_addresses"
_ONE = f"{_ALL}/<email_id>"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, for_user(_list)),
    ("POST", _ALL, for_user(_create)),
    ("GET", _ONE, for_user(_get)),
    ("DELETE", _ONE, for_user(_delete)),
    ("POST", f"{_ONE}/prepare_verification", for_user(_prepare_verification)),
    ("POST", f"{_ONE}/attempt_verification", for_user(_attempt_verification)),
)
