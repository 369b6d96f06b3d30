"""Implement the operations of the Backend API on the factors of a user.

It must not know how a user adds a factor.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import check_field_names, flag, required_text
from clerk_core.local._api.resources import user_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import InvalidValueError
from clerk_core.local._domain.external_accounts import find_own_account
from clerk_core.local._domain.passkeys import find_passkey
from clerk_core.local._domain.second_factors import (
    delete_backup_codes,
    disable_all,
    disable_totp,
    verify_backup_code,
    verify_totp,
)
from clerk_core.local._domain.sessions import revoke_sessions
from clerk_core.local._domain.users import find_user
from clerk_core.local._responses import json_response

_TOTP_LENGTH = 6


def _disable_mfa(call: Call, user_id: str) -> HttpResponse:
    disable_all(call.store, find_user(call.store, user_id), call.now)
    return json_response({"user_id": user_id})


def _delete_totp(call: Call, user_id: str) -> HttpResponse:
    disable_totp(call.store, find_user(call.store, user_id), call.now)
    return json_response({"user_id": user_id})


def _delete_backup_codes(call: Call, user_id: str) -> HttpResponse:
    delete_backup_codes(call.store, find_user(call.store, user_id), call.now)
    return json_response({"user_id": user_id})


def _verify_totp(call: Call, user_id: str) -> HttpResponse:
    user, body = find_user(call.store, user_id), call.body()
    check_field_names(body, ("code",))
    code = required_text(body, "code")
    if user.totp_verified and len(code) == _TOTP_LENGTH:
        verify_totp(user, code, call.now)
        return json_response({"verified": True, "code_type": "totp"})
    if not user.backup_codes:
        raise InvalidValueError("form_code_incorrect", "Incorrect code", parameter="code")
    verify_backup_code(call.store, user, code, call.now)
    return json_response({"verified": True, "code_type": "backup_code"})


def _remove_password(call: Call, user_id: str) -> HttpResponse:
    user, body = find_user(call.store, user_id), call.body()
    check_field_names(body, ("sign_out_of_other_sessions",))
    user = replace(
        user,
        password_hash=None,
        seed_password=None,
        password_compromised_at=None,
        updated_at=call.now,
    )
    call.store.put(user)
    if flag(body, "sign_out_of_other_sessions", default=False):
        revoke_sessions(call.store, user, call.now)
    return json_response(user_resource(call, user))


def _delete_external_account(call: Call, user_id: str, account_id: str) -> HttpResponse:
    account = find_own_account(call.store, find_user(call.store, user_id), account_id)
    call.store.remove(account)
    return json_response({"object": "external_account", "id": account.id, "deleted": True})


def _delete_passkey(call: Call, user_id: str, passkey_id: str) -> HttpResponse:
    passkey = find_passkey(call.store, find_user(call.store, user_id), passkey_id)
    call.store.remove(passkey)
    return json_response({"object": "passkey", "id": passkey.id, "deleted": True})


_ONE = "/v1/users/<user_id>"

ROUTES: tuple[Route, ...] = (
    ("DELETE", f"{_ONE}/mfa", _disable_mfa),
    ("DELETE", f"{_ONE}/totp", _delete_totp),
    ("DELETE", f"{_ONE}/backup_code", _delete_backup_codes),
    ("POST", f"{_ONE}/verify_totp", _verify_totp),
    ("POST", f"{_ONE}/remove_password", _remove_password),
    ("DELETE", f"{_ONE}/passkeys/<passkey_id>", _delete_passkey),
    ("DELETE", f"{_ONE}/external_accounts/<account_id>", _delete_external_account),
)
