"""Implement the sign-in token and testing token operations of the Backend API.

The account portal accepts the sign-in tokens. It must not know pages.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import (
    check_field_names,
    optional_text,
    required_text,
    whole_number,
)
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.organizations import find_organization
from clerk_core.local._domain.users import find_user
from clerk_core.local._responses import ApiError, json_response
from clerk_core.local._storage.rows import JsonObject, Membership, SignInToken, new_id, random_text

_THIRTY_DAYS = 30 * 24 * 60 * 60
_TESTING_TOKEN_LIFETIME = 60 * 60


def _resource(call: Call, token: SignInToken) -> JsonObject:
    shown: JsonObject = {
        "object": "sign_in_token",
        "id": token.id,
        "status": token.status,
        "user_id": token.user_id,
        "created_at": token.created_at,
        "updated_at": token.updated_at,
    }
    if token.status != "pending":
        return shown
    url = f"{call.url}/sign-in?__clerk_ticket={token.token}"
    return {**shown, "token": token.token, "url": url}


def _create_token(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("user_id", "org_id", "expires_in_seconds"))
    user = find_user(call.store, required_text(body, "user_id"))
    name = optional_text(body, "org_id")
    organization_id = find_organization(call.store, name).id if name else None
    if organization_id and not call.store.all(
        Membership, organization_id=organization_id, user_id=user.id
    ):
        raise not_found("Organization membership", organization_id)
    seconds = whole_number(body, "expires_in_seconds", 1) or _THIRTY_DAYS
    token = SignInToken(
        id=new_id("sit"),
        user_id=user.id,
        organization_id=organization_id,
        token=random_text(64),
        expire_at=call.now + seconds * 1000,
        created_at=call.now,
        updated_at=call.now,
    )
    call.store.put(token)
    return json_response(_resource(call, token))


def _revoke_token(call: Call, sign_in_token_id: str) -> HttpResponse:
    token = call.store.one(SignInToken, id=sign_in_token_id)
    if token is None or token.actor is not None:
        raise not_found("Sign-in token", sign_in_token_id)
    if token.status != "pending":
        raise ApiError(
            400, "sign_in_token_cannot_be_revoked", f"The sign-in token is already {token.status}."
        )
    token = replace(token, status="revoked", updated_at=call.now)
    call.store.put(token)
    return json_response(_resource(call, token))


def _create_testing_token(call: Call) -> HttpResponse:
    issued_at = call.now // 1000
    # The local instance has no bot detection, so nothing checks this token.
    token = f"{issued_at}-{random_text(43)}"
    expires_at = issued_at + _TESTING_TOKEN_LIFETIME
    return json_response({"object": "testing_token", "token": token, "expires_at": expires_at})


ROUTES: tuple[Route, ...] = (
    ("POST", "/v1/sign_in_tokens", _create_token),
    ("POST", "/v1/sign_in_tokens/<sign_in_token_id>/revoke", _revoke_token),
    ("POST", "/v1/testing_tokens", _create_testing_token),
)
