"""One request together with the client that answers for it: what an adapter keeps a request.

`RequestAuth` is for code that waits, `AsyncRequestAuth` for code that awaits; both run the flows of
`_authentication/response/request_flows.py`. They know no framework.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from clerk_core._authentication.request.token_kinds import AcceptsToken, check_accepted
from clerk_core._authentication.response.headers import merge_headers
from clerk_core._authentication.response.refusal import redirect_if_needed
from clerk_core._authentication.result.authorization import Requirement
from clerk_core._authentication.result.state import HeaderPairs, RequestState
from clerk_core._client import AnyAuth, AsyncAnyAuth, AsyncClerk, Clerk
from clerk_core._compat import Unpack
from clerk_core._flow import named
from clerk_core._integration.auth_methods import AsyncAuthFunctions, AsyncAuthMethods, AuthMethods
from clerk_core._messages import HttpResponse, Request
from clerk_core._strict_coroutine import StrictCoroutine
from clerk_core.errors import ConfigurationError
from clerk_core.models import User

Connection = TypeVar("Connection", contravariant=True)


class RequestAuth(AuthMethods):
    """A request, seen by `client`; mutable, and of one request only."""

    __slots__ = ("_client", "_visitor")

    def __init__(self, client: Clerk, request: Request) -> None:
        self._client = client
        self._visitor = client.visitor(request)

    @property
    def client(self) -> Clerk:
        """The client of the Backend API."""
        return self._client

    @property
    def headers(self) -> HeaderPairs:
        """The headers to add to the application's response; `merge_headers` adds them."""
        return self._visitor.headers

    def merge_headers(self, own: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the headers of the application's response with those of this request added.

        Where a cookie is among them the response becomes private, and no cache may store it.
        """
        return merge_headers(own, self.headers)

    def state(self) -> RequestState[str | None]:
        """What became of the request."""
        return self.client.run(self._visitor.state())

    def redirect(self) -> HttpResponse | None:
        """The response to give in the application's stead; mostly None."""
        return redirect_if_needed(self.state())

    def ask(self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool) -> AnyAuth:
        """What `auth` is for callers that are typed themselves."""
        flow = self._visitor.auth(
            accepts_token, treat_pending_as_signed_out=treat_pending_as_signed_out
        )
        return self.client.run(flow)

    def current_user(self) -> User | None:
        """The user who makes the request, asked for once a request; None signed out.

        Raises `ClerkAPIError` and `TransportError` as any call of the Backend API does.
        """
        return self.client.run(self._visitor.current_user())

    def refuse(
        self, accepts_token: AcceptsToken = "session_token", /, **required: Unpack[Requirement]
    ) -> HttpResponse | None:
        """The response for who may not pass: not signed in, or without what is required."""
        return self.client.run(self._visitor.refuse(required, accepts_token))

    def redirect_to_sign_in(self, return_back_url: str | None = None) -> HttpResponse:
        """The response that leads to the sign-in page, and back to `return_back_url` or here."""
        return self.client.run(self._visitor.redirect_to_sign_in(return_back_url))


class RequestFunctions(AuthMethods):
    """What an adapter offers whose framework knows the current request by itself.

    `request_auth` finds the visit of that request, and raises where there is none.
    """

    def __init__(self, request_auth: Callable[[], RequestAuth]) -> None:
        self._visit_of = request_auth

    def ask(self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool) -> AnyAuth:
        """Who makes the current request."""
        return self._visit_of().ask(accepts_token, treat_pending_as_signed_out)

    def current_user(self) -> User | None:
        """The user who makes the current request; the rest is as in `RequestAuth`."""
        return self._visit_of().current_user()

    current_user.__qualname__ = "current_user"


class AsyncRequestAuth(AsyncAuthMethods):
    """As `RequestAuth`, seen by a client whose calls are awaited. Await `start` before all else."""

    __slots__ = ("_client", "_visitor")

    def __init__(self, client: AsyncClerk, request: Request) -> None:
        self._client = client
        self._visitor = client.visitor(request)

    @property
    def client(self) -> AsyncClerk:
        """The client of the Backend API."""
        return self._client

    async def start(self) -> HttpResponse | None:
        """Decide about the request; the response to give in the application's stead, or None."""
        return redirect_if_needed(await self.client.run(self._visitor.state()))

    @property
    def headers(self) -> HeaderPairs:
        """The headers to add to the application's response; `merge_headers` adds them."""
        return self._visitor.headers

    def merge_headers(self, own: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the headers of the application's response with those of this request added.

        Where a cookie is among them the response becomes private, and no cache may store it.
        """
        return merge_headers(own, self.headers)

    def state(self) -> RequestState[Awaitable[str | None]]:
        """What became of the request."""
        state = self._visitor.known()
        if state is None:
            raise ConfigurationError(
                "This AsyncRequestAuth has not been started, so nothing is known of its "
                "request. Await its start() first; AsgiMiddleware(app) does.",
                code="visit-not-started",
            )
        return state

    def ask(
        self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool
    ) -> AsyncAnyAuth | StrictCoroutine[AsyncAnyAuth]:
        """What `auth` is for callers that are typed themselves."""
        if accepts_token == "session_token":
            return self.state().auth(
                accepts_token, treat_pending_as_signed_out=treat_pending_as_signed_out
            )
        check_accepted(accepts_token)
        flow = self._visitor.auth(
            accepts_token, treat_pending_as_signed_out=treat_pending_as_signed_out
        )
        call = f"auth(accepts_token={accepts_token!r})"
        return StrictCoroutine(self.client.run(named(flow, "auth")), call)

    def ask_user(self) -> StrictCoroutine[User | None]:
        """What `current_user` is for callers that are typed themselves."""
        flow = named(self._visitor.current_user(), "current_user")
        return StrictCoroutine(self.client.run(flow), "current_user()")

    async def refuse(
        self, accepts_token: AcceptsToken = "session_token", /, **required: Unpack[Requirement]
    ) -> HttpResponse | None:
        """The response for who may not pass: not signed in, or without what is required."""
        return await self.client.run(self._visitor.refuse(required, accepts_token))

    async def redirect_to_sign_in(self, return_back_url: str | None = None) -> HttpResponse:
        """The response that leads to the sign-in page, and back to `return_back_url` or here."""
        return await self.client.run(self._visitor.redirect_to_sign_in(return_back_url))


class AsyncRequestFunctions(AsyncAuthMethods):
    """As `RequestFunctions`, in code that awaits."""

    def __init__(self, request_auth: Callable[[], AsyncRequestAuth]) -> None:
        self._visit_of = request_auth

    def ask(
        self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool
    ) -> AsyncAnyAuth | StrictCoroutine[AsyncAnyAuth]:
        """Who makes the current request."""
        return self._visit_of().ask(accepts_token, treat_pending_as_signed_out)

    def ask_user(self) -> StrictCoroutine[User | None]:
        """The user who makes the current request."""
        return self._visit_of().ask_user()


class AsyncConnectionFunctions(AsyncAuthFunctions[Connection]):
    """What an adapter offers whose framework hands its own request to each function.

    `request_auth` finds the visit of such a request, and raises where there is none.
    """

    def __init__(self, request_auth: Callable[[Connection], AsyncRequestAuth]) -> None:
        super().__init__(request_auth)
        self._find = request_auth

    def clerk_client(self, request: Connection, /) -> AsyncClerk:
        """The client of the Backend API, of the instance that this request belongs to."""
        return self._find(request).client

    clerk_client.__qualname__ = "clerk_client"
