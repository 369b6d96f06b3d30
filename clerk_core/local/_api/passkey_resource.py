"""Create the JSON representation of a passkey, without its key.

It must not know the operations.
"""

from __future__ import annotations

from clerk_core.local._api.verification_resource import verification_resource
from clerk_core.local._call import Call
from clerk_core.local._storage.rows import JsonObject, Passkey


def passkey_resource(call: Call, passkey: Passkey) -> JsonObject:
    """Return a passkey."""
    return {
        "object": "passkey",
        "id": passkey.id,
        "name": passkey.name,
        "last_used_at": passkey.last_used_at,
        "verification": verification_resource(call, passkey.verification_id),
        "created_at": passkey.created_at,
        "updated_at": passkey.updated_at,
    }
