"""The JSON representations of a client and its sessions, as clerk-js reads them.

It must not know the calls.
"""

from __future__ import annotations

from clerk_core.local._api.resources import public_user_data, user_resource
from clerk_core.local._api.sign_up_resource import sign_up_resource
from clerk_core.local._call import Call
from clerk_core.local._domain.session_tasks import content_of, tasks_of
from clerk_core.local._domain.sessions import active_sessions, status_of
from clerk_core.local._domain.tokens import factor_verification_age, session_token
from clerk_core.local._domain.users import find_user
from clerk_core.local._frontend.organization_resources import own_membership_resource
from clerk_core.local._frontend.sign_in_resource import sign_in_resource
from clerk_core.local._storage.rows import (
    Client,
    JsonObject,
    Membership,
    Session,
    SignIn,
    SignUp,
    User,
)


def client_resource(call: Call, client: Client) -> JsonObject:
    """Return the client with its active sessions and the attempts in progress."""
    sessions = active_sessions(call.store, client, call.now)
    sign_in = call.store.one(SignIn, id=client.sign_in_id) if client.sign_in_id else None
    sign_up = call.store.one(SignUp, id=client.sign_up_id) if client.sign_up_id else None
    return {
        "object": "client",
        "id": client.id,
        "sessions": [session_resource(call, session) for session in sessions],
        "sign_in": sign_in and sign_in_resource(call, sign_in),
        "sign_up": sign_up and sign_up_resource(call, sign_up),
        "last_active_session_id": client.last_active_session_id,
        "last_authentication_strategy": client.last_authentication_strategy,
        "cookie_expires_at": None,
        "captcha_bypass": True,
        "created_at": client.created_at,
        "updated_at": client.updated_at,
    }


def session_resource(call: Call, session: Session) -> JsonObject:
    """Return a session with its user and, while it is active, a new token."""
    user = find_user(call.store, session.user_id)
    status = status_of(session, call.now)
    tasks, token = [], None
    if status == "active":
        tasks = tasks_of(call.store, call.settings, session)
        content = content_of(call.store, call.settings, session)
        token = session_token(call.store, call.keys, session, call.now, content=content)
    return {
        "object": "session",
        "id": session.id,
        "status": "pending" if tasks else status,
        "expire_at": session.expire_at,
        "abandon_at": session.abandon_at,
        "last_active_at": session.updated_at,
        "last_active_token": token and {"object": "token", "jwt": token},
        "last_active_organization_id": session.organization_id,
        "actor": session.actor,
        "tasks": [{"key": key} for key in tasks] or None,
        "user": own_user_resource(call, user),
        "public_user_data": public_user_data(call, user),
        "factor_verification_age": factor_verification_age(session, call.now),
        "created_at": session.created_at,
        "updated_at": session.updated_at,
    }


def own_user_resource(call: Call, user: User) -> JsonObject:
    """Return a user as the user itself may see it: without private metadata."""
    memberships = call.store.all(Membership, user_id=user.id)
    shown = user_resource(call, user)
    del shown["private_metadata"]
    if user.create_organizations_limit is None:
        del shown["create_organizations_limit"]
    return {
        **shown,
        "organization_memberships": [own_membership_resource(call, one) for one in memberships],
    }
