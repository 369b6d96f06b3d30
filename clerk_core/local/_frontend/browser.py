"""The browser that made a call, and the envelope of the responses to it.

A browser is known by `__clerk_db_jwt`, and its user by a session of this browser. It must not know
what a call does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Handler
from clerk_core.local._domain.errors import NotAuthenticatedError
from clerk_core.local._domain.reverification import check_recent
from clerk_core.local._domain.sessions import active_sessions, find_client, find_client_by_id
from clerk_core.local._domain.users import find_user
from clerk_core.local._frontend.client_resource import client_resource
from clerk_core.local._frontend.origins import application_origin
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import Client, Session, User


@dataclass(frozen=True)
class Browser:
    """The call of a browser.

    Attributes:
        call: The call.
        client_id: The id of the client of the browser.
    """

    call: Call
    client_id: str

    @property
    def client(self) -> Client:
        """The client, read anew."""
        return find_client_by_id(self.call.store, self.client_id)

    @property
    def user_agent(self) -> str:
        """The `User-Agent` header of the browser."""
        return self.call.request.headers.get("user-agent") or ""

    @property
    def sessions(self) -> list[Session]:
        """The active sessions of the browser, oldest first."""
        return active_sessions(self.call.store, self.client, self.call.now)

    def session(self, session_id: str) -> Session:
        """Return an active session of this browser, for the application that made the call.

        Raises:
            NotAuthenticatedError: There is none with this id; clerk-js then signs its user out.
        """
        found = next((one for one in self.sessions if one.id == session_id), None)
        if found is None:
            raise NotAuthenticatedError(
                "authentication_invalid",
                "Invalid authentication",
                "The session is not an active session of this browser. Sign in again.",
            )
        origin = application_origin(self.call)
        if origin is not None and origin != found.authorized_party:
            found = replace(found, authorized_party=origin)
            self.call.store.put(found)
        return found


@dataclass(frozen=True)
class SignedInBrowser(Browser):
    """The call of a browser for the user of one of its sessions."""

    session_id: str

    @property
    def current_session(self) -> Session:
        """The session, read anew."""
        return self.session(self.session_id)

    @property
    def user(self) -> User:
        """The user, read anew."""
        return find_user(self.call.store, self.current_session.user_id)


def browser_of(call: Call) -> Browser:
    """Return the browser of a call.

    Raises:
        NotAuthenticatedError: The development browser is unknown; clerk-js then makes a new one.
    """
    client = find_client(call.store, call.argument("__clerk_db_jwt"))
    if client is None:
        raise NotAuthenticatedError(
            "dev_browser_unauthenticated",
            "Browser unauthenticated",
            "The local Clerk instance does not know this development browser.",
        )
    return Browser(call, client.id)


def signed_in_browser_of(call: Call) -> SignedInBrowser:
    """Return the browser of a call for the user of the session `_clerk_session_id`.

    Raises:
        NotAuthenticatedError: The browser or the session is unknown.
    """
    browser = browser_of(call)
    session = browser.session(call.argument("_clerk_session_id") or "")
    return SignedInBrowser(call, browser.client_id, session.id)


def check_reverified(browser: SignedInBrowser) -> None:
    """Raise 403 if the user has to verify again, which the components then ask for."""
    if browser.call.settings.reverification:
        check_recent(browser.current_session, browser.call.now)


def for_browser(handler: Callable[..., object]) -> Handler:
    """Adapt a handler of a browser; its result is sent in the envelope with the client."""

    def handle(call: Call, **parts: str) -> HttpResponse:
        browser = browser_of(call)
        return enveloped(browser, handler(browser, **parts))

    return handle


def for_user(handler: Callable[..., object]) -> Handler:
    """Adapt a handler of a signed-in browser; its result is sent in the envelope."""

    def handle(call: Call, **parts: str) -> HttpResponse:
        browser = signed_in_browser_of(call)
        return enveloped(browser, handler(browser, **parts))

    return handle


def enveloped(browser: Browser, result: object) -> HttpResponse:
    """Return the response with a result and the state of the client, or the response itself."""
    if isinstance(result, HttpResponse):
        return result
    client = client_resource(browser.call, browser.client)
    return json_response({"response": result, "client": client})
