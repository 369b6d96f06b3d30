"""`verify_token()` of both clients, with types: tokens that come without an HTTP request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from clerk_core._auth import (
    AsyncMachineAuth,
    AsyncSessionAuth,
    MachineAuth,
    SessionAuth,
    async_auth_of,
    auth_of,
)
from clerk_core._authentication.request.token_kinds import (
    AcceptsToken,
    MachineTokenType,
    SeveralTokenTypes,
)
from clerk_core._authentication.response.request_flows import Authenticator
from clerk_core._authentication.result.state import RequestState, SignedOut
from clerk_core._authentication.steps.token_alone import verify_token
from clerk_core._flow import Flow
from clerk_core._reasons import EXPLANATIONS, Reason
from clerk_core._strict_coroutine import StrictCoroutine
from clerk_core.errors import TokenVerificationError

A = TypeVar("A")
T = TypeVar("T")


class TokenMethods:
    """`verify_token()` in code that waits."""

    authenticator: Authenticator

    if TYPE_CHECKING:

        def run(self, flow: Flow[T]) -> T: ...

    @overload
    def verify_token(
        self,
        token: str,
        *,
        accepts_token: Literal["session_token"] = ...,
        treat_pending_as_signed_out: bool = ...,
    ) -> SessionAuth: ...
    @overload
    def verify_token(self, token: str, *, accepts_token: MachineTokenType) -> MachineAuth: ...
    @overload
    def verify_token(
        self,
        token: str,
        *,
        accepts_token: SeveralTokenTypes,
        treat_pending_as_signed_out: bool = ...,
    ) -> SessionAuth | MachineAuth: ...
    def verify_token(
        self,
        token: str,
        *,
        accepts_token: AcceptsToken = "session_token",
        treat_pending_as_signed_out: bool = True,
    ) -> Any:
        """Return the Auth object of a token that came without an HTTP request.

        For sockets, gRPC, queues and workers. A token of a machine can take a call of the Backend
        API.

        Args:
            token: The encoded token.
            accepts_token: The kinds of token to accept: `session_token`, `api_key`, `m2m_token`,
                `oauth_token`, a list of them, or `any`.
            treat_pending_as_signed_out: Whether a session with pending tasks is refused.

        Raises:
            TokenVerificationError: The token is invalid. Its code is one of the values of `Reason`.
            ConfigurationError: There is no key to verify it with.
            TypeError: An argument has the wrong type.
        """
        state = self.run(_flow(self.authenticator, token, accepts_token))
        auth = auth_of(state, accepts_token, treat_pending_as_signed_out, self.run)
        return _verified(auth, state)


class AsyncTokenMethods:
    """`verify_token()` in code that awaits."""

    authenticator: Authenticator

    if TYPE_CHECKING:

        def run(self, flow: Flow[T]) -> StrictCoroutine[T]: ...

    @overload
    async def verify_token(
        self,
        token: str,
        *,
        accepts_token: Literal["session_token"] = ...,
        treat_pending_as_signed_out: bool = ...,
    ) -> AsyncSessionAuth: ...
    @overload
    async def verify_token(
        self, token: str, *, accepts_token: MachineTokenType
    ) -> AsyncMachineAuth: ...
    @overload
    async def verify_token(
        self,
        token: str,
        *,
        accepts_token: SeveralTokenTypes,
        treat_pending_as_signed_out: bool = ...,
    ) -> AsyncSessionAuth | AsyncMachineAuth: ...
    async def verify_token(
        self,
        token: str,
        *,
        accepts_token: AcceptsToken = "session_token",
        treat_pending_as_signed_out: bool = True,
    ) -> Any:
        """Return the Auth object of a token that came without an HTTP request.

        For sockets, gRPC, queues and workers. A token of a machine can take a call of the Backend
        API.

        Args:
            token: The encoded token.
            accepts_token: The kinds of token to accept: `session_token`, `api_key`, `m2m_token`,
                `oauth_token`, a list of them, or `any`.
            treat_pending_as_signed_out: Whether a session with pending tasks is refused.

        Raises:
            TokenVerificationError: The token is invalid. Its code is one of the values of `Reason`.
            ConfigurationError: There is no key to verify it with.
            TypeError: An argument has the wrong type.
        """
        state = await self.run(_flow(self.authenticator, token, accepts_token))
        auth = async_auth_of(state, accepts_token, treat_pending_as_signed_out, self.run)
        return _verified(auth, state)


def _flow(
    authenticator: Authenticator, token: str, accepts_token: AcceptsToken
) -> Flow[RequestState]:
    return verify_token(
        token,
        authenticator.settings,
        authenticator.clock(),
        authenticator.keyring,
        accepts_token,
        authenticator.revoked(),
    )


def _verified(auth: A, state: RequestState) -> A:
    """Return an Auth object that is signed in.

    Raises:
        TokenVerificationError: It is not.
    """
    if auth:
        return auth
    if isinstance(state, SignedOut):
        reason, message = state.reason, state.message
    else:
        reason, message = str(Reason.SESSION_PENDING), ""
    raise TokenVerificationError(message or EXPLANATIONS[reason], code=reason)
