"""Define the Auth object of a machine, without I/O: API keys, M2M tokens and OAuth access tokens.

https://clerk.com/docs/reference/backend/types/auth-object
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, ClassVar, Literal

from clerk_core._authentication.request.token_kinds import MachineTokenType
from clerk_core._authentication.result.auth import verified_of
from clerk_core._authentication.result.authorization import Requirement, check_requirement
from clerk_core._authentication.result.public_view import public_fields
from clerk_core._authentication.tokens.machine_token import MachineToken
from clerk_core._compat import Self, Unpack
from clerk_core._flow import Flow, immediate
from clerk_core._frozen import Frozen

if TYPE_CHECKING:
    from clerk_core._authentication.result.state import SignedIn


class BaseMachineAuth(Frozen):
    """A machine that was authenticated by an API key, an M2M token or an OAuth access token.

    Attributes that a kind of token does not have are None: only API keys have a `name`, only OAuth
    tokens a `client_id` and an `actor`, only M2M tokens a `machine_id`, and OAuth tokens have no
    `claims`.
    """

    __slots__ = ("_run", "_state")

    if TYPE_CHECKING:
        _state: SignedIn

    is_authenticated: ClassVar[Literal[True]] = True

    def __init__(self, state: SignedIn, run: object = None) -> None:
        object.__setattr__(self, "_run", run)
        object.__setattr__(self, "_state", state)

    def __bool__(self) -> Literal[True]:
        # Lets type checkers narrow a union of Auth objects by `if auth`.
        return True

    def require(self) -> Self:
        """Return this object, for type checkers."""
        return self

    @property
    def _verified(self) -> MachineToken:
        verified: MachineToken = verified_of(self._state)
        return verified

    @property
    def token_type(self) -> MachineTokenType:
        """The kind of token."""
        return self._verified.type

    @property
    def id(self) -> str:
        """The token's ID."""
        return self._verified.id

    @property
    def subject(self) -> str:
        """The ID of the user, organization or machine that the token belongs to."""
        return self._verified.subject

    @property
    def name(self) -> str | None:
        """The name of an API key."""
        return self._verified.name if self.token_type == "api_key" else None

    @property
    def claims(self) -> dict[str, object] | None:
        """A copy of the custom claims of the token."""
        claims = self._verified.claims
        return None if claims is None else copy.deepcopy(dict(claims))

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes of the token."""
        return self._verified.scopes

    @property
    def user_id(self) -> str | None:
        """The ID of the user on whose behalf the machine acts."""
        if self.token_type == "oauth_token":
            return self.subject
        return self.subject if self.token_type == "api_key" and self._is_of("user_") else None

    @property
    def org_id(self) -> str | None:
        """The ID of the organization on whose behalf the machine acts."""
        return self.subject if self.token_type == "api_key" and self._is_of("org_") else None

    @property
    def client_id(self) -> str | None:
        """The client ID of the OAuth application."""
        return self._verified.client_id

    @property
    def expires_at(self) -> float | None:
        """When the token expires, in Unix seconds; None if it does not."""
        return self._verified.expires_at

    @property
    def audience(self) -> tuple[str, ...]:
        """The APIs that the token was issued for (RFC 9068, 2.2); empty if it names none."""
        return self._verified.audience

    @property
    def actor(self) -> dict[str, object] | None:
        """A copy of the actor of an OAuth token, who acts for the user (RFC 8693, 4.1)."""
        actor = self._verified.actor
        return None if actor is None else copy.deepcopy(dict(actor))

    @property
    def machine_id(self) -> str | None:
        """The ID of the machine."""
        return self.subject if self.token_type == "m2m_token" else None

    def _is_of(self, prefix: str) -> bool:
        return self.subject.startswith(prefix)

    def has(self, **required: Unpack[Requirement]) -> Literal[False]:
        """Return False, because machines have scopes instead.

        Args:
            required: `role`, `permission`, `feature`, `plan` or `reverification`.

        Raises:
            TypeError: A requirement is malformed.
        """
        check_requirement(required)
        return False

    def to_public_dict(self) -> dict[str, object]:
        """Return the fields of the machine that pages may show, as JSON: no token and no claims."""
        return public_fields(self, of_machine=True)

    def get_token_flow(self) -> Flow[str | None]:
        """Return a flow that returns the token of the request."""
        return immediate(self._state.token)

    def debug(self) -> dict[str, object]:
        """Return information for debugging. Secrets are cut off after seven characters."""
        return self._state.debug()

    def __repr__(self) -> str:
        return f"MachineAuth({self.token_type}, subject={self.subject!r})"
