"""What every step is handed: the credentials, the keys, the time; and how it gives its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias

from clerk_core.outcome.auth import Performing, Token
from clerk_core.outcome.state import (
    Handshake,
    HeaderPairs,
    RequestState,
    SignedIn,
    SignedOut,
    debug_headers,
)
from clerk_core.reading.credentials import Credentials
from clerk_core.verifying.keyring import Keyring
from clerk_core.words.flow import Flow
from clerk_core.words.settings import Settings


@dataclass(frozen=True)
class Context(Generic[Token]):
    """One request to decide about. `now` is in `credentials`, in Unix seconds."""

    credentials: Credentials
    keyring: Keyring
    perform: Performing[Token]

    @property
    def settings(self) -> Settings:
        """The instance's settings."""
        return self.credentials.settings

    def signed_in(
        self, token: str, claims: Mapping[str, object], headers: HeaderPairs = ()
    ) -> SignedIn[Token]:
        """The answer that these claims, verified, are the user's."""
        return SignedIn(self.credentials, self.perform, headers, token, claims)

    def signed_out(
        self, reason: str, message: str = "", headers: HeaderPairs = ()
    ) -> SignedOut[Token]:
        """The answer that nobody is signed in."""
        reason = str(reason)
        headers += debug_headers("signed-out", reason, message)
        return SignedOut(self.credentials, self.perform, headers, reason, message)

    def handshake(self, reason: str, message: str, headers: HeaderPairs) -> Handshake[Token]:
        """The answer that the browser has to be sent to Clerk."""
        reason = str(reason)
        headers += debug_headers("handshake", reason, message)
        return Handshake(self.credentials, self.perform, headers, reason, message)


Step: TypeAlias = Callable[[Context[Token]], "Flow[RequestState[Token] | None]"]
