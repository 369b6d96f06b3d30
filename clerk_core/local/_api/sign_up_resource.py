"""The JSON representation of an attempt to sign up.

It must not know the calls.
"""

from __future__ import annotations

from clerk_core.local._api.verification_resource import verification_resource
from clerk_core.local._call import Call
from clerk_core.local._domain.sign_ups import fields, missing_fields, status_of, unverified_fields
from clerk_core.local._storage.rows import JsonObject, SignUp


def sign_up_resource(call: Call, sign_up: SignUp) -> JsonObject:
    """Return an attempt to sign up."""
    settings = call.settings
    return {
        "object": "sign_up_attempt",
        "id": sign_up.id,
        "status": status_of(sign_up, call.now),
        "required_fields": fields(settings, "required"),
        "optional_fields": fields(settings, "on"),
        "missing_fields": missing_fields(call.store, sign_up, settings),
        "unverified_fields": unverified_fields(call.store, sign_up),
        "verifications": {
            "email_address": _verification(
                call, _email_strategy(call), sign_up.email_address, sign_up.email_verification_id
            ),
            "phone_number": _verification(
                call, "phone_code", sign_up.phone_number, sign_up.phone_verification_id
            ),
            "web3_wallet": None,
            "external_account": verification_resource(call, sign_up.external_verification_id),
        },
        "username": sign_up.username,
        "email_address": sign_up.email_address,
        "phone_number": sign_up.phone_number,
        "web3_wallet": None,
        "password_enabled": sign_up.password_hash is not None,
        "first_name": sign_up.first_name,
        "last_name": sign_up.last_name,
        "unsafe_metadata": sign_up.unsafe_metadata,
        "public_metadata": {},
        "custom_action": False,
        "external_id": None,
        "created_session_id": sign_up.created_session_id,
        "created_user_id": sign_up.created_user_id,
        "abandon_at": sign_up.abandon_at,
        "legal_accepted_at": None,
    }


def _email_strategy(call: Call) -> str:
    return "email_link" if call.settings.email_link else "email_code"


def _verification(
    call: Call, strategy: str, field: str | None, verification_id: str | None
) -> JsonObject | None:
    if field is None:
        return None
    found = verification_resource(call, verification_id)
    # Before a code is sent, status and strategy are null: else the component does not ask for one.
    unprepared = {"object": "verification_otp", "status": None, "strategy": None}
    shown: JsonObject = {**unprepared, "attempts": None, "expire_at": None, **(found or {})}
    action = "needs_attempt" if shown["status"] == "unverified" else "needs_prepare"
    is_verified = shown["status"] == "verified"
    return {
        **shown,
        "next_action": "" if is_verified else action,
        "supported_strategies": [strategy],
    }
