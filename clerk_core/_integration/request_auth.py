"""The per-request object that adapters store: a request, its result, and the client to ask.

`RequestAuth` waits, `AsyncRequestAuth` awaits; either can be had from the other without
authenticating again. They know no framework.
"""

from __future__ import annotations

from typing import cast

from clerk_core._auth import (
    AnyAuth,
    AsyncAnyAuth,
    AsyncMachineAuth,
    AsyncSessionAuth,
    MachineAuth,
    SessionAuth,
    async_auth_of,
    auth_of,
)
from clerk_core._authentication.request.token_kinds import AcceptsToken, check_accepted
from clerk_core._authentication.response.error_response import Refusal
from clerk_core._authentication.response.refusal import refuse_access
from clerk_core._authentication.response.request_flows import RecalledRequest, RequestFlows
from clerk_core._authentication.result.access import Access, GuardOptions, read_access
from clerk_core._client import AsyncClerk, Clerk
from clerk_core._compat import Self, Unpack
from clerk_core._flow import Flow, named
from clerk_core._integration.auth_methods import AsyncAuthMethods, AuthMethods
from clerk_core._integration.base_request_auth import BaseRequestAuth
from clerk_core._integration.protect import AsyncProtectMethods, ProtectMethods
from clerk_core._messages import Request, Response
from clerk_core._strict_coroutine import StrictCoroutine
from clerk_core.errors import AccessDeniedError
from clerk_core.models import Organization, User


class RequestAuth(BaseRequestAuth, AuthMethods, ProtectMethods):
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

    def refuse(self, **options: Unpack[GuardOptions]) -> Refusal | None:
        """Return the response for a request that is refused; None if it is admitted.

        Args:
            options: `accepts_token` for other kinds of token than a session's; `scopes` for
                machine tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in
                `has()`. Without requirements, everybody who is signed in is admitted.

        Raises:
            TypeError: An option is malformed.
        """
        access = read_access(options, "refuse")
        if access.accepts_token == "session_token":
            return refuse_access(self._session_state(), access)
        return self.client.run(self._flows.refuse(access))

    def protect_any(self, **options: Unpack[GuardOptions]) -> SessionAuth | MachineAuth:
        """Return what `protect` returns, for callers that have types of their own."""
        _raise_if(self.refuse(**options))
        accepts = options.get("accepts_token", "session_token")
        return cast("SessionAuth | MachineAuth", self.ask(accepts, True))


class AsyncRequestAuth(BaseRequestAuth, AsyncAuthMethods, AsyncProtectMethods):
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

    def refuse(self, **options: Unpack[GuardOptions]) -> StrictCoroutine[Refusal | None]:
        """Return the response for a request that is refused; None if it is admitted. Await it.

        Args:
            options: `accepts_token` for other kinds of token than a session's; `scopes` for
                machine tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in
                `has()`. Without requirements, everybody who is signed in is admitted.

        Raises:
            TypeError: An option is malformed.
        """
        access = read_access(options, "refuse")
        if access.accepts_token == "session_token":
            refused = refuse_access(self._session_state(), access)
            return StrictCoroutine(_immediate(refused), "refuse()")
        return self.client.run(named(self._flows.refuse(access), "refuse"))

    def protect_any(
        self, **options: Unpack[GuardOptions]
    ) -> AsyncSessionAuth | StrictCoroutine[AsyncSessionAuth | AsyncMachineAuth]:
        """Return what `protect` returns, for callers that have types of their own."""
        access = read_access(options, "protect")
        if access.accepts_token != "session_token":
            return StrictCoroutine(self._protect(access), "protect()")
        _raise_if(refuse_access(self._session_state(), access))
        return cast("AsyncSessionAuth", self.ask("session_token", True))

    async def _protect(self, access: Access) -> AsyncSessionAuth | AsyncMachineAuth:
        flow = named(self._flows.refuse(access), "protect")
        _raise_if(await self.client.run(flow))
        found = self.ask(access.accepts_token, True)
        auth = await found if isinstance(found, StrictCoroutine) else found
        return cast("AsyncSessionAuth | AsyncMachineAuth", auth)


async def _immediate(refused: Refusal | None) -> Refusal | None:
    return refused


def _raise_if(refused: Refusal | None) -> None:
    if refused is not None:
        raise AccessDeniedError(refused.message, code=refused.code, response=refused)
