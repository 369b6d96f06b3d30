"""Define the results of authentication: signed in, signed out, or a handshake with Clerk.

Each state has the headers to add to the response, and the redirect target if there is one. This
module does not know how requests are authenticated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, cast, overload

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.token_kinds import (
    AcceptsToken,
    MachineTokenType,
    TokenType,
)
from clerk_core._authentication.result.auth import (
    BaseSessionAuth,
    BaseSignedOutAuth,
    make_auth,
)
from clerk_core._authentication.result.debug import debug_information
from clerk_core._authentication.result.machine_auth import BaseMachineAuth
from clerk_core._authentication.tokens.machine_token import MachineToken
from clerk_core._frozen import Frozen

if TYPE_CHECKING:
    from typing_extensions import Self

HeaderPairs: TypeAlias = tuple[tuple[str, str], ...]
BaseAuth: TypeAlias = BaseSessionAuth | BaseMachineAuth | BaseSignedOutAuth

_put = object.__setattr__


class _State(Frozen):
    """The base of the states.

    Attributes:
        headers: The headers to add to the response, as pairs with names in lower case, which may
            repeat.
    """

    __slots__ = ("_credentials", "headers")

    _credentials: Credentials | Callable[[], Credentials]
    headers: HeaderPairs

    def __init__(
        self, credentials: Credentials | Callable[[], Credentials], headers: HeaderPairs
    ) -> None:
        _put(self, "_credentials", credentials)
        _put(self, "headers", headers)

    @property
    def credentials(self) -> Credentials:
        """The credentials of the request, parsed on first use if the result was cached."""
        found = self._credentials
        if not isinstance(found, Credentials):
            found = found()
            _put(self, "_credentials", found)
        return found

    @property
    def redirect(self) -> str | None:
        """The redirect target, for a response with status 307 and `headers`; or None."""
        for name, value in self.headers:
            if name == "location":
                return value
        return None

    @overload
    def auth(
        self,
        accepts_token: Literal["session_token"],
        *,
        treat_pending_as_signed_out: bool = True,
    ) -> BaseSessionAuth | BaseSignedOutAuth: ...
    @overload
    def auth(
        self, accepts_token: MachineTokenType, *, treat_pending_as_signed_out: bool = True
    ) -> BaseMachineAuth | BaseSignedOutAuth: ...
    @overload
    def auth(
        self,
        accepts_token: AcceptsToken | None = None,
        *,
        treat_pending_as_signed_out: bool = True,
    ) -> BaseAuth: ...
    def auth(
        self,
        accepts_token: AcceptsToken | None = None,
        *,
        treat_pending_as_signed_out: bool = True,
    ) -> BaseAuth:
        """Return the Auth object: who makes the request, and what they may do.

        Args:
            accepts_token: The kinds of token to accept; None for the kind that was authenticated.
            treat_pending_as_signed_out: Whether a session with pending tasks counts as signed out.
                https://clerk.com/docs/guides/configure/session-tasks
        """
        state = cast("RequestState", self)
        kinds = BaseSessionAuth, BaseMachineAuth, BaseSignedOutAuth
        return make_auth(state, accepts_token, treat_pending_as_signed_out, None, *kinds)

    def debug(self) -> dict[str, object]:
        """Return information for debugging. Secrets are cut off after seven characters."""
        reason, message = getattr(self, "reason", None), getattr(self, "message", None)
        return debug_information(self.credentials, reason, message)


class SignedIn(_State):
    """The state of an authenticated request: a user with a session, or a machine.

    Attributes:
        token: The verified token.
    """

    __slots__ = ("_verified", "token")

    token: str
    # The claims, or the machine token. Requests with the same token share it: return copies only.
    _verified: Mapping[str, object] | MachineToken

    status: ClassVar[Literal["signed-in"]] = "signed-in"
    is_authenticated: ClassVar[Literal[True]] = True
    reason: ClassVar[None] = None
    message: ClassVar[None] = None

    def __init__(
        self,
        credentials: Credentials | Callable[[], Credentials],
        headers: HeaderPairs,
        token: str,
        verified: Mapping[str, object] | MachineToken,
    ) -> None:
        _put(self, "_credentials", credentials)
        _put(self, "headers", headers)
        _put(self, "token", token)
        _put(self, "_verified", verified)

    def __bool__(self) -> Literal[True]:
        return True

    def with_headers(self, headers: HeaderPairs) -> SignedIn:
        """Return the same state with these headers after its own."""
        return SignedIn(self.credentials, self.headers + headers, self.token, self._verified)

    def of(self, credentials: Callable[[], Credentials]) -> SignedIn:
        """Return the same state of another request, which is read when it is first needed."""
        return SignedIn(credentials, self.headers, self.token, self._verified)

    @property
    def token_type(self) -> TokenType:
        """The kind of token that was verified."""
        verified = self._verified
        return verified.type if isinstance(verified, MachineToken) else "session_token"

    def __repr__(self) -> str:
        verified = self._verified
        if isinstance(verified, MachineToken):
            return f"SignedIn({verified.subject})"
        return f"SignedIn({verified.get('sub')})"


class _NotSignedIn(_State):
    __slots__ = ("message", "reason", "token_type")

    reason: str
    message: str
    token_type: TokenType | None

    is_authenticated: ClassVar[Literal[False]] = False
    token: ClassVar[None] = None

    def __init__(
        self,
        credentials: Credentials | Callable[[], Credentials],
        headers: HeaderPairs,
        reason: str,
        message: str,
        token_type: TokenType | None = "session_token",
    ) -> None:
        super().__init__(credentials, headers)
        _put(self, "reason", reason)
        _put(self, "message", message)
        _put(self, "token_type", token_type)

    def __bool__(self) -> Literal[False]:
        # So that `if clerk.authenticate(request):` does not admit signed-out requests.
        return False

    def with_headers(self, headers: HeaderPairs) -> Self:
        """Return the same state with these headers after its own."""
        return type(self)(
            self.credentials,
            self.headers + headers,
            self.reason,
            self.message,
            self.token_type,
        )

    def of(self, credentials: Callable[[], Credentials]) -> Self:
        """Return the same state of another request, which is read when it is first needed."""
        return type(self)(credentials, self.headers, self.reason, self.message, self.token_type)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.reason})"


class SignedOut(_NotSignedIn):
    """The state of a request that is signed out.

    Attributes:
        reason: The code of the reason, a value of `Reason` or a code of Clerk.
        message: An explanation, which may be empty.
    """

    __slots__ = ()

    status: ClassVar[Literal["signed-out"]] = "signed-out"


class Handshake(_NotSignedIn):
    """The state of a request that must be redirected to Clerk's Frontend API and back.

    Attributes:
        reason: The code of the reason, a value of `Reason`.
        message: An explanation, which may be empty.
    """

    __slots__ = ()

    status: ClassVar[Literal["handshake"]] = "handshake"


RequestState: TypeAlias = SignedIn | SignedOut | Handshake
"""The result of authentication."""
_DEBUG = "x-clerk-auth-"
_STATUS, _REASON, _MESSAGE = f"{_DEBUG}status", f"{_DEBUG}reason", f"{_DEBUG}message"
Observer: TypeAlias = Callable[[RequestState], None]
"""A function that is called with each result."""


def debug_headers(status: str, reason: str, message: str) -> HeaderPairs:
    """Return the headers that show developers the reason of a result."""
    pairs = (_STATUS, status), (_REASON, str(reason))
    return (*pairs, (_MESSAGE, message)) if message else pairs


def is_debug_header(name: str) -> bool:
    """Return whether a header is one of `debug_headers`. The name must be in lower case."""
    return name.startswith(_DEBUG)
