"""`auth()` and `current_user()` as methods and functions, typed by the kinds of token accepted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Literal, TypeVar, overload

from clerk_core._arguments import check_keywords
from clerk_core._authentication.request.token_kinds import (
    AcceptsToken,
    MachineTokenType,
    SeveralTokenTypes,
)
from clerk_core._client import (
    AnyAuth,
    AsyncAnyAuth,
    AsyncAuth,
    AsyncMachineAuth,
    Auth,
    MachineAuth,
)
from clerk_core._strict_coroutine import MYPY, StrictCoroutine

if TYPE_CHECKING:
    from clerk_core._integration import mypy_types
    from clerk_core.models import User

Connection = TypeVar("Connection", contravariant=True)
_AUTH_KEYWORDS = ("accepts_token", "treat_pending_as_signed_out")


class AuthMethods:
    """`auth()` in code that waits."""

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
        **unknown: object,
    ) -> AnyAuth:
        """Who makes the request, and what they may do: by default a user, in a session.

        `accepts_token` is `session_token`, `api_key`, `m2m_token` or `oauth_token`, a list of them,
        or `any`. A machine token may cost a call of the Backend API, once a request.
        """
        check_keywords("auth", unknown, _AUTH_KEYWORDS)
        return self.ask(accepts_token, treat_pending_as_signed_out)

    # In an adapter it is a function of this name, and so Python's own errors call it.
    auth.__qualname__ = "auth"

    def ask(self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool) -> AnyAuth:
        """What `auth` is for callers that are typed themselves."""
        raise NotImplementedError


class AsyncAuthMethods:
    """`auth()` and `current_user()` in code that awaits."""

    __slots__ = ()

    if MYPY:
        auth = mypy_types.Auth(*mypy_types.KINDS)  # pyright: ignore
        current_user = mypy_types.CurrentUser(mypy_types.USER)  # pyright: ignore
    else:

        @overload
        def auth(
            self,
            *,
            accepts_token: Literal["session_token"] = "session_token",
            treat_pending_as_signed_out: bool = True,
        ) -> AsyncAuth: ...
        @overload
        def auth(self, *, accepts_token: MachineTokenType) -> StrictCoroutine[AsyncMachineAuth]: ...
        @overload
        def auth(
            self, *, accepts_token: SeveralTokenTypes, treat_pending_as_signed_out: bool = True
        ) -> StrictCoroutine[AsyncAnyAuth]: ...
        def auth(
            self,
            *,
            accepts_token: AcceptsToken = "session_token",
            treat_pending_as_signed_out: bool = True,
            **unknown: object,
        ) -> AsyncAnyAuth | StrictCoroutine[AsyncAnyAuth]:
            """Who makes the request, and what they may do: by default a user, in a session.

            A session is known at once. Where `accepts_token` names anything else (`api_key`,
            `m2m_token` or `oauth_token`, a list, or `any`) the answer has to be awaited: a machine
            token may cost a call of the Backend API, once a request.
            """
            check_keywords("auth", unknown, _AUTH_KEYWORDS)
            return self.ask(accepts_token, treat_pending_as_signed_out)

        auth.__qualname__ = "auth"

        def current_user(self) -> StrictCoroutine[User | None]:
            """The user who makes the request, asked for once a request; None signed out.

            Raises `ClerkAPIError` and `TransportError` as any call of the Backend API does.
            """
            return self.ask_user()

        current_user.__qualname__ = "current_user"

    def ask(
        self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool
    ) -> AsyncAnyAuth | StrictCoroutine[AsyncAnyAuth]:
        """What `auth` is for callers that are typed themselves."""
        raise NotImplementedError

    def ask_user(self) -> StrictCoroutine[User | None]:
        """What `current_user` is for callers that are typed themselves."""
        raise NotImplementedError


class AsyncAuthFunctions(Generic[Connection]):
    """`auth(request)` and `current_user(request)`; `request_auth` finds the visit of a request."""

    def __init__(self, request_auth: Callable[[Connection], AsyncAuthMethods]) -> None:
        self._visit_of = request_auth
        if MYPY:
            self.auth = mypy_types.AuthOf(request_auth, *mypy_types.KINDS)  # pyright: ignore
            user = mypy_types.USER
            self.current_user = mypy_types.CurrentUserOf(request_auth, user)  # pyright: ignore

    if not MYPY:

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
        ) -> StrictCoroutine[AsyncMachineAuth]: ...
        @overload
        def auth(
            self,
            request: Connection,
            /,
            *,
            accepts_token: SeveralTokenTypes,
            treat_pending_as_signed_out: bool = True,
        ) -> StrictCoroutine[AsyncAnyAuth]: ...
        def auth(
            self,
            request: Connection,
            /,
            *,
            accepts_token: AcceptsToken = "session_token",
            treat_pending_as_signed_out: bool = True,
            **unknown: object,
        ) -> AsyncAnyAuth | StrictCoroutine[AsyncAnyAuth]:
            """Who makes this request, and what they may do: by default a user, in a session.

            A session is known at once. Where `accepts_token` names anything else (`api_key`,
            `m2m_token` or `oauth_token`, a list, or `any`), await the answer.
            """
            check_keywords("auth", unknown, _AUTH_KEYWORDS)
            return self._visit_of(request).ask(accepts_token, treat_pending_as_signed_out)

        auth.__qualname__ = "auth"

        def current_user(self, request: Connection, /) -> StrictCoroutine[User | None]:
            """The user who makes this request, asked for once a request; None signed out.

            Raises `ClerkAPIError` and `TransportError` as any call of the Backend API does.
            """
            return self._visit_of(request).ask_user()

        current_user.__qualname__ = "current_user"
