"""The passkeys of the signed-in user, and the page that asks for one.

It must not know sign-ins.
"""

from __future__ import annotations

from dataclasses import replace

from ada_url import URL

from clerk_core.local._api.parameters import changed_text, required_text
from clerk_core.local._api.passkey_resource import passkey_resource
from clerk_core.local._api.resources import public_user_data
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import InvalidStateError
from clerk_core.local._domain.passkeys import find_passkey, finish_passkey, start_passkey
from clerk_core.local._frontend.browser import SignedInBrowser, check_reverified, for_user
from clerk_core.local._frontend.origins import application_origin
from clerk_core.local._storage.rows import JsonObject


def page_origin(call: Call) -> str:
    """Return the origin of the page that made the call, which its passkeys belong to.

    Raises:
        InvalidStateError: The call is not one of a page.
    """
    origin = application_origin(call)
    if origin is None:
        raise InvalidStateError(
            "origin_missing", "Passkeys belong to the origin of a page, and the call has none."
        )
    return origin


def relying_party(call: Call) -> str:
    """Return the host of the page that made the call."""
    return str(URL(page_origin(call)).hostname)


def _create(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    check_reverified(browser)
    shown = public_user_data(call, browser.user) or {}
    name, rp_id = str(shown.get("identifier")), relying_party(call)
    passkey = start_passkey(call.store, call.settings, browser.user, rp_id, name, call.now)
    return passkey_resource(call, passkey)


def _attempt(browser: SignedInBrowser, passkey_id: str) -> JsonObject:
    call = browser.call
    passkey = find_passkey(call.store, browser.user, passkey_id)
    text = required_text(call.fields, "public_key_credential")
    passkey = finish_passkey(call.store, passkey, text, page_origin(call), call.now)
    return passkey_resource(call, passkey)


def _get(browser: SignedInBrowser, passkey_id: str) -> JsonObject:
    call = browser.call
    return passkey_resource(call, find_passkey(call.store, browser.user, passkey_id))


def _rename(browser: SignedInBrowser, passkey_id: str) -> JsonObject:
    call = browser.call
    passkey = find_passkey(call.store, browser.user, passkey_id)
    name = changed_text(call.fields, "name", passkey.name) or passkey.name
    passkey = replace(passkey, name=name, updated_at=call.now)
    call.store.put(passkey)
    return passkey_resource(call, passkey)


def _delete(browser: SignedInBrowser, passkey_id: str) -> JsonObject:
    check_reverified(browser)
    passkey = find_passkey(browser.call.store, browser.user, passkey_id)
    browser.call.store.remove(passkey)
    return {"object": "passkey", "id": passkey.id, "deleted": True}


_ALL = "/v1/me/passkeys"
_ONE = f"{_ALL}/<passkey_id>"

ROUTES: tuple[Route, ...] = (
    ("POST", _ALL, for_user(_create)),
    ("GET", _ONE, for_user(_get)),
    ("PATCH", _ONE, for_user(_rename)),
    ("DELETE", _ONE, for_user(_delete)),
    ("POST", f"{_ONE}/attempt_verification", for_user(_attempt)),
)
