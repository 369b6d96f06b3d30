"""The JSON representation of an attempt to sign in.

It must not know the calls.
"""

from __future__ import annotations

from clerk_core.local._api.resources import public_user_data
from clerk_core.local._api.verification_resource import verification_resource
from clerk_core.local._call import Call
from clerk_core.local._domain.first_factors import first_factors
from clerk_core.local._domain.second_factors import second_factors
from clerk_core.local._domain.sign_ins import status_of
from clerk_core.local._storage.rows import JsonObject, SignIn, User


def sign_in_resource(call: Call, sign_in: SignIn) -> JsonObject:
    """Return an attempt to sign in."""
    user = call.store.one(User, id=sign_in.user_id) if sign_in.user_id else None
    return {
        "object": "sign_in_attempt",
        "id": sign_in.id,
        "status": status_of(sign_in, call.now),
        "supported_identifiers": ["email_address", "phone_number", "username"],
        "supported_first_factors": _first_factors(call, user) if user else None,
        "supported_second_factors": second_factors(call.store, user) or None if user else None,
        "first_factor_verification": verification_resource(call, sign_in.first_factor_id),
        "second_factor_verification": verification_resource(call, sign_in.second_factor_id),
        "identifier": sign_in.identifier,
        "user_data": user and _user_data(call, user),
        "created_session_id": sign_in.created_session_id,
        "abandon_at": sign_in.abandon_at,
    }


def _user_data(call: Call, user: User) -> JsonObject:
    """Return what whoever knows an identifier may see of its user."""
    shown = public_user_data(call, user) or {}
    return {name: shown[name] for name in ("first_name", "last_name", "image_url", "has_image")}


def _first_factors(call: Call, user: User) -> list[JsonObject]:
    return first_factors(call.store, user, email_link=call.settings.email_link)
