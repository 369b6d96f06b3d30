"""The client of a browser: read it, and sign out of all its sessions.

It must not know how a user signs in.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.sessions import end_sessions
from clerk_core.local._frontend.browser import browser_of
from clerk_core.local._frontend.client_resource import client_resource
from clerk_core.local._responses import json_response


def _get_client(call: Call) -> HttpResponse:
    browser = browser_of(call)
    return json_response({"response": client_resource(call, browser.client), "client": None})


def _end_sessions(call: Call) -> HttpResponse:
    browser = browser_of(call)
    end_sessions(call.store, browser.client, call.now, "removed")
    return json_response({"response": client_resource(call, browser.client), "client": None})


ROUTES: tuple[Route, ...] = (
    ("GET", "/v1/client", _get_client),
    ("PUT", "/v1/client", _get_client),
    ("POST", "/v1/client", _get_client),
    ("DELETE", "/v1/client", _end_sessions),
    ("DELETE", "/v1/client/sessions", _end_sessions),
)
