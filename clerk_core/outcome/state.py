"""What became of a request: signed in, signed out, or sent to a handshake with Clerk.

Each state carries the headers that the response must get and, where the browser has to go
elsewhere, the redirect. How it was decided is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Generic, Literal, TypeAlias

from clerk_core.outcome.auth import Performing, SessionAuth, SignedOutAuth, Token
from clerk_core.reading.credentials import Credentials
from clerk_core.words.frozen import Frozen

HeaderPairs: TypeAlias = tuple[tuple[str, str], ...]


class _State(Frozen, Generic[Token]):
    """What the three states share.

    `credentials` is what the request carried, `headers` pairs for the response, names in lower
    case, several `set-cookie` among them.
    """

    __slots__ = ("credentials", "headers", "perform")

    credentials: Credentials
    perform: Performing[Token]
    headers: HeaderPairs

    def __init__(
        self, credentials: Credentials, perform: Performing[Token], headers: HeaderPairs
    ) -> None:
        put = object.__setattr__
        put(self, "credentials", credentials)
        put(self, "perform", perform)
        put(self, "headers", headers)

    @property
    def redirect(self) -> str | None:
        """Where the browser has to go now, with status 307 and `headers`; mostly nowhere."""
        return next((value for name, value in self.headers if name == "location"), None)


class SignedIn(_State[Token]):
    """The request is a signed-in user's."""

    __slots__ = ("_claims", "token")

    token: str
    _claims: Mapping[str, object]

    status: ClassVar[Literal["signed-in"]] = "signed-in"
    is_authenticated: ClassVar[Literal[True]] = True
    token_type: ClassVar[Literal["session_token"]] = "session_token"
    reason: ClassVar[None] = None
    message: ClassVar[None] = None

    def __init__(
        self,
        credentials: Credentials,
        perform: Performing[Token],
        headers: HeaderPairs,
        token: str,
        claims: Mapping[str, object],
    ) -> None:
        super().__init__(credentials, perform, headers)
        object.__setattr__(self, "token", token)
        object.__setattr__(self, "_claims", claims)

    def auth(
        self, *, treat_pending_as_signed_out: bool = True
    ) -> SessionAuth[Token] | SignedOutAuth[Token]:
        """Who is asking. A session with tasks left to do counts as signed out, unless told not to.

        https://clerk.com/docs/guides/configure/session-tasks
        """
        if treat_pending_as_signed_out and self._claims.get("sts") == "pending":
            return SignedOutAuth(self.perform, "pending")
        return SessionAuth(self.token, self._claims, self.credentials.settings, self.perform)

    def __repr__(self) -> str:
        return f"SignedIn({self._claims.get('sub')})"


class _NobodySignedIn(_State[Token]):
    __slots__ = ("message", "reason")

    reason: str
    message: str

    is_authenticated: ClassVar[Literal[False]] = False
    token_type: ClassVar[Literal["session_token"]] = "session_token"
    token: ClassVar[None] = None

    def __init__(
        self,
        credentials: Credentials,
        perform: Performing[Token],
        headers: HeaderPairs,
        reason: str,
        message: str,
    ) -> None:
        super().__init__(credentials, perform, headers)
        object.__setattr__(self, "reason", reason)
        object.__setattr__(self, "message", message)

    def auth(self, *, treat_pending_as_signed_out: bool = True) -> SignedOutAuth[Token]:
        """Nobody."""
        return SignedOutAuth(self.perform)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.reason})"


class SignedOut(_NobodySignedIn[Token]):
    """Nobody is signed in; `reason` is the slug that says why, `message` a sentence or empty."""

    __slots__ = ()

    status: ClassVar[Literal["signed-out"]] = "signed-out"


class Handshake(_NobodySignedIn[Token]):
    """Only Clerk's Frontend API can tell: the browser is to be redirected there and comes back."""

    __slots__ = ()

    status: ClassVar[Literal["handshake"]] = "handshake"


RequestState: TypeAlias = SignedIn[Token] | SignedOut[Token] | Handshake[Token]


def debug_headers(status: str, reason: str, message: str) -> HeaderPairs:
    """The headers that tell a developer why nobody is signed in."""
    pairs = (
        ("x-clerk-auth-status", status),
        ("x-clerk-auth-reason", reason),
        ("x-clerk-auth-message", message),
    )
    return tuple((name, value) for name, value in pairs if value)
