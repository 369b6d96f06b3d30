"""The signed-in user: read and change the own account, and delete it.

It must not know email addresses or sessions of the user.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._api.parameters import changed_text, merge, required_text
from clerk_core.local._call import Route
from clerk_core.local._domain.accounts import (
    change_password,
    check_current_password,
    delete_user,
    end_other_sessions,
    set_primary_email_address,
)
from clerk_core.local._domain.errors import ForbiddenError
from clerk_core.local._domain.phone_numbers import set_primary_phone_number
from clerk_core.local._domain.session_tasks import RESET_PASSWORD, tasks_of
from clerk_core.local._domain.users import save_user
from clerk_core.local._frontend.browser import SignedInBrowser, check_reverified, for_user
from clerk_core.local._frontend.client_resource import own_user_resource
from clerk_core.local._frontend.sign_ups import metadata_of
from clerk_core.local._storage.rows import JsonObject


def _get(browser: SignedInBrowser) -> JsonObject:
    return own_user_resource(browser.call, browser.user)


def _update(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    fields, user = call.fields, browser.user
    user = replace(
        user,
        first_name=changed_text(fields, "first_name", user.first_name),
        last_name=changed_text(fields, "last_name", user.last_name),
        username=changed_text(fields, "username", user.username),
        updated_at=call.now,
    )
    if call.field("primary_email_address_id"):
        user = set_primary_email_address(call.store, user, call.field("primary_email_address_id"))
    if call.field("primary_phone_number_id"):
        user = set_primary_phone_number(call.store, user, call.field("primary_phone_number_id"))
    if call.field("unsafe_metadata"):
        user = replace(user, unsafe_metadata=metadata_of(call, "unsafe_metadata"))
    save_user(call.store, user)
    return own_user_resource(call, user)


def _merge_metadata(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    changes = metadata_of(call, "unsafe_metadata")
    user = browser.user
    merged = merge(user.unsafe_metadata, changes)
    user = replace(user, unsafe_metadata=merged, updated_at=call.now)
    call.store.put(user)
    return own_user_resource(call, user)


def _change_password(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    check_reverified(browser)
    user = browser.user
    given = call.field("current_password") if "current_password" in call.form else None
    is_due = RESET_PASSWORD in tasks_of(call.store, call.settings, browser.current_session)
    if not call.settings.reverification and user.password_hash is not None and not is_due:
        given = required_text(call.fields, "current_password")
    check_current_password(user, given)
    user = change_password(call.store, user, required_text(call.fields, "new_password"), call.now)
    if call.field("sign_out_of_other_sessions") == "true":
        end_other_sessions(call.store, user, browser.session_id, call.now)
    return own_user_resource(call, user)


def _remove_password(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    check_reverified(browser)
    user = browser.user
    if not call.settings.reverification:
        check_current_password(user, required_text(call.fields, "current_password"))
    user = replace(
        user,
        password_hash=None,
        seed_password=None,
        password_compromised_at=None,
        updated_at=call.now,
    )
    call.store.put(user)
    return own_user_resource(call, user)


def _delete(browser: SignedInBrowser) -> JsonObject:
    check_reverified(browser)
    user = browser.user
    if not user.delete_self_enabled:
        raise ForbiddenError("user_delete_self_not_enabled", "You cannot delete your account.")
    delete_user(browser.call.store, user, browser.call.now)
    return {"object": "user", "id": user.id, "deleted": True}


_ALL = "/v1/me"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, for_user(_get)),
    ("PATCH", _ALL, for_user(_update)),
    ("DELETE", _ALL, for_user(_delete)),
    ("PATCH", f"{_ALL}/metadata", for_user(_merge_metadata)),
    ("POST", f"{_ALL}/change_password", for_user(_change_password)),
    ("POST", f"{_ALL}/remove_password", for_user(_remove_password)),
)
