"""What every step is handed: the credentials, the keys, the time; and how it gives its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeAlias

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.token_kinds import (
    NAMES,
    AcceptsToken,
    TokenType,
    kind_of_token,
    one_of,
)
from clerk_core._authentication.result.origin import Performing, Token
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
from clerk_core._flow import Flow
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings


class Context(Generic[Token]):
    """One request to decide about. `now` is in `credentials`, in Unix seconds."""

    __slots__ = ("accepts_token", "credentials", "keyring", "perform", "settings")

    def __init__(
        self,
        credentials: Credentials,
        keyring: Keyring,
        perform: Performing[Token],
        accepts_token: AcceptsToken = "session_token",
    ) -> None:
        self.credentials: Credentials = credentials
        self.keyring: Keyring = keyring
        self.perform: Performing[Token] = perform
        self.accepts_token: AcceptsToken = accepts_token
        self.settings: Settings = credentials.settings

    def signed_in(
        self, token: str, verified: Mapping[str, object] | MachineToken, headers: HeaderPairs = ()
    ) -> SignedIn[Token]:
        """The answer that these claims, verified, are the user's; or the machine token is good."""
        return SignedIn(self.credentials, self.perform, headers, token, verified)

    def signed_out(
        self,
        reason: str,
        message: str = "",
        headers: HeaderPairs = (),
        kind: TokenType | None = "session_token",
    ) -> SignedOut[Token]:
        """The answer that nobody is signed in."""
        reason = str(reason)
        headers += debug_headers("signed-out", reason, message)
        return SignedOut(self.credentials, self.perform, headers, reason, message, kind)

    def not_accepted(
        self, token: str, kind: TokenType | None = "session_token"
    ) -> SignedOut[Token]:
        """The answer that the token is of another kind than is accepted."""
        shown = kind_of_token(token, self.credentials.decode)
        message = (
            f"The request carries {NAMES[shown] if shown else 'another kind of token'}, and only "
            f"{one_of(self.accepts_token)} is accepted here."
        )
        return self.signed_out(Reason.TOKEN_TYPE_MISMATCH, message, kind=kind)

    def handshake(self, reason: str, message: str, headers: HeaderPairs) -> Handshake[Token]:
        """The answer that the browser has to be sent to Clerk."""
        reason = str(reason)
        headers += debug_headers("handshake", reason, message)
        return Handshake(self.credentials, self.perform, headers, reason, message)


Step: TypeAlias = Callable[[Context[Token]], "Flow[RequestState[Token] | None]"]
