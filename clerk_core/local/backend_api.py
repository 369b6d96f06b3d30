"""The Backend API: key set, handshake payloads and sessions; users are in `backend_users`.

Who may ask was settled before. It may not know browsers or pages.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local.backend_users import USER_ROUTES
from clerk_core.local.call import Call, Routes
from clerk_core.local.errors import (
    invalid_parameter,
    json_response,
    missing_parameter,
    not_found,
)
from clerk_core.local.parameters import (
    optional_text,
    page,
    refuse_other_arguments,
    refuse_other_fields,
)
from clerk_core.local.rows import HandshakePayload, JsonObject, Session, User
from clerk_core.local.sessions import (
    begin_client,
    begin_session,
    end_session,
    find_live_session,
    find_membership,
    status_of,
)
from clerk_core.local.tokens import SESSION_TOKEN_LIFETIME, session_token, template_token
from clerk_core.words.messages import HttpResponse

_SHORTEST_TOKEN = 30
_LONGEST_TOKEN = 315_360_000


def _jwks(call: Call) -> HttpResponse:
    return json_response(call.keys.jwks())


def _handshake_payload(call: Call) -> HttpResponse:
    nonce = call.argument("nonce")
    if not nonce:
        raise missing_parameter("nonce")
    payload = call.store.one(HandshakePayload, nonce=nonce)
    if payload is None or payload.expire_at <= call.now:
        raise not_found("Handshake payload", nonce)
    call.store.remove(payload)
    return json_response({"directives": payload.directives})


def _list_sessions(call: Call) -> HttpResponse:
    refuse_other_arguments(call, ("client_id", "user_id", "status", "paginated", "limit", "offset"))
    named = {
        name: value
        for name in ("client_id", "user_id")
        if (value := call.argument(name)) is not None
    }
    if not named:
        raise missing_parameter("user_id")
    status = call.argument("status")
    found = [
        session
        for session in reversed(call.store.all(Session, **named))
        if status in (None, status_of(session, call.now))
    ]
    resources = [_session_resource(session, call.now) for session in page(call, found)]
    if call.argument("paginated") == "true":
        return json_response({"data": resources, "total_count": len(found)})
    return json_response(resources)


def _get_session(call: Call, session_id: str) -> HttpResponse:
    return json_response(_session_resource(_find_session(call, session_id), call.now))


def _create_session(call: Call) -> HttpResponse:
    body = call.body()
    refuse_other_fields(body, ("user_id", "active_organization_id"))
    user_id = optional_text(body, "user_id")
    if user_id is None:
        raise missing_parameter("user_id")
    session = open_session(call, user_id, optional_text(body, "active_organization_id"))
    return json_response(_session_resource(session, call.now))


def open_session(call: Call, user_id: str, organization_id: str | None) -> Session:
    """A new session on a client of its own, for tests; raises `ApiError` (404)."""
    user = call.store.one(User, id=user_id)
    if user is None:
        raise not_found("User", user_id)
    if organization_id is not None:
        membership = find_membership(call.store, user_id, organization_id)
        if membership is None:
            raise not_found("Organization membership", organization_id)
        organization_id = membership.organization_id
    client = begin_client(call.store, call.now)
    return begin_session(call.store, user, client, call.now, organization_id)


def _revoke_session(call: Call, session_id: str) -> HttpResponse:
    session = _find_session(call, session_id)
    if status_of(session, call.now) == "active":
        session = end_session(call.store, session, call.now, "revoked")
    return json_response(_session_resource(session, call.now))


def _create_token(call: Call, session_id: str) -> HttpResponse:
    lifetime = _lifetime(call) or SESSION_TOKEN_LIFETIME
    session = find_live_session(call.store, session_id, call.now)
    jwt = session_token(call.store, call.keys, session, call.now, lifetime)
    return json_response({"object": "token", "jwt": jwt})


def _create_template_token(call: Call, session_id: str, template_name: str) -> HttpResponse:
    lifetime = _lifetime(call)
    session = find_live_session(call.store, session_id, call.now)
    jwt = template_token(call.store, call.keys, session, template_name, call.now, lifetime)
    return json_response({"object": "token", "jwt": jwt})


def _lifetime(call: Call) -> int | None:
    body = call.body()
    refuse_other_fields(body, ("expires_in_seconds",))
    seconds = body.get("expires_in_seconds")
    if seconds is None:
        return None
    # A bool is an int in Python, though not in JSON.
    if type(seconds) is not int or not _SHORTEST_TOKEN <= seconds <= _LONGEST_TOKEN:
        raise invalid_parameter(
            "expires_in_seconds", f"a whole number from {_SHORTEST_TOKEN} to {_LONGEST_TOKEN}"
        )
    return seconds


def _find_session(call: Call, session_id: str) -> Session:
    session = call.store.one(Session, id=session_id)
    if session is None:
        raise not_found("Session", session_id)
    return session


def _session_resource(session: Session, now: int) -> JsonObject:
    session = replace(session, status=status_of(session, now))
    return {
        "object": "session",
        "id": session.id,
        "user_id": session.user_id,
        "client_id": session.client_id,
        "actor": None,
        "status": session.status,
        "last_active_organization_id": session.organization_id,
        "last_active_at": session.updated_at,
        "latest_activity": None,
        "expire_at": session.expire_at,
        "abandon_at": session.abandon_at,
        "updated_at": session.updated_at,
        "created_at": session.created_at,
        "tasks": None,
    }


ROUTES = Routes(
    [
        ("GET", "/v1/jwks", _jwks),
        ("GET", "/v1/clients/handshake_payload", _handshake_payload),
        ("GET", "/v1/sessions", _list_sessions),
        ("POST", "/v1/sessions", _create_session),
        ("GET", "/v1/sessions/<session_id>", _get_session),
        ("POST", "/v1/sessions/<session_id>/revoke", _revoke_session),
        ("POST", "/v1/sessions/<session_id>/tokens", _create_token),
        ("POST", "/v1/sessions/<session_id>/tokens/<template_name>", _create_template_token),
        *USER_ROUTES,
    ]
)
