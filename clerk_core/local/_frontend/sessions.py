"""The sessions of a browser: activate one, create its tokens, sign out of it.

It must not know how a session starts.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.memberships import own_membership
from clerk_core.local._domain.session_tasks import content_of
from clerk_core.local._domain.sessions import change_client, end_session
from clerk_core.local._domain.tokens import session_token, template_token
from clerk_core.local._frontend.browser import Browser, browser_of, for_browser
from clerk_core.local._frontend.client_resource import session_resource
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import JsonObject, Session, SignIn, SignUp


def _get_session(browser: Browser, session_id: str) -> JsonObject:
    return session_resource(browser.call, browser.session(session_id))


def _touch(browser: Browser, session_id: str) -> JsonObject:
    call = browser.call
    session = replace(browser.session(session_id), updated_at=call.now)
    if "active_organization_id" in call.form:
        organization_id = call.field("active_organization_id")
        session = _with_organization(call, session, organization_id)
    call.store.put(session)
    # The time of the client stays: a token that is older than it would cause a handshake.
    client = change_client(call.store, browser.client_id, last_active_session_id=session.id)
    attempt = call.store.one(SignIn, id=client.sign_in_id) if client.sign_in_id else None
    if attempt is not None and attempt.status == "complete":
        change_client(call.store, client.id, sign_in_id=None)
    sign_up = call.store.one(SignUp, id=client.sign_up_id) if client.sign_up_id else None
    if sign_up is not None and sign_up.status == "complete":
        change_client(call.store, client.id, sign_up_id=None)
    return session_resource(call, session)


def _with_organization(call: Call, session: Session, organization_id: str) -> Session:
    """Return the session with an active organization; an empty id selects none, if it may."""
    if not organization_id:
        is_forced = call.settings.organizations and call.settings.force_organization_selection
        return session if is_forced else replace(session, organization_id=None)
    membership = own_membership(call.store, session.user_id, organization_id)
    return replace(session, organization_id=membership.organization_id)


def _create_token(call: Call, session_id: str) -> HttpResponse:
    session = browser_of(call).session(session_id)
    content = content_of(call.store, call.settings, session)
    if "organization_id" in call.form:
        session = _with_organization(call, session, call.field("organization_id"))
    jwt = session_token(call.store, call.keys, session, call.now, content=content)
    return json_response({"object": "token", "jwt": jwt})


def _create_template_token(call: Call, session_id: str, template_name: str) -> HttpResponse:
    session = browser_of(call).session(session_id)
    jwt = template_token(call.store, call.keys, session, template_name, call.now)
    return json_response({"object": "token", "jwt": jwt})


def _remove(browser: Browser, session_id: str) -> JsonObject:
    return _end(browser, session_id, "removed")


def _end_session(browser: Browser, session_id: str) -> JsonObject:
    return _end(browser, session_id, "ended")


def _end(browser: Browser, session_id: str, status: str) -> JsonObject:
    call = browser.call
    session = end_session(call.store, browser.session(session_id), call.now, status)
    return session_resource(call, session)


_ONE = "/v1/client/sessions/<session_id>"

ROUTES: tuple[Route, ...] = (
    ("GET", _ONE, for_browser(_get_session)),
    ("POST", f"{_ONE}/touch", for_browser(_touch)),
    ("POST", f"{_ONE}/remove", for_browser(_remove)),
    ("POST", f"{_ONE}/end", for_browser(_end_session)),
    ("POST", f"{_ONE}/tokens", _create_token),
    ("POST", f"{_ONE}/tokens/<template_name>", _create_template_token),
)
