"""Implement the actor token operations of the Backend API, by which one user impersonates another.

An actor token is a sign-in token with an actor. It must not know how a ticket signs a user in.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import (
    check_field_names,
    metadata,
    required_text,
    whole_number,
)
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.users import find_user
from clerk_core.local._responses import (
    ApiError,
    invalid_parameter,
    json_response,
    missing_parameter,
)
from clerk_core.local._storage.rows import JsonObject, SignInToken, new_id, random_text

_LIFETIME = 60 * 60
_SESSION_LIFETIME = 30 * 60


def _resource(call: Call, token: SignInToken) -> JsonObject:
    shown: JsonObject = {
        "object": "actor_token",
        "id": token.id,
        "status": token.status,
        "user_id": token.user_id,
        "actor": token.actor,
        "created_at": token.created_at,
        "updated_at": token.updated_at,
    }
    if token.status != "pending":
        return shown
    url = f"{call.url}/sign-in?__clerk_ticket={token.token}"
    return {**shown, "token": token.token, "url": url}


def _create(call: Call) -> HttpResponse:
    body = call.body()
    known = ("user_id", "actor", "expires_in_seconds", "session_max_duration_in_seconds")
    check_field_names(body, known)
    user = find_user(call.store, required_text(body, "user_id"))
    if body.get("actor") is None:
        raise missing_parameter("actor")
    actor = metadata(body, "actor")
    if not isinstance(actor.get("sub"), str) or not actor["sub"]:
        raise invalid_parameter("actor", "an object with sub, the ID of the actor")
    seconds = whole_number(body, "expires_in_seconds", 1) or _LIFETIME
    lifetime = whole_number(body, "session_max_duration_in_seconds", 1) or _SESSION_LIFETIME
    token = SignInToken(
        id=new_id("act"),
        user_id=user.id,
        token=random_text(64),
        actor=actor,
        session_lifetime=lifetime,
        expire_at=call.now + seconds * 1000,
        created_at=call.now,
        updated_at=call.now,
    )
    call.store.put(token)
    return json_response(_resource(call, token))


def _revoke(call: Call, token_id: str) -> HttpResponse:
    token = call.store.one(SignInToken, id=token_id)
    if token is None or token.actor is None:
        raise not_found("Actor token", token_id)
    if token.status != "pending":
        raise ApiError(
            400, "actor_token_cannot_be_revoked", f"The actor token is already {token.status}."
        )
    token = replace(token, status="revoked", updated_at=call.now)
    call.store.put(token)
    return json_response(_resource(call, token))


ROUTES: tuple[Route, ...] = (
    ("POST", "/v1/actor_tokens", _create),
    ("POST", "/v1/actor_tokens/<token_id>/revoke", _revoke),
)
