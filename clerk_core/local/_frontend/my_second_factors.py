"""The authenticator app and the backup codes of the signed-in user.

It must not know sign-ins, or phone numbers.
"""

from __future__ import annotations

from clerk_core.local._api.parameters import required_text
from clerk_core.local._api.resources import public_user_data
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import ForbiddenError, InvalidStateError
from clerk_core.local._domain.second_factors import (
    create_backup_codes,
    disable_totp,
    enable_totp,
    is_enabled,
    start_totp,
    totp_uri,
    verify_totp,
)
from clerk_core.local._frontend.browser import SignedInBrowser, check_reverified, for_user
from clerk_core.local._storage.rows import JsonObject, User


def _create_totp(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    _check_is_on(call.settings.authenticator_app)
    check_reverified(browser)
    user = start_totp(call.store, browser.user, call.now)
    shown = public_user_data(call, user) or {}
    secret = user.totp_secret or ""
    uri = totp_uri(secret, call.settings.application_name, str(shown.get("identifier")))
    return {**_totp(call, user), "secret": secret, "uri": uri}


def _verify_totp(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    verify_totp(browser.user, required_text(call.fields, "code"), call.now)
    user = enable_totp(call.store, browser.user, call.now)
    codes = None
    if call.settings.backup_codes and not user.backup_codes:
        user, codes = create_backup_codes(call.store, user, call.now)
    return {**_totp(call, user), "backup_codes": codes}


def _totp(call: Call, user: User) -> JsonObject:
    return {
        "object": "totp",
        "id": f"totp_{user.id.removeprefix('user_')}",
        "secret": None,
        "uri": None,
        "verified": user.totp_verified,
        "backup_codes": None,
        "created_at": call.now,
        "updated_at": call.now,
    }


def _delete_totp(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    check_reverified(browser)
    if browser.user.totp_secret is None:
        raise InvalidStateError("totp_not_enabled", "You have no authenticator app.")
    user = disable_totp(call.store, browser.user, call.now)
    return {"object": "totp", "id": _totp(call, user)["id"], "deleted": True}


def _create_backup_codes(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    _check_is_on(call.settings.backup_codes)
    check_reverified(browser)
    if not is_enabled(call.store, browser.user):
        raise InvalidStateError(
            "backup_codes_not_available", "Add another second factor before backup codes."
        )
    user, codes = create_backup_codes(call.store, browser.user, call.now)
    return {
        "object": "backup_code",
        "id": f"backup_code_{user.id.removeprefix('user_')}",
        "codes": codes,
        "created_at": call.now,
        "updated_at": call.now,
    }


def _check_is_on(is_on: bool) -> None:
    if not is_on:
        raise ForbiddenError(
            "feature_not_enabled",
            "This feature is not enabled.",
            "Enable it in the settings of the local Clerk instance.",
        )


_TOTP = "/v1/me/totp"

ROUTES: tuple[Route, ...] = (
    ("POST", _TOTP, for_user(_create_totp)),
    ("DELETE", _TOTP, for_user(_delete_totp)),
    ("POST", f"{_TOTP}/attempt_verification", for_user(_verify_totp)),
    ("POST", "/v1/me/backup_codes", for_user(_create_backup_codes)),
)
