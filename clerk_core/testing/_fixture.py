"""What the fixture `clerk_local` is: an instance, and whom a test signs in to the application.

It knows no framework, and nothing of pytest.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import Any, TypedDict

import httpx

from clerk_core._arguments import check_keywords
from clerk_core._client import Clerk
from clerk_core._compat import Unpack
from clerk_core._messages import HttpRequest
from clerk_core._settings.options import Options
from clerk_core.local import LocalClerk, Message
from clerk_core.models import Organization, User
from clerk_core.testing._clock import Clock
from clerk_core.testing._server import RecordedCall, RecordingServer
from clerk_core.testing._test_clients import (
    Via,
    has_default_headers,
    put_cookies,
    put_token,
    remove,
)
from clerk_core.testing._webhooks import WebhookRequest, webhook

_HOUR = 3600


class SessionOptions(TypedDict, total=False):
    """What a session says of its user.

    Attributes:
        organization: The active organization. The user becomes a member if they are none.
        role: The role in the organization; `org:member` for a new member.
        permissions: The permissions in the organization, in place of the role's.
        plan: The plan, of the organization or else of the user; `user:gold` says whose it is.
        features: The features, in the same form.
        factor_ages: Minutes since the first and the second factor were verified; -1 for none.
        actor: The user who impersonates the user, or their ID.
        pending: Whether the session has tasks to do.
        expired: Whether the token has expired.
        claims: Custom claims of the token.
        origin: The origin of the page, one of `authorized_parties`; `http://localhost` by default.
    """

    organization: Organization | str | None
    role: str | None
    permissions: Sequence[str] | None
    plan: str | None
    features: Sequence[str]
    factor_ages: tuple[int, int] | None
    actor: User | str | None
    pending: bool
    expired: bool
    claims: Mapping[str, object]
    origin: str | None


class ClerkFixture:
    """The instance of a test: the fixture `clerk_local`.

    Attributes:
        local: The instance.
        client: A client of its Backend API, which makes no call over the network.
        clock: The clock of the instance and of the application.
    """

    def __init__(self) -> None:
        self.clock: Clock = Clock()
        self.local: LocalClerk = LocalClerk(clock=self.clock)
        self._server = RecordingServer(self.local)
        transport = httpx.MockTransport(self._handle)
        self.client: Clerk = Clerk(**self.local.options(), transport=transport)
        self._numbers = count(1)
        self._cookies: set[str] = set()

    def _handle(self, request: httpx.Request) -> httpx.Response:
        headers = request.headers.multi_items()
        call = HttpRequest(request.method, str(request.url), headers, request.content)
        response = self.local.handle(call)
        return httpx.Response(
            response.status, headers=list(response.headers), content=response.content
        )

    def options(self) -> Options:
        """Return the options of the application under test."""
        return self.local.options()

    @property
    def calls(self) -> list[RecordedCall]:
        """The calls that the application made of Clerk in this test, oldest first."""
        return self._server.calls

    def messages(self, recipient: str | None = None) -> list[Message]:
        """Return the emails that Clerk would have sent, newest first; those to one address."""
        return self.local.messages(recipient)

    def create_user(
        self,
        *,
        organization: Organization | str | None = None,
        role: str | None = None,
        **fields: Any,
    ) -> User:
        """Create a user with a verified email address.

        Args:
            organization: An organization to make the user a member of.
            role: The role in it; `org:member` by default.
            fields: Fields of the user, as `clerk.users.create()` takes them.
        """
        number = next(self._numbers)
        usual: dict[str, Any] = {
            "email_address": [f"user{number}@example.com"],
            "first_name": f"User {number}",
        }
        user = self.client.users.create(**{**usual, **fields})
        if organization is not None:
            self.add_member(organization, user, role)
        return user

    def create_organization(self, **fields: Any) -> Organization:
        """Create an organization; `fields` are those of `clerk.organizations.create()`."""
        usual: dict[str, Any] = {"name": f"Organization {next(self._numbers)}"}
        return self.client.organizations.create(**{**usual, **fields})

    def add_member(
        self, organization: Organization | str, user: User | str, role: str | None = None
    ) -> None:
        """Make a user a member of an organization, or change the role of a member.

        Args:
            organization: The organization, or its ID.
            user: The user, or the ID.
            role: The role; `org:member` for a new member.
        """
        memberships, organization_id = self.client.organization_memberships, _id_of(organization)
        if role is not None and not role.startswith("org:"):
            role = f"org:{role}"
        found = memberships.list(organization_id, user_id=[_id_of(user)])
        if len(found) == 0:
            role = role or "org:member"
            memberships.create(organization_id, user_id=_id_of(user), role=role)
        elif role is not None:
            memberships.update(organization_id, _id_of(user), role=role)

    def api_key(self, subject: User | Organization | str, scopes: Sequence[str] = ()) -> str:
        """Create an API key of a user or an organization, and return its secret."""
        name = f"Key {next(self._numbers)}"
        made = self.client.api_keys.create(name=name, subject=_id_of(subject), scopes=scopes)
        return str(made.secret)

    def m2m_token(self, *, claims: Mapping[str, object] | None = None) -> str:
        """Create a machine, and return a machine-to-machine token of it."""
        machine = self.client.machines.create(name=f"Machine {next(self._numbers)}")
        key = self.client.machines.get_secret_key(str(machine.id)).secret
        made = self.client.m2m.create_token(claims=claims, machine_secret_key=str(key))
        return str(made.token)

    def oauth_token(self, user: User | str, scopes: Sequence[str] = ()) -> str:
        """Return an OAuth access token that a user granted to an application."""
        return self.local.oauth_token(_id_of(user), scopes=scopes)

    def token(self, user: User | str, **session: Unpack[SessionOptions]) -> str:
        """Return a session token of a new session of a user."""
        return self._start(user, session)[1]

    def headers(self, user: User | str, **session: Unpack[SessionOptions]) -> dict[str, str]:
        """Return the header of a request that is signed in, in a new session of a user."""
        return {"Authorization": f"Bearer {self.token(user, **session)}"}

    def cookies(self, user: User | str, **session: Unpack[SessionOptions]) -> dict[str, str]:
        """Return the cookies of a browser that is signed in, in a new session of a user."""
        return self.local.cookies(*self._start(user, session))

    def browser_cookies(
        self, user: User | str, url: str, **session: Unpack[SessionOptions]
    ) -> list[Any]:
        """Return the cookies for a browser of Playwright, in a new session of a user.

        Give them to the browser before it opens a page, as
        `page.context.add_cookies(clerk_local.browser_cookies(user, url))`.

        Args:
            user: The user, or the ID.
            url: The URL of the application.
            session: What the session says of the user.
        """
        cookies = self.cookies(user, **session)
        return [{"name": name, "value": value, "url": url} for name, value in cookies.items()]

    def sign_in(
        self,
        client: object,
        user: User | str,
        *,
        via: Via | None = None,
        **session: Unpack[SessionOptions],
    ) -> None:
        """Sign a user in to the application, in all further requests of a test client.

        The client is one of Flask, Quart, Starlette, FastAPI, Litestar, httpx, requests, aiohttp or
        Django. Whoever was signed in before is signed out.

        Args:
            client: The test client.
            user: The user, or the ID.
            via: `header` for the `Authorization` header, or `cookies` for those of a browser. By
                default the header, if the client can send one with each request.
            session: What the session says of the user.

        Raises:
            TypeError: The client is not one of these.
        """
        self.sign_out(client)
        session_id, token = self._start(user, session)
        if via == "header" or (via is None and has_default_headers(client)):
            put_token(client, token)
            return
        cookies = self.local.cookies(session_id, token)
        put_cookies(client, cookies)
        self._cookies |= cookies.keys()

    def sign_out(self, client: object) -> None:
        """Sign out in all further requests of a test client. The session goes on."""
        remove(client, self._cookies)

    @contextmanager
    def signed_in(
        self,
        client: object,
        user: User | str,
        *,
        via: Via | None = None,
        **session: Unpack[SessionOptions],
    ) -> Generator[None]:
        """Sign a user in inside of the `with` block, and out at its end; see `sign_in`."""
        self.sign_in(client, user, via=via, **session)
        try:
            yield
        finally:
            self.sign_out(client)

    def webhook(
        self,
        event_type: str,
        data: Any,
        *,
        message_id: str | None = None,
        age_in_seconds: int = 0,
    ) -> WebhookRequest:
        """Return the request of a webhook, signed with the secret that `clerk_environ` sets.

        Args:
            event_type: The type of the event, such as `user.created`.
            data: What it happened to: a user, an organization, or any other resource or mapping.
            message_id: The ID of the message. Clerk repeats a message with the same ID.
            age_in_seconds: How long ago it was sent. After five minutes it is refused.
        """
        return webhook(event_type, data, message_id=message_id, age_in_seconds=age_in_seconds)

    def outage(
        self,
        status: int | None = None,
        *,
        delay: float = 0.0,
        content: bytes | None = None,
        retry_after: int | None = None,
    ) -> AbstractContextManager[None]:
        """Make all calls of Clerk fail inside of a `with` block.

        Args:
            status: The status to respond with. Without it, and without `delay` and `content`, the
                connection is closed without a response.
            delay: The seconds to wait before responding.
            content: The body to respond with, in place of JSON.
            retry_after: The seconds of a `Retry-After` header.
        """
        return self._server.outage(status, delay, content, retry_after)

    def rotate_keys(self) -> None:
        """Sign new tokens with another key, and withdraw the one before.

        An application that fetched the key set less than ten seconds ago does not ask again:
        `clock.advance(11)` lets it.
        """
        self.local.rotate_keys()

    def reset(self) -> None:
        """Delete all data but the keys, forget the calls, and set the clock right."""
        self.clock.reset()
        self.local.reset()
        self._server.reset()

    def close(self) -> None:
        """Stop the server."""
        self._server.close()
        self.client.close()
        self.local.close()

    def _start(self, user: User | str, session: SessionOptions) -> tuple[str, str]:
        """Start a session, and return its ID and a token."""
        check_keywords("sign_in", session, SessionOptions.__annotations__)
        user_id, organization = _id_of(user), session.get("organization")
        if organization is not None:
            self.add_member(organization, user, session.get("role"))
        actor = session.get("actor")
        session_id = self.local.create_session(
            user_id, None if organization is None else _id_of(organization)
        )
        token = self.local.session_token(
            session_id,
            # Longer than Clerk's minute, for a test that is stopped in a debugger.
            expires_in_seconds=-_HOUR if session.get("expired") else _HOUR,
            authorized_party=session.get("origin"),
            permissions=session.get("permissions"),
            plan=session.get("plan"),
            features=session.get("features", ()),
            factor_ages=session.get("factor_ages"),
            actor=None if actor is None else _id_of(actor),
            is_pending=session.get("pending", False),
            claims=session.get("claims"),
        )
        return session_id, token


def _id_of(resource: User | Organization | str) -> str:
    return resource if isinstance(resource, str) else str(resource.id)
