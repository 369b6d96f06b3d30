"""The Auth objects of machines: API keys, machine-to-machine tokens, OAuth access tokens.

https://clerk.com/docs/reference/backend/types/auth-object
"""

from __future__ import annotations

import copy
from typing import ClassVar, Generic, Literal, NoReturn

from clerk_core._authentication.request.token_kinds import MachineTokenType
from clerk_core._authentication.result.authorization import Requirement, check_requirement
from clerk_core._authentication.result.origin import Origin, Token, settled
from clerk_core._authentication.tokens.machine_token import MachineToken
from clerk_core._compat import Self, Unpack
from clerk_core._frozen import Frozen
from clerk_core._misuse import not_signed_in


class MachineAuth(Frozen, Generic[Token]):
    """A program that showed a machine token; `token_type` says of which kind.

    What a kind of token does not tell is None: `name` is an API key's, `client_id` an OAuth
    token's, `machine_id` an M2M token's, and an OAuth token has no `claims`.
    """

    __slots__ = ("_origin", "_token", "_verified")

    _token: str
    _verified: MachineToken
    _origin: Origin[Token]

    is_authenticated: ClassVar[Literal[True]] = True

    def __init__(self, origin: Origin[Token], token: str, verified: MachineToken) -> None:
        object.__setattr__(self, "_origin", origin)
        object.__setattr__(self, "_token", token)
        object.__setattr__(self, "_verified", verified)

    def __bool__(self) -> Literal[True]:
        # Declared, so that type checkers narrow by the truth of an Auth object.
        return True

    def require(self) -> Self:
        """Return this object, which type checkers then know to be that of a program."""
        return self

    @property
    def token_type(self) -> MachineTokenType:
        """The kind of token."""
        return self._verified.type

    @property
    def id(self) -> str:
        """The token's identifier."""
        return self._verified.id

    @property
    def subject(self) -> str:
        """Whose token it is: a user, an organization or a machine, by its identifier."""
        return self._verified.subject

    @property
    def name(self) -> str | None:
        """The name of an API key."""
        return self._verified.name if self.token_type == "api_key" else None

    @property
    def claims(self) -> dict[str, object] | None:
        """What its owner put into the token: a copy, yours to change."""
        claims = self._verified.claims
        return None if claims is None else copy.deepcopy(dict(claims))

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the token may be used for."""
        return self._verified.scopes

    @property
    def user_id(self) -> str | None:
        """The user in whose name the program acts."""
        if self.token_type == "oauth_token":
            return self.subject
        return self.subject if self.token_type == "api_key" and self._is_of("user_") else None

    @property
    def org_id(self) -> str | None:
        """The organization in whose name the program acts."""
        return self.subject if self.token_type == "api_key" and self._is_of("org_") else None

    @property
    def client_id(self) -> str | None:
        """The OAuth application."""
        return self._verified.client_id

    @property
    def machine_id(self) -> str | None:
        """The machine."""
        return self.subject if self.token_type == "m2m_token" else None

    def _is_of(self, prefix: str) -> bool:
        return self.subject.startswith(prefix)

    def has(self, **question: Unpack[Requirement]) -> Literal[False]:
        """No, whatever is asked: machines have scopes instead.

        Raise `TypeError` for a malformed question.
        """
        check_requirement(question)
        return False

    def get_token(self) -> Token:
        """The token itself."""
        return self._origin.perform(settled(self._token))

    def debug(self) -> dict[str, object]:
        """What helps to find out why; no secret and no token is shown whole."""
        return self._origin.debug()

    def __repr__(self) -> str:
        return f"MachineAuth({self.token_type}, subject={self.subject!r})"


class _NoMachine(Frozen, Generic[Token]):
    """Nobody: there is no token, and the answer to every question is no."""

    __slots__ = ("_origin",)

    _origin: Origin[Token]

    is_authenticated: ClassVar[Literal[False]] = False
    user_id: ClassVar[None] = None
    org_id: ClassVar[None] = None

    def __bool__(self) -> Literal[False]:
        # So that `if auth():` lets nobody in.
        return False

    def require(self) -> NoReturn:
        """Raise `ClerkError`, because the request carries no token that is accepted."""
        raise not_signed_in()

    def has(self, **question: Unpack[Requirement]) -> Literal[False]:
        """No, whatever is asked; raise `TypeError` for a malformed question."""
        check_requirement(question)
        return False

    def get_token(self) -> Token:
        """There is no token: None."""
        return self._origin.perform(settled(None))

    def debug(self) -> dict[str, object]:
        """What helps to find out why; no secret and no token is shown whole."""
        return self._origin.debug()


class SignedOutMachineAuth(_NoMachine[Token]):
    """No machine token of the wanted kind was shown, or it does not hold."""

    __slots__ = ("token_type",)

    token_type: MachineTokenType

    id: ClassVar[None] = None
    subject: ClassVar[None] = None
    name: ClassVar[None] = None
    claims: ClassVar[None] = None
    scopes: ClassVar[None] = None
    client_id: ClassVar[None] = None
    machine_id: ClassVar[None] = None

    def __init__(self, origin: Origin[Token], token_type: MachineTokenType) -> None:
        object.__setattr__(self, "_origin", origin)
        object.__setattr__(self, "token_type", token_type)


class InvalidTokenAuth(_NoMachine[Token]):
    """The request shows a kind of token that is not among those accepted."""

    __slots__ = ()

    token_type: ClassVar[None] = None

    def __init__(self, origin: Origin[Token]) -> None:
        object.__setattr__(self, "_origin", origin)
