"""Create the JSON representation of a connection with an account of a provider.

It must not know how a user is connected.
"""

from __future__ import annotations

from clerk_core.local._api.verification_resource import verification_resource
from clerk_core.local._call import Call
from clerk_core.local._storage.rows import ExternalAccount, JsonObject


def external_account_resource(call: Call, account: ExternalAccount) -> JsonObject:
    """Return the JSON representation of an external account."""
    return {
        "object": "external_account",
        "id": account.id,
        "provider": f"oauth_{account.provider}",
        "identification_id": account.id,
        "provider_user_id": account.provider_user_id or "",
        "approved_scopes": "",
        "email_address": account.email_address or "",
        "email_address_verified": True,
        "first_name": account.first_name or "",
        "last_name": account.last_name or "",
        "avatar_url": "",
        "image_url": "",
        "username": None,
        "phone_number": None,
        "public_metadata": {},
        "label": None,
        "created_at": account.created_at,
        "updated_at": account.updated_at,
        "verification": verification_resource(call, account.verification_id),
    }
