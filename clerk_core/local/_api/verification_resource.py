"""Create the JSON representation of a verification, without its code.

It must not know what a verification is for.
"""

from __future__ import annotations

import json

from clerk_core.local._call import Call
from clerk_core.local._domain.external_accounts import is_oauth
from clerk_core.local._domain.verifications import status_of
from clerk_core.local._storage.rows import JsonObject, Verification


def verification_resource(call: Call, verification_id: str | None) -> JsonObject | None:
    """Return a verification, or None if there is none yet."""
    found = call.store.one(Verification, id=verification_id) if verification_id else None
    if found is None:
        return None
    special = _of_provider(call, found) if is_oauth(found.strategy) else {}
    if "options" in found.data:
        special = {"nonce": json.dumps(found.data["options"])}
    return {
        **special,
        "object": f"verification_{_kind(found.strategy)}",
        "status": status_of(found, call.now),
        "strategy": found.strategy,
        "attempts": found.attempts,
        "expire_at": found.expire_at,
    }


def admin_verification() -> JsonObject:
    """Return the verification of an object that an administrator added."""
    return {
        "object": "verification_admin",
        "status": "verified",
        "strategy": "admin",
        "attempts": None,
        "expire_at": None,
    }


def _of_provider(call: Call, found: Verification) -> JsonObject:
    """Return the address of the provider's page, and why the verification failed."""
    message = _ERRORS.get(found.error_code or "", "The provider could not verify the account.")
    texts = {"message": message, "long_message": message}
    error: JsonObject = {"code": found.error_code, **texts, "meta": {}}
    return {
        "external_verification_redirect_url": f"{call.url}/provider?state={found.code}",
        "error": error if found.error_code else None,
    }


_ERRORS = {
    "external_account_not_found": "The External Account was not found.",
    "external_account_exists": "The External Account already exists.",
    "oauth_access_denied": "You did not grant access to your account.",
    "oauth_account_already_connected": "Another user is connected with this account.",
}


def _kind(strategy: str) -> str:
    if is_oauth(strategy):
        return "oauth"
    return "otp" if strategy.endswith("_code") and strategy != "backup_code" else strategy
