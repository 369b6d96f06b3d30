"""Implement the operations of the Backend API on sessions and their tokens.

It must not know browsers or pages.
"""

from __future__ import annotations

import hmac
from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, list_response
from clerk_core.local._api.parameters import (
    check_field_names,
    check_query_names,
    optional_text,
    required_text,
    whole_number,
)
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.session_tasks import content_of, tasks_of
from clerk_core.local._domain.sessions import (
    create_session,
    end_session,
    find_active_session,
    status_of,
)
from clerk_core.local._domain.tokens import (
    MAX_TOKEN_LIFETIME,
    MIN_TOKEN_LIFETIME,
    SESSION_TOKEN_LIFETIME,
    session_token,
    template_token,
)
from clerk_core.local._responses import ApiError, json_response, missing_parameter
from clerk_core.local._session_cookies import session_cookies
from clerk_core.local._storage.rows import JsonObject, Session


def _list_sessions(call: Call) -> HttpResponse:
    check_query_names(call, ("client_id", "user_id", "status", "paginated", *PAGING))
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
        if status in (None, session_resource(call, session)["status"])
    ]
    return list_response(call, found, lambda session: session_resource(call, session))


def _get_session(call: Call, session_id: str) -> HttpResponse:
    return json_response(session_resource(call, _find_session(call, session_id)))


def _create_session(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("user_id", "active_organization_id"))
    user_id = required_text(body, "user_id")
    session = create_session(
        call.store, user_id, optional_text(body, "active_organization_id"), call.now
    )
    return json_response(session_resource(call, session))


def _revoke_session(call: Call, session_id: str) -> HttpResponse:
    session = _find_session(call, session_id)
    if status_of(session, call.now) == "active":
        session = end_session(call.store, session, call.now, "revoked")
    return json_response(session_resource(call, session))


def _create_token(call: Call, session_id: str) -> HttpResponse:
    lifetime = _lifetime(call) or SESSION_TOKEN_LIFETIME
    session = find_active_session(call.store, session_id, call.now)
    content = content_of(call.store, call.settings, session)
    jwt = session_token(call.store, call.keys, session, call.now, lifetime, content)
    return json_response({"object": "token", "jwt": jwt})


def _create_template_token(call: Call, session_id: str, template_name: str) -> HttpResponse:
    lifetime = _lifetime(call)
    session = find_active_session(call.store, session_id, call.now)
    jwt = template_token(call.store, call.keys, session, template_name, call.now, lifetime)
    return json_response({"object": "token", "jwt": jwt})


def _lifetime(call: Call) -> int | None:
    body = call.body()
    check_field_names(body, ("expires_in_seconds",))
    return whole_number(body, "expires_in_seconds", MIN_TOKEN_LIFETIME, MAX_TOKEN_LIFETIME)


def _refresh(call: Call, session_id: str) -> HttpResponse:
    body = call.body()
    origin = required_text(body, "request_origin")
    expired, proof = (required_text(body, name) for name in ("expired_token", "refresh_token"))
    claims = call.keys.claims_of(expired, "session") or {}
    is_proven = hmac.compare_digest(proof.encode(), call.keys.refresh_token(session_id).encode())
    session = call.store.one(Session, id=session_id)
    if session is None or status_of(session, call.now) != "active":
        raise _unauthorized("session_not_active", "The session is no longer active.")
    if claims.get("sid") != session_id or not is_proven:
        raise _unauthorized("refresh_token_invalid", "The tokens do not belong to the session.")
    session = replace(session, authorized_party=origin)
    call.store.put(session)
    if body.get("format") == "cookie":
        cookies = session_cookies(call, session)
        return json_response({"object": "cookies", "cookies": cookies})
    content = content_of(call.store, call.settings, session)
    jwt = session_token(call.store, call.keys, session, call.now, content=content)
    return json_response({"object": "token", "jwt": jwt})


def _unauthorized(code: str, message: str) -> ApiError:
    # Applications fall back to the handshake on a 401.
    return ApiError(401, code, message)


def _find_session(call: Call, session_id: str) -> Session:
    session = call.store.one(Session, id=session_id)
    if session is None:
        raise not_found("Session", session_id)
    return session


def session_resource(call: Call, session: Session) -> JsonObject:
    """Return the JSON representation of a session; with tasks, its status is pending."""
    status = status_of(session, call.now)
    tasks = tasks_of(call.store, call.settings, session) if status == "active" else []
    return {
        "object": "session",
        "id": session.id,
        "user_id": session.user_id,
        "client_id": session.client_id,
        "actor": session.actor,
        "status": "pending" if tasks else status,
        "last_active_organization_id": session.organization_id,
        "last_active_at": session.updated_at,
        "latest_activity": None,
        "expire_at": session.expire_at,
        "abandon_at": session.abandon_at,
        "updated_at": session.updated_at,
        "created_at": session.created_at,
        "tasks": [{"key": key} for key in tasks] or None,
    }


ROUTES: tuple[Route, ...] = (
    ("GET", "/v1/sessions", _list_sessions),
    ("POST", "/v1/sessions", _create_session),
    ("GET", "/v1/sessions/<session_id>", _get_session),
    ("POST", "/v1/sessions/<session_id>/refresh", _refresh),
    ("POST", "/v1/sessions/<session_id>/revoke", _revoke_session),
    ("POST", "/v1/sessions/<session_id>/tokens", _create_token),
    ("POST", "/v1/sessions/<session_id>/tokens/<template_name>", _create_template_token),
)
