"""Define the context of all steps: credentials, keys, time, and methods that create results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import TypeAlias

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.jwt import MalformedJwtError
from clerk_core._authentication.request.token_kinds import (
    NAMES,
    AcceptsToken,
    TokenType,
    is_session_token,
    kind_of_token,
    one_of,
)
from clerk_core._authentication.result.state import (
    Handshake,
    HeaderPairs,
    RequestState,
    SignedIn,
    SignedOut,
    debug_headers,
)
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._authentication.tokens.machine_token import MachineToken
from clerk_core._authentication.tokens.revoked import RevokedTokens
from clerk_core._authentication.tokens.session_token import verify_session_token
from clerk_core._flow import Flow
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings

Claims: TypeAlias = Mapping[str, object]


class Context:
    """The context of the steps for one request.

    Args:
        credentials: The credentials of the request, with the time as `credentials.now`.
        keyring: The public keys.
        accepts_token: The kinds of token to accept.
        revoked: The session tokens that are refused before they expire; None for no such list.
    """

    __slots__ = ("accepts_token", "credentials", "keyring", "revoked", "settings")

    def __init__(
        self,
        credentials: Credentials,
        keyring: Keyring,
        accepts_token: AcceptsToken = "session_token",
        revoked: RevokedTokens | None = None,
    ) -> None:
        self.revoked: RevokedTokens | None = revoked
        self.credentials: Credentials = credentials
        self.keyring: Keyring = keyring
        self.accepts_token: AcceptsToken = accepts_token
        self.settings: Settings = credentials.settings

    def verify(
        self, token: str, *, issued_since: float = -inf, clock_skew_in_ms: int | None = None
    ) -> Flow[Claims | Reason]:
        """Return the claims of a session token, or the reason why it is invalid.

        Args:
            token: The encoded token.
            issued_since: The earliest accepted time of issue, in Unix seconds.
            clock_skew_in_ms: The tolerated clock skew in milliseconds; None for that of the
                settings.
        """
        try:
            jwt = self.credentials.decode(token)
        except MalformedJwtError:
            return Reason.TOKEN_INVALID
        if not is_session_token(jwt):
            return Reason.TOKEN_TYPE_MISMATCH
        issued_at = jwt.claims.get("iat")
        if isinstance(issued_at, int | float) and issued_at < issued_since:
            return Reason.SESSION_TOKEN_IAT_BEFORE_CLIENT_UAT
        refused = yield from verify_session_token(
            token, jwt, self.settings, self.credentials.now, self.keyring, clock_skew_in_ms
        )
        if refused is None and self.revoked is not None and self.revoked.include(jwt.claims):
            return Reason.SESSION_REVOKED
        return refused or jwt.claims

    def signed_in(
        self, token: str, verified: Claims | MachineToken, headers: HeaderPairs = ()
    ) -> SignedIn:
        """Return the result for a verified token."""
        return SignedIn(self.credentials, headers, token, verified)

    def signed_out(
        self,
        reason: str,
        message: str = "",
        headers: HeaderPairs = (),
        kind: TokenType | None = "session_token",
    ) -> SignedOut:
        """Return the result for a request that is signed out."""
        reason = str(reason)
        headers += debug_headers("signed-out", reason, message)
        return SignedOut(self.credentials, headers, reason, message, kind)

    def not_accepted(self, token: str, kind: TokenType | None = "session_token") -> SignedOut:
        """Return the result for a token of a kind that is not accepted."""
        shown = kind_of_token(token, self.credentials.decode)
        message = (
            f"The request carries {NAMES[shown] if shown else 'another kind of token'}, but only "
            f"{one_of(self.accepts_token)} is accepted here."
        )
        return self.signed_out(Reason.TOKEN_TYPE_MISMATCH, message, kind=kind)

    def handshake(self, reason: str, message: str, headers: HeaderPairs) -> Handshake:
        """Return the result for a browser that must be redirected to Clerk."""
        reason = str(reason)
        headers += debug_headers("handshake", reason, message)
        return Handshake(self.credentials, headers, reason, message)


Step: TypeAlias = Callable[
    [Context], "RequestState | Flow[RequestState] | Flow[RequestState | None] | None"
]
"""A function that returns a result, None to continue with the next step, or a flow of either."""
