"""The functions of an adapter: `auth`, `current_user`, `clerk_client`.

There are four classes: for code that waits or awaits, in frameworks that know the current request
or pass it to each function. They find the object of the request and call its methods.
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
from clerk_core.models import Organization, User

Connection = TypeVar("Connection", contravariant=True)


class RequestFunctions(AuthMethods):
    """Functions of the current request, in code that waits.

    Args:
        find: Returns the object of the current request; raises if there is none.
    """

    def __init__(self, find: Callable[[], RequestAuth]) -> None:
        self._find = find

    def ask(self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool) -> AnyAuth:
        """Return the result of `auth`, for callers with other types."""
        return self._find().ask(accepts_token, treat_pending_as_signed_out)

    def current_user(self) -> User | None:
        """Return the user who makes the current request, fetched once; None if signed out.

        Raises:
            ClerkAPIError: The Backend API refused the call.
            TransportError: The Backend API did not respond.
        """
        return self._find().current_user()

    def current_organization(self) -> Organization | None:
        """Return the active organization, fetched once; None without one.

        Raises:
            ClerkAPIError: The Backend API refused the call.
            TransportError: The Backend API did not respond.
        """
        return self._find().current_organization()

    current_user.__qualname__ = "current_user"
    current_organization.__qualname__ = "current_organization"


class AsyncRequestFunctions(AsyncAuthMethods):
    """Functions of the current request, in code that awaits.

    Args:
        find: Returns the object of the current request; raises if there is none.
    """

    def __init__(self, find: Callable[[], AsyncRequestAuth]) -> None:
        self._find = find

    def ask(
        self, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool
    ) -> AsyncAnyAuth | StrictCoroutine[AsyncAnyAuth]:
        """Return the result of `auth`, for callers with other types."""
        return self._find().ask(accepts_token, treat_pending_as_signed_out)

    def ask_user(self) -> StrictCoroutine[User | None]:
        """Return the result of `current_user`, for callers with other types."""
        return self._find().ask_user()

    def ask_organization(self) -> StrictCoroutine[Organization | None]:
        """Return the result of `current_organization`, for callers with other types."""
        return self._find().ask_organization()


class ConnectionFunctions(AuthFunctions[Connection]):
    """Functions that are given the framework's request, in code that waits.

    Args:
        find: Returns the object of such a request; raises if there is none.
    """

    def __init__(self, find: Callable[[Connection], RequestAuth]) -> None:
        super().__init__(find)
        self._find = find

    def current_user(self, request: Connection, /) -> User | None:
        """Return the user who makes this request, fetched once; None if signed out.

        Raises:
            ClerkAPIError: The Backend API refused the call.
            TransportError: The Backend API did not respond.
        """
        return self._find(request).current_user()

    def current_organization(self, request: Connection, /) -> Organization | None:
        """Return the active organization, fetched once; None without one.

        Raises:
            ClerkAPIError: The Backend API refused the call.
            TransportError: The Backend API did not respond.
        """
        return self._find(request).current_organization()

    def clerk_client(self, request: Connection, /) -> Clerk:
        """Return the client of the Backend API, of the instance of this request."""
        return self._find(request).client

    current_user.__qualname__ = "current_user"
    current_organization.__qualname__ = "current_organization"
    clerk_client.__qualname__ = "clerk_client"


class AsyncConnectionFunctions(AsyncAuthFunctions[Connection]):
    """Functions that are given the framework's request, in code that awaits.

    Args:
        find: Returns the object of such a request; raises if there is none.
    """

    def __init__(self, find: Callable[[Connection], AsyncRequestAuth]) -> None:
        super().__init__(find)
        self._find = find

    def clerk_client(self, request: Connection, /) -> AsyncClerk:
        """Return the client of the Backend API, of the instance of this request."""
        return self._find(request).client

    clerk_client.__qualname__ = "clerk_client"
