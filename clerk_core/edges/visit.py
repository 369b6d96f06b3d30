"""One request together with the client that answers for it: what an adapter keeps a request.

`Visit` is for code that waits, `AsyncVisit` for code that awaits; both run the flows of
`answering/visitor.py`. They know no framework.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Generic, Literal, TypeVar, overload

from clerk_core.answering.access import redirect_if_needed
from clerk_core.answering.response_headers import merge_headers
from clerk_core.backend.models import User
from clerk_core.edges.clerk import (
    AnyAuth,
    AsyncAnyAuth,
    AsyncAuth,
    AsyncClerk,
    AsyncMachineAuth,
    Auth,
    Clerk,
    MachineAuth,
)
from clerk_core.outcome.authorization import Question
from clerk_core.outcome.state import HeaderPairs, RequestState
from clerk_core.reading.token_kinds import AcceptsToken, MachineTokenType, SeveralTokenTypes
from clerk_core.words.messages import HttpResponse, Request

if TYPE_CHECKING:
    from typing_extensions import Unpack

Connection = TypeVar("Connection", contravariant=True)


class _Asks:
    """What is asked in code that waits."""

    __slots__ = ()

    @overload
    def auth(
        self,
        *,
        accepts_token: Literal["session_token"] = "session_token",
        treat_pending_as_signed_out: bool = True,
    ) -> Auth: ...
    @overload
    def auth(self, *, accepts_token: MachineTokenType) -> MachineAuth: ...
    @overload
    def auth(
        self, *, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool = True
    ) -> AnyAuth: ...
    def auth(
        self,
        *,
        accepts_token: AcceptsToken = "session_token",
        treat_pending_as_signed_out: bool = True,
    ) -> AnyAuth:
        """Who makes the request, and what they may do: by default a user, in a session.

        `accepts_token` is `session_token`, `api_key`, `m2m_token` or `oauth_token`, a list of them,
        or `any`. A machine token may cost a call of the Backend API, once a request.
        """
        return self.ask(accepts_token, treat_pending_as_signed_out)

    def ask(self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool) -> AnyAuth:
        """What `auth` is for callers that are typed themselves."""
        raise NotImplementedError


class Visit(_Asks):
    """A request, seen by `client`; mutable, and of one request only."""

    __slots__ = ("_visitor", "client")

    def __init__(self, client: Clerk, request: Request) -> None:
        self.client = client
        self._visitor = client.visitor(request)

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
        self, accepts_token: AcceptsToken = "session_token", /, **required: Unpack[Question]
    ) -> HttpResponse | None:
        """The response for who may not pass: not signed in, or without what is required."""
        return self.client.run(self._visitor.refuse(required, accepts_token))

    def redirect_to_sign_in(self, return_back_url: str | None = None) -> HttpResponse:
        """The response that leads to the sign-in page, and back to `return_back_url` or here."""
        return self.client.run(self._visitor.redirect_to_sign_in(return_back_url))


class Verbs(_Asks):
    """What an adapter offers whose framework knows the current request by itself.

    `visit_of` finds the visit of that request, and raises where there is none.
    """

    def __init__(self, visit_of: Callable[[], Visit]) -> None:
        self._visit_of = visit_of

    def ask(self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool) -> AnyAuth:
        """Who makes the current request."""
        return self._visit_of().ask(accepts_token, treat_pending_as_signed_out)

    def current_user(self) -> User | None:
        """The user who makes the current request; the rest is as in `Visit`."""
        return self._visit_of().current_user()


class _AsyncAsks:
    """What is asked in code that awaits."""

    __slots__ = ()

    @overload
    def auth(
        self,
        *,
        accepts_token: Literal["session_token"] = "session_token",
        treat_pending_as_signed_out: bool = True,
    ) -> AsyncAuth: ...
    @overload
    def auth(self, *, accepts_token: MachineTokenType) -> Awaitable[AsyncMachineAuth]: ...
    @overload
    def auth(
        self, *, accepts_token: SeveralTokenTypes, treat_pending_as_signed_out: bool = True
    ) -> Awaitable[AsyncAnyAuth]: ...
    def auth(
        self,
        *,
        accepts_token: AcceptsToken = "session_token",
        treat_pending_as_signed_out: bool = True,
    ) -> AsyncAnyAuth | Awaitable[AsyncAnyAuth]:
        """Who makes the request, and what they may do: by default a user, in a session.

        A session is known at once. Where `accepts_token` names anything else (`api_key`,
        `m2m_token` or `oauth_token`, a list, or `any`) the answer has to be awaited: a machine
        token may cost a call of the Backend API, once a request.
        """
        return self.ask(accepts_token, treat_pending_as_signed_out)

    def ask(
        self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool
    ) -> AsyncAnyAuth | Awaitable[AsyncAnyAuth]:
        """What `auth` is for callers that are typed themselves."""
        raise NotImplementedError


class AsyncVisit(_AsyncAsks):
    """As `Visit`, seen by a client whose calls are awaited. Await `start` before all else."""

    __slots__ = ("_state", "_visitor", "client")

    _state: RequestState[Awaitable[str | None]]

    def __init__(self, client: AsyncClerk, request: Request) -> None:
        self.client = client
        self._visitor = client.visitor(request)

    async def start(self) -> HttpResponse | None:
        """Decide about the request; the response to give in the application's stead, or None."""
        self._state = await self.client.run(self._visitor.state())
        return redirect_if_needed(self._state)

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
        return self._state

    def ask(
        self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool
    ) -> AsyncAnyAuth | Awaitable[AsyncAnyAuth]:
        """What `auth` is for callers that are typed themselves."""
        if accepts_token == "session_token":
            return self._state.auth(
                accepts_token, treat_pending_as_signed_out=treat_pending_as_signed_out
            )
        flow = self._visitor.auth(
            accepts_token, treat_pending_as_signed_out=treat_pending_as_signed_out
        )
        return self.client.run(flow)

    async def current_user(self) -> User | None:
        """The user who makes the request, asked for once a request; None signed out.

        Raises `ClerkAPIError` and `TransportError` as any call of the Backend API does.
        """
        return await self.client.run(self._visitor.current_user())

    async def refuse(
        self, accepts_token: AcceptsToken = "session_token", /, **required: Unpack[Question]
    ) -> HttpResponse | None:
        """The response for who may not pass: not signed in, or without what is required."""
        return await self.client.run(self._visitor.refuse(required, accepts_token))

    async def redirect_to_sign_in(self, return_back_url: str | None = None) -> HttpResponse:
        """The response that leads to the sign-in page, and back to `return_back_url` or here."""
        return await self.client.run(self._visitor.redirect_to_sign_in(return_back_url))


class AsyncVerbs(_AsyncAsks):
    """As `Verbs`, in code that awaits."""

    def __init__(self, visit_of: Callable[[], AsyncVisit]) -> None:
        self._visit_of = visit_of

    def ask(
        self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool
    ) -> AsyncAnyAuth | Awaitable[AsyncAnyAuth]:
        """Who makes the current request."""
        return self._visit_of().ask(accepts_token, treat_pending_as_signed_out)

    async def current_user(self) -> User | None:
        """The user who makes the current request; the rest is as in `AsyncVisit`."""
        return await self._visit_of().current_user()


class AsyncVerbsOf(Generic[Connection]):
    """What an adapter offers whose framework hands its own request to each function.

    `visit_of` finds the visit of such a request, and raises where there is none.
    """

    def __init__(self, visit_of: Callable[[Connection], AsyncVisit]) -> None:
        self._visit_of = visit_of

    @overload
    def auth(
        self,
        request: Connection,
        /,
        *,
        accepts_token: Literal["session_token"] = "session_token",
        treat_pending_as_signed_out: bool = True,
    ) -> AsyncAuth: ...
    @overload
    def auth(
        self, request: Connection, /, *, accepts_token: MachineTokenType
    ) -> Awaitable[AsyncMachineAuth]: ...
    @overload
    def auth(
        self,
        request: Connection,
        /,
        *,
        accepts_token: SeveralTokenTypes,
        treat_pending_as_signed_out: bool = True,
    ) -> Awaitable[AsyncAnyAuth]: ...
    def auth(
        self,
        request: Connection,
        /,
        *,
        accepts_token: AcceptsToken = "session_token",
        treat_pending_as_signed_out: bool = True,
    ) -> AsyncAnyAuth | Awaitable[AsyncAnyAuth]:
        """Who makes this request, and what they may do: by default a user, in a session.

        A session is known at once. Where `accepts_token` names anything else (`api_key`,
        `m2m_token` or `oauth_token`, a list, or `any`), await the answer.
        """
        return self._visit_of(request).ask(accepts_token, treat_pending_as_signed_out)

    async def current_user(self, request: Connection, /) -> User | None:
        """The user who makes this request, asked for once a request; None signed out.

        Raises `ClerkAPIError` and `TransportError` as any call of the Backend API does.
        """
        return await self._visit_of(request).current_user()

    def clerk_client(self, request: Connection, /) -> AsyncClerk:
        """The client of the Backend API, of the instance that this request belongs to."""
        return self._visit_of(request).client
