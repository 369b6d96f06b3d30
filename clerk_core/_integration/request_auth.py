"""The per-request object that adapters store: a request, its result, and the client to ask.

`RequestAuth` waits, `AsyncRequestAuth` awaits; either can be had from the other without
authenticating again. They know no framework.
"""

from __future__ import annotations

from clerk_core._auth import AnyAuth, AsyncAnyAuth, async_auth_of, auth_of
from clerk_core._authentication.request.token_kinds import AcceptsToken, check_accepted
from clerk_core._authentication.response.request_flows import RecalledRequest, RequestFlows
from clerk_core._authentication.result.authorization import Requirement
from clerk_core._client import AsyncClerk, Clerk
from clerk_core._compat import Self, Unpack
from clerk_core._flow import Flow, named
from clerk_core._integration.auth_methods import AsyncAuthMethods, AuthMethods
from clerk_core._integration.base_request_auth import BaseRequestAuth
from clerk_core._messages import Request, Response
from clerk_core._strict_coroutine import StrictCoroutine
from clerk_core.models import Organization, User


class RequestAuth(BaseRequestAuth, AuthMethods):
    """A request in code that waits. `RequestAuth.authenticate(clerk, request)` makes one."""

    __slots__ = ("_client",)

    def __init__(self, client: Clerk, found: RequestFlows | RecalledRequest) -> None:
        self._client = client
        self._found = found

    @classmethod
    def authenticate(cls, client: Clerk, request: Request) -> Self:
        """Authenticate a request with a client.

        Raises:
            ConfigurationError: A key of the instance is malformed, or a missing one is needed.
        """
        return cls(client, client.run(RequestFlows.start(client.authenticator, request)))

    @property
    def client(self) -> Clerk:
        """The client of the Backend API, of the instance that this request belongs to."""
        return self._client

    def to_async(self) -> AsyncRequestAuth:
        """Return the same request for code that awaits, without authenticating it again."""
        return AsyncRequestAuth(self.client.to_async(), self._flows)

    def ask(self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool) -> AnyAuth:
        """Return what `auth` returns, for callers that have types of their own."""
        if accepts_token == "session_token":
            state = self._session_state()
        else:
            state = self.client.run(self._flows.state(accepts_token))
        return auth_of(state, accepts_token, treat_pending_as_signed_out, self.client.run)

    def current_user(self) -> User | None:
        """Return the user who makes the request, fetched once; None if nobody is signed in.

        Raises:
            ClerkAPIError: The Backend API refused the call.
            TransportError: The Backend API did not respond.
        """
        return self.client.run(self._flows.current_user())

    def current_organization(self) -> Organization | None:
        """Return the active organization, fetched once; None without one.

        Raises:
            ClerkAPIError: The Backend API refused the call.
            TransportError: The Backend API did not respond.
        """
        return self.client.run(self._flows.current_organization())

    def sign_out(self, redirect_url: str = "/") -> Response:
        """End the session, and return the redirect that expires the cookies, for a POST request.

        Other methods get 405, forms of another origin 403. If Clerk cannot be reached, the response
        is a 503 that expires the cookies. Session tokens that were copied before remain valid until
        they expire, at most a minute.

        Args:
            redirect_url: A path of this application, or a URL of it or of an authorized party.

        Raises:
            ConfigurationError: The secret key is missing.
            ValueError: `redirect_url` is of another origin.
        """
        return self.client.run(self._flows.sign_out(redirect_url))

    def refuse(
        self, accepts_token: AcceptsToken = "session_token", /, **required: Unpack[Requirement]
    ) -> Response | None:
        """Return the response for a request that is refused; None if it is admitted.

        Args:
            accepts_token: The kinds of token to accept.
            required: What `auth().has()` is asked; nothing admits everybody who is signed in.

        Raises:
            TypeError: A requirement is malformed.
        """
        return self.client.run(self._flows.refuse(required, accepts_token))


class AsyncRequestAuth(BaseRequestAuth, AsyncAuthMethods):
    """A request in code that awaits. `AsyncRequestAuth.authenticate(clerk, request)` makes one."""

    __slots__ = ("_client",)

    def __init__(self, client: AsyncClerk, found: RequestFlows | RecalledRequest) -> None:
        self._client = client
        self._found = found

    @classmethod
    async def authenticate(cls, client: AsyncClerk, request: Request) -> Self:
        """Authenticate a request with a client.

        Raises:
            ConfigurationError: A key of the instance is malformed, or a missing one is needed.
        """
        return cls(client, await client.run(RequestFlows.start(client.authenticator, request)))

    @property
    def client(self) -> AsyncClerk:
        """The client of the Backend API, of the instance that this request belongs to."""
        return self._client

    def to_sync(self) -> RequestAuth:
        """Return the same request for code that waits, without authenticating it again."""
        return RequestAuth(self.client.to_sync(), self._flows)

    def ask(
        self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool
    ) -> AsyncAnyAuth | StrictCoroutine[AsyncAnyAuth]:
        """Return what `auth` returns, for callers that have types of their own."""
        if accepts_token == "session_token":
            state = self._session_state()
            return async_auth_of(state, accepts_token, treat_pending_as_signed_out, self.client.run)
        check_accepted(accepts_token)
        flow = named(self._auth(accepts_token, treat_pending_as_signed_out), "auth")
        return StrictCoroutine(self.client.run(flow), f"auth(accepts_token={accepts_token!r})")

    def _auth(self, accepts_token: AcceptsToken, pending_out: bool) -> Flow[AsyncAnyAuth]:
        state = yield from self._flows.state(accepts_token)
        return async_auth_of(state, accepts_token, pending_out, self.client.run)

    def ask_user(self) -> StrictCoroutine[User | None]:
        """Return what `current_user` returns, for callers that have types of their own."""
        return self.client.run(named(self._flows.current_user(), "current_user"))

    def fetched_user(self) -> User | None:
        """Return the user that `current_user` has returned before; None if nobody is signed in.

        Raises:
            ConfigurationError: `current_user` was not awaited.
        """
        return self._flows.fetched_user()

    def fetched_organization(self) -> Organization | None:
        """Return the organization that `current_organization` has returned; None without one.

        Raises:
            ConfigurationError: `current_organization` was not awaited.
        """
        return self._flows.fetched_organization()

    def ask_organization(self) -> StrictCoroutine[Organization | None]:
        """Return what `current_organization` returns, for callers that have types of their own."""
        return self.client.run(named(self._flows.current_organization(), "current_organization"))

    def sign_out(self, redirect_url: str = "/") -> StrictCoroutine[Response]:
        """End the session, and return the redirect that expires the cookies. Await it.

        It is for POST requests: other methods get 405, forms of another origin 403. If Clerk cannot
        be reached, the response is a 503 that expires the cookies. Session tokens that were copied
        before remain valid until they expire, at most a minute.

        Args:
            redirect_url: A path of this application, or a URL of it or of an authorized party.

        Raises:
            ConfigurationError: The secret key is missing.
            ValueError: `redirect_url` is of another origin.
        """
        return self.client.run(named(self._flows.sign_out(redirect_url), "sign_out"))

    def refuse(
        self, accepts_token: AcceptsToken = "session_token", /, **required: Unpack[Requirement]
    ) -> StrictCoroutine[Response | None]:
        """Return the response for a request that is refused; None if it is admitted. Await it.

        Args:
            accepts_token: The kinds of token to accept.
            required: What `auth().has()` is asked; nothing admits everybody who is signed in.

        Raises:
            TypeError: A requirement is malformed.
        """
        return self.client.run(named(self._flows.refuse(required, accepts_token), "refuse"))
