"""`auth()`, `current_user()` and `current_organization()` as methods and functions, with types."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Literal, TypeVar, overload

from clerk_core._arguments import check_keywords
from clerk_core._auth import (
    AnyAuth,
    AsyncAnyAuth,
    AsyncAuth,
    AsyncMachineAuth,
    AsyncSignedOutAuth,
    Auth,
    MachineAuth,
    SignedOutAuth,
)
from clerk_core._authentication.request.token_kinds import (
    AcceptsToken,
    MachineTokenType,
    SeveralTokenTypes,
)
from clerk_core._strict_coroutine import MYPY, StrictCoroutine

if TYPE_CHECKING:
    from clerk_core._integration import mypy_types
    from clerk_core.models import Organization, User

Connection = TypeVar("Connection", contravariant=True)
_AUTH_KEYWORDS = ("accepts_token", "treat_pending_as_signed_out")


class AuthMethods:
    """`auth()` of a request, in code that waits."""

    __slots__ = ()

    @overload
    def auth(
        self,
        *,
        accepts_token: Literal["session_token"] = "session_token",
        treat_pending_as_signed_out: bool = True,
    ) -> Auth: ...
    @overload
    def auth(self, *, accepts_token: MachineTokenType) -> MachineAuth | SignedOutAuth: ...
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
        """Return the Auth object: who makes the request, and what they may do.

        Args:
            accepts_token: The kinds of token to accept: `session_token`, `api_key`, `m2m_token`,
                `oauth_token`, a list of them, or `any`. A machine token can take a call of the
                Backend API, once for each request.
            treat_pending_as_signed_out: Whether a session with pending tasks is signed out.

        Raises:
            TypeError: `accepts_token` is not a kind of token.
        """
        if unknown:
            check_keywords("auth", unknown, _AUTH_KEYWORDS)
        return self.ask(accepts_token, treat_pending_as_signed_out)

    # In an adapter it is a function of this name, and so Python's own errors call it.
    auth.__qualname__ = "auth"

    def ask(self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool) -> AnyAuth:
        """Return what `auth` returns, for callers that have types of their own."""
        raise NotImplementedError


class AsyncAuthMethods:
    """`auth()` and `current_user()` of a request, in code that awaits."""

    __slots__ = ()

    if MYPY:
        auth = mypy_types.Auth(*mypy_types.KINDS)  # pyright: ignore
        current_user = mypy_types.Awaiting(mypy_types.USER)  # pyright: ignore
        current_organization = mypy_types.Awaiting(mypy_types.ORGANIZATION)  # pyright: ignore
    else:

        @overload
        def auth(
            self,
            *,
            accepts_token: Literal["session_token"] = "session_token",
            treat_pending_as_signed_out: bool = True,
        ) -> AsyncAuth: ...
        @overload
        def auth(
            self, *, accepts_token: MachineTokenType
        ) -> StrictCoroutine[AsyncMachineAuth | AsyncSignedOutAuth]: ...
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
            """Return the Auth object: who makes the request, and what they may do.

            The result for session tokens is known at once. For any other `accepts_token`, await it.

            Args:
                accepts_token: The kinds of token to accept: `session_token`, `api_key`,
                    `m2m_token`, `oauth_token`, a list of them, or `any`. A machine token can take a
                    call of the Backend API, once for each request.
                treat_pending_as_signed_out: Whether a session with pending tasks is signed out.

            Raises:
                TypeError: `accepts_token` is not a kind of token.
            """
            if unknown:
                check_keywords("auth", unknown, _AUTH_KEYWORDS)
            return self.ask(accepts_token, treat_pending_as_signed_out)

        auth.__qualname__ = "auth"

        def current_user(self) -> StrictCoroutine[User | None]:
            """Return the user who makes the request, fetched once; None if signed out. Await it.

            Raises:
                ClerkAPIError: The Backend API refused the call.
                TransportError: The Backend API did not respond.
            """
            return self.ask_user()

        def current_organization(self) -> StrictCoroutine[Organization | None]:
            """Return the active organization, fetched once; None without one. Await it.

            Raises:
                ClerkAPIError: The Backend API refused the call.
                TransportError: The Backend API did not respond.
            """
            return self.ask_organization()

        current_user.__qualname__ = "current_user"
        current_organization.__qualname__ = "current_organization"

    def ask(
        self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool
    ) -> AsyncAnyAuth | StrictCoroutine[AsyncAnyAuth]:
        """Return what `auth` returns, for callers that have types of their own."""
        raise NotImplementedError

    def ask_user(self) -> StrictCoroutine[User | None]:
        """Return what `current_user` returns, for callers that have types of their own."""
        raise NotImplementedError

    def ask_organization(self) -> StrictCoroutine[Organization | None]:
        """Return what `current_organization` returns, for callers that have types of their own."""
        raise NotImplementedError


class AuthFunctions(Generic[Connection]):
    """`auth(request)` in code that waits."""

    def __init__(self, find: Callable[[Connection], AuthMethods]) -> None:
        self._find_auth = find

    @overload
    def auth(
        self,
        request: Connection,
        /,
        *,
        accepts_token: Literal["session_token"] = "session_token",
        treat_pending_as_signed_out: bool = True,
    ) -> Auth: ...
    @overload
    def auth(
        self, request: Connection, /, *, accepts_token: MachineTokenType
    ) -> MachineAuth | SignedOutAuth: ...
    @overload
    def auth(
        self,
        request: Connection,
        /,
        *,
        accepts_token: AcceptsToken,
        treat_pending_as_signed_out: bool = True,
    ) -> AnyAuth: ...
    def auth(
        self,
        request: Connection,
        /,
        *,
        accepts_token: AcceptsToken = "session_token",
        treat_pending_as_signed_out: bool = True,
        **unknown: object,
    ) -> AnyAuth:
        """Return the Auth object: who makes the request, and what they may do.

        Args:
            accepts_token: The kinds of token to accept: `session_token`, `api_key`, `m2m_token`,
                `oauth_token`, a list of them, or `any`. A machine token can take a call of the
                Backend API, once for each request.
            treat_pending_as_signed_out: Whether a session with pending tasks is signed out.

        Raises:
            TypeError: `accepts_token` is not a kind of token.
        """
        if unknown:
            check_keywords("auth", unknown, _AUTH_KEYWORDS)
        return self._find_auth(request).ask(accepts_token, treat_pending_as_signed_out)

    auth.__qualname__ = "auth"


class AsyncAuthFunctions(Generic[Connection]):
    """`auth(request)` and `current_user(request)` in code that awaits."""

    def __init__(self, find: Callable[[Connection], AsyncAuthMethods]) -> None:
        self._find_auth = find
        if MYPY:
            self.auth = mypy_types.AuthOf(find, *mypy_types.KINDS)  # pyright: ignore
            user, organization = mypy_types.USER, mypy_types.ORGANIZATION
            self.current_user = mypy_types.AwaitingOf(find, user)  # pyright: ignore
            self.current_organization = mypy_types.AwaitingOf(find, organization)  # pyright: ignore

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
        ) -> StrictCoroutine[AsyncMachineAuth | AsyncSignedOutAuth]: ...
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
            """Return the Auth object: who makes the request, and what they may do.

            The result for session tokens is known at once. For any other `accepts_token`, await it.

            Args:
                accepts_token: The kinds of token to accept: `session_token`, `api_key`,
                    `m2m_token`, `oauth_token`, a list of them, or `any`. A machine token can take a
                    call of the Backend API, once for each request.
                treat_pending_as_signed_out: Whether a session with pending tasks is signed out.

            Raises:
                TypeError: `accepts_token` is not a kind of token.
            """
            if unknown:
                check_keywords("auth", unknown, _AUTH_KEYWORDS)
            return self._find_auth(request).ask(accepts_token, treat_pending_as_signed_out)

        auth.__qualname__ = "auth"

        def current_user(self, request: Connection, /) -> StrictCoroutine[User | None]:
            """Return the user who makes the request, fetched once; None if signed out. Await it.

            Raises:
                ClerkAPIError: The Backend API refused the call.
                TransportError: The Backend API did not respond.
            """
            return self._find_auth(request).ask_user()

        def current_organization(
            self, request: Connection, /
        ) -> StrictCoroutine[Organization | None]:
            """Return the active organization, fetched once; None without one. Await it.

            Raises:
                ClerkAPIError: The Backend API refused the call.
                TransportError: The Backend API did not respond.
            """
            return self._find_auth(request).ask_organization()

        current_user.__qualname__ = "current_user"
        current_organization.__qualname__ = "current_organization"
