"""Define the Auth objects of applications, with a synchronous or an asynchronous `get_token()`.

All other attributes are defined in their base classes, which perform no I/O.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from clerk_core._authentication.request.token_kinds import AcceptsToken
from clerk_core._authentication.result.auth import BaseSessionAuth, BaseSignedOutAuth, make_auth
from clerk_core._authentication.result.machine_auth import BaseMachineAuth
from clerk_core._authentication.result.state import RequestState
from clerk_core._flow import Flow, named
from clerk_core._strict_coroutine import StrictCoroutine

Run: TypeAlias = Callable[[Flow[str | None]], str | None]
AsyncRun: TypeAlias = Callable[[Flow[str | None]], StrictCoroutine[str | None]]


class SessionAuth(BaseSessionAuth):
    """A signed-in user with a session."""

    __slots__ = ()

    _run: Run

    def get_token(
        self, *, template: str | None = None, expires_in_seconds: int | None = None
    ) -> str | None:
        """Return a token of this session: that of the request, or a new one.

        https://clerk.com/docs/guides/sessions/jwt-templates

        Args:
            template: The name of a JWT template of the instance.
            expires_in_seconds: The lifetime of the new token, in seconds.

        Returns:
            The token; None if the session token belongs to no session.

        Raises:
            ClerkAPIError: The Backend API refused to make the token.
            TransportError: The Backend API did not respond.
        """
        flow = self.get_token_flow(template=template, expires_in_seconds=expires_in_seconds)
        return self._run(flow)


class MachineAuth(BaseMachineAuth):
    """A machine that was authenticated by an API key, an M2M token or an OAuth access token."""

    __slots__ = ()

    def get_token(self) -> str | None:
        """Return the token of the request."""
        return self._state.token


class SignedOutAuth(BaseSignedOutAuth):
    """A request that is signed out: all attributes of a user or machine are None."""

    __slots__ = ()

    def get_token(
        self, *, template: str | None = None, expires_in_seconds: int | None = None
    ) -> str | None:
        """Return None, because there is no token."""
        return None


class AsyncSessionAuth(BaseSessionAuth):
    """A signed-in user with a session."""

    __slots__ = ()

    _run: AsyncRun

    def get_token(
        self, *, template: str | None = None, expires_in_seconds: int | None = None
    ) -> StrictCoroutine[str | None]:
        """Return a token of this session: that of the request, or a new one. Await it.

        https://clerk.com/docs/guides/sessions/jwt-templates

        Args:
            template: The name of a JWT template of the instance.
            expires_in_seconds: The lifetime of the new token, in seconds.

        Returns:
            The token; None if the session token belongs to no session.

        Raises:
            ClerkAPIError: The Backend API refused to make the token.
            TransportError: The Backend API did not respond.
        """
        flow = self.get_token_flow(template=template, expires_in_seconds=expires_in_seconds)
        return _get_token(self._run, flow)


class AsyncMachineAuth(BaseMachineAuth):
    """A machine that was authenticated by an API key, an M2M token or an OAuth access token."""

    __slots__ = ()

    _run: AsyncRun

    def get_token(self) -> StrictCoroutine[str | None]:
        """Return the token of the request. Await it."""
        return _get_token(self._run, self.get_token_flow())


class AsyncSignedOutAuth(BaseSignedOutAuth):
    """A request that is signed out: all attributes of a user or machine are None."""

    __slots__ = ()

    _run: AsyncRun

    def get_token(
        self, *, template: str | None = None, expires_in_seconds: int | None = None
    ) -> StrictCoroutine[str | None]:
        """Return None, because there is no token. Await it."""
        return _get_token(self._run, self.get_token_flow())


def _get_token(run: AsyncRun, flow: Flow[str | None]) -> StrictCoroutine[str | None]:
    return StrictCoroutine(run(named(flow, "SessionAuth.get_token")), "get_token()")


Auth: TypeAlias = SessionAuth | SignedOutAuth
"""The Auth object of a user, or of a signed-out request."""
AnyAuth: TypeAlias = SessionAuth | MachineAuth | SignedOutAuth
"""The Auth object of a user, of a machine, or of a signed-out request."""
AsyncAuth: TypeAlias = AsyncSessionAuth | AsyncSignedOutAuth
"""The Auth object of a user, or of a signed-out request, with an async `get_token()`."""
AsyncAnyAuth: TypeAlias = AsyncSessionAuth | AsyncMachineAuth | AsyncSignedOutAuth
"""The Auth object of a user, machine or signed-out request, with an async `get_token()`."""


def auth_of(state: RequestState, accepts: AcceptsToken, pending_out: bool, run: Run) -> AnyAuth:
    """Return the Auth object of a state.

    Args:
        state: The result of authentication.
        accepts: The kinds of token to accept.
        pending_out: Whether a session with pending tasks counts as signed out.
        run: Runs the flows of the object.
    """
    return make_auth(state, accepts, pending_out, run, SessionAuth, MachineAuth, SignedOutAuth)


def async_auth_of(
    state: RequestState, accepts: AcceptsToken, pending_out: bool, run: AsyncRun
) -> AsyncAnyAuth:
    """Return the async Auth object of a state.

    Args:
        state: The result of authentication.
        accepts: The kinds of token to accept.
        pending_out: Whether a session with pending tasks counts as signed out.
        run: Runs the flows of the object in a coroutine.
    """
    kinds = AsyncSessionAuth, AsyncMachineAuth, AsyncSignedOutAuth
    return make_auth(state, accepts, pending_out, run, *kinds)
