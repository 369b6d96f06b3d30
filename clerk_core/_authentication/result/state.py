"""What became of a request: signed in, signed out, or sent to a handshake with Clerk.

Each state carries the headers that the response must get and, where the browser has to go
elsewhere, the redirect. How it was decided is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, overload

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.token_kinds import (
    MACHINE_TOKEN_TYPES,
    AcceptsToken,
    MachineTokenType,
    TokenType,
    is_accepted,
)
from clerk_core._authentication.result.auth import SessionAuth, SignedOutAuth
from clerk_core._authentication.result.machine_auth import (
    InvalidTokenAuth,
    MachineAuth,
    SignedOutMachineAuth,
)
from clerk_core._authentication.result.origin import Origin, Performing, Token
from clerk_core._authentication.tokens.machine_token import MachineToken

if TYPE_CHECKING:
    from typing_extensions import Self

HeaderPairs: TypeAlias = tuple[tuple[str, str], ...]
SessionOrNobody: TypeAlias = SessionAuth[Token] | SignedOutAuth[Token]
MachineOrNobody: TypeAlias = MachineAuth[Token] | SignedOutMachineAuth[Token]
AnyAuth: TypeAlias = (
    SessionAuth[Token]
    | SignedOutAuth[Token]
    | MachineAuth[Token]
    | SignedOutMachineAuth[Token]
    | InvalidTokenAuth[Token]
)


class _State(Origin[Token]):
    """What the states share.

    `credentials` is what the request carried, `headers` pairs for the response, names in lower
    case, several `set-cookie` among them.
    """

    __slots__ = ("headers",)

    headers: HeaderPairs

    def __init__(
        self, credentials: Credentials, perform: Performing[Token], headers: HeaderPairs
    ) -> None:
        super().__init__(credentials, perform)
        object.__setattr__(self, "headers", headers)

    @property
    def redirect(self) -> str | None:
        """Where the browser has to go now, with status 307 and `headers`; mostly nowhere."""
        return next((value for name, value in self.headers if name == "location"), None)

    def _auth(self, pending_is_signed_out: bool) -> AnyAuth[Token]:
        raise NotImplementedError

    @overload
    def auth(
        self, accepts_token: None = None, *, treat_pending_as_signed_out: bool = True
    ) -> AnyAuth[Token]: ...
    @overload
    def auth(
        self,
        accepts_token: Literal["session_token"],
        *,
        treat_pending_as_signed_out: bool = True,
    ) -> SessionOrNobody[Token]: ...
    @overload
    def auth(
        self, accepts_token: MachineTokenType, *, treat_pending_as_signed_out: bool = True
    ) -> MachineOrNobody[Token]: ...
    @overload
    def auth(
        self, accepts_token: AcceptsToken, *, treat_pending_as_signed_out: bool = True
    ) -> AnyAuth[Token]: ...
    def auth(
        self,
        accepts_token: AcceptsToken | None = None,
        *,
        treat_pending_as_signed_out: bool = True,
    ) -> AnyAuth[Token]:
        """Who is asking, if with a token that is accepted: when None, any that was decided about.

        A session with tasks left to do counts as signed out, unless told not to.
        https://clerk.com/docs/guides/configure/session-tasks
        """
        found = self._auth(treat_pending_as_signed_out)
        if accepts_token is None or is_accepted(found.token_type, accepts_token):
            return found
        return nobody(accepts_token, self)


class SignedIn(_State[Token]):
    """The request is a signed-in user's, or a program's with a machine token that holds."""

    __slots__ = ("_verified", "token")

    token: str
    _verified: Mapping[str, object] | MachineToken

    status: ClassVar[Literal["signed-in"]] = "signed-in"
    is_authenticated: ClassVar[Literal[True]] = True
    reason: ClassVar[None] = None
    message: ClassVar[None] = None

    def __init__(
        self,
        credentials: Credentials,
        perform: Performing[Token],
        headers: HeaderPairs,
        token: str,
        verified: Mapping[str, object] | MachineToken,
    ) -> None:
        put = object.__setattr__
        put(self, "credentials", credentials)
        put(self, "perform", perform)
        put(self, "headers", headers)
        put(self, "token", token)
        put(self, "_verified", verified)

    def __bool__(self) -> Literal[True]:
        return True

    def with_headers(self, headers: HeaderPairs) -> SignedIn[Token]:
        """Return the same state with these headers after its own."""
        added = self.headers + headers
        return SignedIn(self.credentials, self.perform, added, self.token, self._verified)

    @property
    def token_type(self) -> TokenType:
        """The kind of token that was shown."""
        verified = self._verified
        return verified.type if isinstance(verified, MachineToken) else "session_token"

    def _auth(self, pending_is_signed_out: bool) -> AnyAuth[Token]:
        verified = self._verified
        if isinstance(verified, MachineToken):
            return MachineAuth(self, self.token, verified)
        if pending_is_signed_out and verified.get("sts") == "pending":
            return SignedOutAuth(self, "pending")
        return SessionAuth(self, self.token, verified)

    def __repr__(self) -> str:
        verified = self._verified
        if isinstance(verified, MachineToken):
            return f"SignedIn({verified.subject})"
        return f"SignedIn({verified.get('sub')})"


class _NobodySignedIn(_State[Token]):
    __slots__ = ("message", "reason", "token_type")

    reason: str
    message: str
    token_type: TokenType | None

    is_authenticated: ClassVar[Literal[False]] = False
    token: ClassVar[None] = None

    def __init__(
        self,
        credentials: Credentials,
        perform: Performing[Token],
        headers: HeaderPairs,
        reason: str,
        message: str,
        token_type: TokenType | None = "session_token",
    ) -> None:
        super().__init__(credentials, perform, headers)
        object.__setattr__(self, "reason", reason)
        object.__setattr__(self, "message", message)
        object.__setattr__(self, "token_type", token_type)

    def __bool__(self) -> Literal[False]:
        # So that `if clerk.authenticate(request):` lets nobody in.
        return False

    def with_headers(self, headers: HeaderPairs) -> Self:
        """Return the same state with these headers after its own."""
        return type(self)(
            self.credentials,
            self.perform,
            self.headers + headers,
            self.reason,
            self.message,
            self.token_type,
        )

    def _auth(self, pending_is_signed_out: bool) -> AnyAuth[Token]:
        return nobody(self.token_type or (), self)

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
"""The result of authentication."""
_DEBUG = "x-clerk-auth-"
Observer: TypeAlias = Callable[[RequestState[object]], None]
"""Is told every state that is decided."""


def nobody(accepts_token: AcceptsToken, origin: Origin[Token]) -> AnyAuth[Token]:
    """The object for nobody, of the one kind of token that is accepted; of none if of several."""
    for machine_type in MACHINE_TOKEN_TYPES:
        if accepts_token == machine_type:
            return SignedOutMachineAuth(origin, machine_type)
    if isinstance(accepts_token, str):
        return SignedOutAuth(origin)
    return InvalidTokenAuth(origin)


def debug_headers(status: str, reason: str, message: str) -> HeaderPairs:
    """The headers that tell a developer why nobody is signed in."""
    told = {"status": status, "reason": str(reason), "message": message}
    return tuple((_DEBUG + name, value) for name, value in told.items() if value)


def is_debug_header(name: str) -> bool:
    """Whether a header, in lower case, is one of those."""
    return name.startswith(_DEBUG)
