"""All sessions of the signed-in user, in this and in other browsers.

It must not know the rest of the account.
"""

from __future__ import annotations

import re

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Route
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.sessions import end_session, status_of
from clerk_core.local._frontend.browser import SignedInBrowser, for_user
from clerk_core.local._frontend.client_resource import session_resource
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import JsonObject, Session

_BROWSER = re.compile(r"(Firefox|Edg|OPR|Chrome|Safari)/([\d.]+)")


def _list_active(browser: SignedInBrowser) -> HttpResponse:
    call = browser.call
    sessions = call.store.all(Session, user_id=browser.user.id)
    active = [one for one in sessions if status_of(one, call.now) == "active"]
    return json_response([_resource(browser, session) for session in active])


def _revoke(browser: SignedInBrowser, session_id: str) -> JsonObject:
    call = browser.call
    session = call.store.one(Session, id=session_id, user_id=browser.user.id)
    if session is None:
        raise not_found("Session", session_id)
    if status_of(session, call.now) == "active":
        session = end_session(call.store, session, call.now, "revoked")
    return _resource(browser, session)


def _resource(browser: SignedInBrowser, session: Session) -> JsonObject:
    shown = session_resource(browser.call, session)
    if session.client_id != browser.client_id:
        # The token of a session is for its own browser only.
        shown["last_active_token"] = None
    return {**shown, "latest_activity": _activity(session)}


def _activity(session: Session) -> JsonObject:
    found = _BROWSER.search(session.user_agent)
    is_mobile = "Mobile" in session.user_agent
    return {
        "object": "session_activity",
        "id": session.id.replace("sess_", "sess_activity_"),
        "device_type": "mobile" if is_mobile else "desktop",
        "is_mobile": is_mobile,
        "browser_name": found[1] if found else None,
        "browser_version": found[2] if found else None,
        "ip_address": "127.0.0.1",
    }


_ALL = "/v1/me/sessions"

ROUTES: tuple[Route, ...] = (
    ("GET", f"{_ALL}/active", for_user(_list_active)),
    ("GET", _ALL, for_user(_list_active)),
    ("POST", f"{_ALL}/<session_id>/revoke", for_user(_revoke)),
)
