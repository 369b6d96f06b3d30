"""Start, end and find the clients and sessions of browsers.

Every change to the sessions of a client updates its `updated_at`, which becomes the `__client_uat`
cookie. It must not know HTTP.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.users import check_can_sign_in, find_user
from clerk_core.local._storage.rows import (
    Client,
    Membership,
    Organization,
    Session,
    SignInToken,
    User,
    new_id,
)
from clerk_core.local._storage.store import Store

_DAY = 24 * 60 * 60 * 1000
_LIFETIME = 7 * _DAY
_ABANDON_LIFETIME = 30 * _DAY


def create_client(store: Store, now: int) -> Client:
    """Store and return a new client with a new development browser id and no session."""
    client = Client(id=new_id("client"), dev_browser=new_id("dvb"), created_at=now, updated_at=now)
    store.put(client)
    return client


def find_client(store: Store, dev_browser: str | None) -> Client | None:
    """Return the client with this development browser id, or None."""
    return store.one(Client, dev_browser=dev_browser) if dev_browser else None


def find_client_by_id(store: Store, client_id: str) -> Client:
    """Return the client with this id, or raise `NotFoundError`."""
    client = store.one(Client, id=client_id)
    if client is None:
        raise not_found("Client", client_id)
    return client


def start_session(
    store: Store,
    user: User,
    client: Client,
    now: int,
    organization_id: str | None = None,
    *,
    user_agent: str = "",
    keep_others: bool = False,
) -> Session:
    """Start and return a session, which becomes the last active one of the client.

    Args:
        store: The store.
        user: The user of the session.
        client: The client of the browser.
        now: The current time in Unix milliseconds.
        organization_id: The active organization.
        user_agent: The `User-Agent` header of the browser.
        keep_others: Keep the other sessions of the client; otherwise they are replaced.
    """
    if not keep_others:
        end_sessions(store, client, now, "replaced")
    session = Session(
        id=new_id("sess"),
        user_id=user.id,
        client_id=client.id,
        status="active",
        organization_id=organization_id,
        user_agent=user_agent,
        first_factor_at=now,
        created_at=now,
        updated_at=now,
        expire_at=now + _LIFETIME,
        abandon_at=now + _ABANDON_LIFETIME,
    )
    store.put(session)
    store.put(replace(user, last_sign_in_at=now))
    change_client(store, client.id, last_active_session_id=session.id, updated_at=now)
    return session


def with_actor(store: Store, session: Session, token: SignInToken | None, now: int) -> Session:
    """Store and return a session that a token started, with the actor of the token."""
    if token is None or token.actor is None:
        return session
    lifetime = (token.session_lifetime or 0) * 1000
    session = replace(session, actor=token.actor, expire_at=now + lifetime)
    store.put(session)
    return session


def create_session(store: Store, user_id: str, organization_id: str | None, now: int) -> Session:
    """Start and return a session on a new client.

    Raises:
        NotFoundError: The user does not exist, or is not a member of the organization.
        ForbiddenError: The user is banned or locked.
    """
    user = find_user(store, user_id)
    check_can_sign_in(user, now)
    if organization_id is not None:
        membership = find_membership(store, user_id, organization_id)
        if membership is None:
            raise not_found("Organization membership", organization_id)
        organization_id = membership.organization_id
    return start_session(store, user, create_client(store, now), now, organization_id)


def end_session(store: Store, session: Session, now: int, status: str) -> Session:
    """End a session with status `ended`, `replaced`, `removed` or `revoked`, and return it."""
    ended = replace(session, status=status, updated_at=now)
    store.put(ended)
    client = change_client(store, session.client_id, updated_at=now)
    if client.last_active_session_id == session.id:
        change_client(store, client.id, last_active_session_id=None)
    return ended


def end_sessions(store: Store, client: Client, now: int, status: str) -> None:
    """End every active session of the client."""
    change_client(store, client.id, updated_at=now)
    for session in active_sessions(store, client, now):
        end_session(store, session, now, status)


def change_client(store: Store, client_id: str, **changes: Any) -> Client:
    """Store and return the client with changed attributes. All others are read from the store."""
    client = replace(find_client_by_id(store, client_id), **changes)
    store.put(client)
    return client


def revoke_sessions(store: Store, user: User, now: int) -> None:
    """Revoke every active session of the user."""
    for session in store.all(Session, user_id=user.id):
        if status_of(session, now) == "active":
            end_session(store, session, now, "revoked")


def status_of(session: Session, now: int) -> str:
    """Return the status of a session at this time; active sessions expire."""
    return "expired" if session.status == "active" and session.expire_at <= now else session.status


def active_sessions(store: Store, client: Client, now: int) -> list[Session]:
    """Return the active sessions of the client, oldest first."""
    sessions = store.all(Session, client_id=client.id)
    return [session for session in sessions if status_of(session, now) == "active"]


def active_session(store: Store, client: Client, now: int) -> Session | None:
    """Return the last active session of the client, or else its oldest active one, or None."""
    found = active_sessions(store, client, now)
    last = (one for one in found if one.id == client.last_active_session_id)
    return next(last, found[0] if found else None)


def find_active_session(store: Store, session_id: str, now: int) -> Session:
    """Return the active session with this id.

    Raises:
        NotFoundError: The session does not exist or is no longer active.
    """
    session = store.one(Session, id=session_id)
    if session is None or status_of(session, now) != "active":
        raise not_found("Session", session_id)
    return session


def find_membership(store: Store, user_id: str, organization: str) -> Membership | None:
    """Return the membership of a user in the organization with this id or slug, or None."""
    found = store.one(Organization, id=organization) or store.one(Organization, slug=organization)
    if found is None:
        return None
    return store.one(Membership, user_id=user_id, organization_id=found.id)
