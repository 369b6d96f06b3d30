"""Create the JSON representation of a verification, without its code.

It must not know what a verification is for.
"""

from __future__ import annotations

from clerk_core.local._call import Call
from clerk_core.local._domain.verifications import status_of
from clerk_core.local._storage.rows import JsonObject, Verification


def verification_resource(call: Call, verification_id: str | None) -> JsonObject | None:
    """Return a verification, or None if there is none yet."""
    found = call.store.one(Verification, id=verification_id) if verification_id else None
    if found is None:
        return None
    return {
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


def _kind(strategy: str) -> str:
    return "otp" if strategy.endswith("_code") and strategy != "backup_code" else strategy
