"""The Auth objects that applications get: `get_token()` waits, or is awaited.

What they say of a user or machine is in their bases, which do no I/O. How a flow is run is given.
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
    """A signed-in user, in a session."""

    __slots__ = ()

    _run: Run

    def get_token(
        self, *, template: str | None = None, expires_in_seconds: int | None = None
    ) -> str | None:
        """Return a token of this session: its own, or a new one from a JWT template.

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
    """A machine, authenticated by a token of the kind `token_type`."""

    __slots__ = ()

    def get_token(self) -> str | None:
        """Return the token itself."""
        return self._state.token


class SignedOutAuth(BaseSignedOutAuth):
    """Nobody is signed in: every attribute of a user or machine is None, `has()` is False."""

    __slots__ = ()

    def get_token(
        self, *, template: str | None = None, expires_in_seconds: int | None = None
    ) -> str | None:
        """Return None: there is no token."""
        return None


class AsyncSessionAuth(BaseSessionAuth):
    """A signed-in user, in a session."""

    __slots__ = ()

    _run: AsyncRun

    def get_token(
        self, *, template: str | None = None, expires_in_seconds: int | None = None
    ) -> StrictCoroutine[str | None]:
        """Return a token of this session: its own, or a new one from a JWT template. Await it.

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
    """A machine, authenticated by a token of the kind `token_type`."""

    __slots__ = ()

    _run: AsyncRun

    def get_token(self) -> StrictCoroutine[str | None]:
        """Return the token itself. Await it."""
        return _get_token(self._run, self.get_token_flow())


class AsyncSignedOutAuth(BaseSignedOutAuth):
    """Nobody is signed in: every attribute of a user or machine is None, `has()` is False."""

    __slots__ = ()

    _run: AsyncRun

    def get_token(
        self, *, template: str | None = None, expires_in_seconds: int | None = None
    ) -> StrictCoroutine[str | None]:
        """Return None: there is no token. Await it."""
        return _get_token(self._run, self.get_token_flow())


def _get_token(run: AsyncRun, flow: Flow[str | None]) -> StrictCoroutine[str | None]:
    return StrictCoroutine(run(named(flow, "SessionAuth.get_token")), "get_token()")


Auth: TypeAlias = SessionAuth | SignedOutAuth
"""A user, or nobody."""
AnyAuth: TypeAlias = SessionAuth | MachineAuth | SignedOutAuth
"""A user, a machine, or nobody."""
AsyncAuth: TypeAlias = AsyncSessionAuth | AsyncSignedOutAuth
"""A user, or nobody; `get_token()` is awaited."""
AsyncAnyAuth: TypeAlias = AsyncSessionAuth | AsyncMachineAuth | AsyncSignedOutAuth
"""A user, a machine, or nobody; `get_token()` is awaited."""


def auth_of(state: RequestState, accepts: AcceptsToken, pending_out: bool, run: Run) -> AnyAuth:
    """Return the Auth object of a state, whose flows `run` runs."""
    return make_auth(state, accepts, pending_out, run, SessionAuth, MachineAuth, SignedOutAuth)


def async_auth_of(
    state: RequestState, accepts: AcceptsToken, pending_out: bool, run: AsyncRun
) -> AsyncAnyAuth:
    """Return the Auth object of a state, whose flows are awaited with `run`."""
    kinds = AsyncSessionAuth, AsyncMachineAuth, AsyncSignedOutAuth
    return make_auth(state, accepts, pending_out, run, *kinds)
