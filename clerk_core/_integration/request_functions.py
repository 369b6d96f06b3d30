"""The functions that an adapter offers its users: `auth`, `current_user`, `clerk_client`.

Four classes, because code waits or awaits, and a framework either knows the current request or
hands it to each function. They find the object of the request, and do nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from clerk_core._auth import AnyAuth, AsyncAnyAuth
from clerk_core._authentication.request.token_kinds import AcceptsToken
from clerk_core._client import AsyncClerk, Clerk
from clerk_core._integration.auth_methods import (
    AsyncAuthFunctions,
    AsyncAuthMethods,
    AuthFunctions,
    AuthMethods,
)
from clerk_core._integration.request_auth import AsyncRequestAuth, RequestAuth
from clerk_core._strict_coroutine import StrictCoroutine
from clerk_core.models import User

Connection = TypeVar("Connection", contravariant=True)


class RequestFunctions(AuthMethods):
    """Functions of the current request, in code that waits.

    Args:
        find: Returns the object of the current request; raises where there is none.
    """

    def __init__(self, find: Callable[[], RequestAuth]) -> None:
        self._find = find

    def ask(self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool) -> AnyAuth:
        """Return what `auth` returns, for callers that have types of their own."""
        return self._find().ask(accepts_token, treat_pending_as_signed_out)

    def current_user(self) -> User | None:
        """Return the user who makes the current request, fetched once; None if signed out.

        Raises:
            ClerkAPIError: The Backend API refused the call.
            TransportError: The Backend API did not respond.
        """
        return self._find().current_user()

    current_user.__qualname__ = "current_user"


class AsyncRequestFunctions(AsyncAuthMethods):
    """Functions of the current request, in code that awaits.

    Args:
        find: Returns the object of the current request; raises where there is none.
    """

    def __init__(self, find: Callable[[], AsyncRequestAuth]) -> None:
        self._find = find

    def ask(
        self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool
    ) -> AsyncAnyAuth | StrictCoroutine[AsyncAnyAuth]:
        """Return what `auth` returns, for callers that have types of their own."""
        return self._find().ask(accepts_token, treat_pending_as_signed_out)

    def ask_user(self) -> StrictCoroutine[User | None]:
        """Return what `current_user` returns, for callers that have types of their own."""
        return self._find().ask_user()


class ConnectionFunctions(AuthFunctions[Connection]):
    """Functions that are handed the framework's request, in code that waits.

    Args:
        find: Returns the object of such a request; raises where there is none.
    """

    def __init__(self, find: Callable[[Connection], RequestAuth]) -> None:
        super().__init__(find)
        self._find = find

    def current_user(self, request: Connection, /) -> User | None:
        """Return the user who makes this request, fetched once; None if nobody is signed in.

        Raises:
            ClerkAPIError: The Backend API refused the call.
            TransportError: The Backend API did not respond.
        """
        return self._find(request).current_user()

    def clerk_client(self, request: Connection, /) -> Clerk:
        """Return the client of the Backend API, of the instance that this request belongs to."""
        return self._find(request).client

    current_user.__qualname__ = "current_user"
    clerk_client.__qualname__ = "clerk_client"


class AsyncConnectionFunctions(AsyncAuthFunctions[Connection]):
    """Functions that are handed the framework's request, in code that awaits.

    Args:
        find: Returns the object of such a request; raises where there is none.
    """

    def __init__(self, find: Callable[[Connection], AsyncRequestAuth]) -> None:
        super().__init__(find)
        self._find = find

    def clerk_client(self, request: Connection, /) -> AsyncClerk:
        """Return the client of the Backend API, of the instance that this request belongs to."""
        return self._find(request).client

    clerk_client.__qualname__ = "clerk_client"
