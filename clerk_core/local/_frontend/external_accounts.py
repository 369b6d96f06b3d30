"""The accounts of providers with which the signed-in user is connected.

It must not know how a provider sends a person back.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._api.external_account_resource import external_account_resource
from clerk_core.local._call import Route
from clerk_core.local._domain.external_accounts import find_own_account, pending_account
from clerk_core.local._frontend.browser import SignedInBrowser, check_reverified, for_user
from clerk_core.local._frontend.oauth import start
from clerk_core.local._storage.rows import ExternalAccount, JsonObject


def _create(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    check_reverified(browser)
    account = pending_account(browser.user, start(call, call.field("strategy")), call.now)
    pending = {"user_id": account.user_id, "provider": account.provider, "provider_user_id": None}
    for previous in call.store.all(ExternalAccount, **pending):
        call.store.remove(previous)
    call.store.put(account)
    return external_account_resource(call, account)


def _reauthorize(browser: SignedInBrowser, account_id: str) -> JsonObject:
    call = browser.call
    check_reverified(browser)
    account = find_own_account(call.store, browser.user, account_id)
    strategy = f"oauth_{account.provider}"
    account = replace(account, verification_id=start(call, strategy).id, updated_at=call.now)
    call.store.put(account)
    return external_account_resource(call, account)


def _delete(browser: SignedInBrowser, account_id: str) -> JsonObject:
    check_reverified(browser)
    account = find_own_account(browser.call.store, browser.user, account_id)
    browser.call.store.remove(account)
    return {"object": "external_account", "id": account.id, "deleted": True}


_ALL = "/v1/me/external_accounts"

ROUTES: tuple[Route, ...] = (
    ("POST", _ALL, for_user(_create)),
    ("DELETE", f"{_ALL}/<account_id>", for_user(_delete)),
    ("PATCH", f"{_ALL}/<account_id>/reauthorize", for_user(_reauthorize)),
)
