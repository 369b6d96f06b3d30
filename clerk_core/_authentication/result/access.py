"""Parse and check the options of a guard: kinds of token, scopes of machines, roles of users, etc.

Sessions must meet `role`, `permission`, `feature`, `plan` and `reverification`; machines must have
all `scopes`. A machine is refused if the guard has requirements for sessions but no scopes.
"""

from __future__ import annotations

import reprlib
from collections.abc import Collection
from typing import NamedTuple, cast

from clerk_core._authentication.request.token_kinds import (
    MACHINE_TOKEN_TYPES,
    AcceptsToken,
    check_accepted,
    is_accepted,
)
from clerk_core._authentication.result.auth import BaseSessionAuth
from clerk_core._authentication.result.authorization import Requirement, check_requirement
from clerk_core._authentication.result.machine_auth import BaseMachineAuth
from clerk_core._settings.values import is_scope


class GuardOptions(Requirement, total=False):
    """The keyword arguments of `require_auth` and `protect`.

    Attributes:
        accepts_token: The kinds of token to accept.
        scopes: The scope or scopes that a machine token must have.
    """

    accepts_token: AcceptsToken
    scopes: str | Collection[str]


class Access(NamedTuple):
    """The validated options of a guard."""

    accepts_token: AcceptsToken
    scopes: tuple[str, ...]
    required: Requirement

    def admits(self, auth: BaseSessionAuth | BaseMachineAuth) -> bool:
        """Return whether an Auth object of an accepted kind meets the requirements."""
        if auth.token_type == "session_token":
            return not self.required or auth.has(**self.required)
        if self.scopes:
            return set(self.scopes) <= set(auth.scopes)
        return not self.required


SIGNED_IN = Access("session_token", (), {})
"""The access of all signed-in users."""


def read_access(options: GuardOptions, function: str) -> Access:
    """Validate the options of a guard.

    Args:
        options: The keyword arguments.
        function: The name of the function that was called, for the messages of exceptions.

    Raises:
        TypeError: An option is unknown or malformed, or no accepted kind of token can meet it.
    """
    if not options:
        return SIGNED_IN
    given = dict(options)
    accepts = cast("AcceptsToken", given.pop("accepts_token", "session_token"))
    scopes = _read_scopes(given.pop("scopes", ()), function)
    required = cast("Requirement", given)
    check_requirement(required, function)
    check_accepted(accepts, function)
    if required and not is_accepted("session_token", accepts):
        raise TypeError(
            f"{function}() cannot require {', '.join(required)} of a machine token: only sessions "
            "have it"
        )
    if scopes and not any(is_accepted(kind, accepts) for kind in MACHINE_TOKEN_TYPES):
        raise TypeError(
            f"{function}() cannot require scopes of a session: only machine tokens have them. Add "
            "accepts_token="
        )
    return Access(accepts, scopes, required)


def _read_scopes(scopes: object, function: str) -> tuple[str, ...]:
    listed = (scopes,) if isinstance(scopes, str) else scopes
    # Not an iterator, which would be exhausted after the first request.
    if isinstance(listed, Collection):
        read = tuple(cast("Collection[object]", listed))
        are_scopes = all(isinstance(one, str) and is_scope(one) for one in read)
        if are_scopes and (read or scopes == ()):
            return cast("tuple[str, ...]", read)
    raise TypeError(
        f"{function}() argument 'scopes' must be a str or a list of str, not {reprlib.repr(scopes)}"
    )
