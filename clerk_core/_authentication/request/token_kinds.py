"""Distinguish Clerk's kinds of token by prefix, header and claims.

This module verifies no signatures. Tokens of the wrong kind are rejected before verification.
"""

from __future__ import annotations

import reprlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

from clerk_core._authentication.request.cookies import Decode
from clerk_core._authentication.request.jwt import Jwt, MalformedJwtError

MachineTokenType: TypeAlias = Literal["api_key", "m2m_token", "oauth_token"]
"""A kind of machine token."""
TokenType: TypeAlias = Literal["session_token", "api_key", "m2m_token", "oauth_token"]
"""A kind of token."""
SeveralTokenTypes: TypeAlias = Literal["any"] | list[TokenType] | tuple[TokenType, ...]
"""Several kinds of token, or any. Not a `Sequence`, because a `str` is one, too."""
AcceptsToken: TypeAlias = TokenType | Literal["any"] | Sequence[TokenType]
"""The kinds of token that are accepted: one, several, or `any`."""

MACHINE_TOKEN_TYPES: tuple[MachineTokenType, ...] = ("api_key", "m2m_token", "oauth_token")

NAMES: dict[TokenType, str] = {
    "session_token": "a session token",
    "api_key": "an API key",
    "m2m_token": "an M2M token",
    "oauth_token": "an OAuth access token",
}

SESSION_CATEGORY = "cl_B7d4PD111AAA"
M2M_CATEGORY = "cl_B7d4PD333AAA"
# Some instances use this category for all tokens, so it carries no information.
_ANY_CATEGORY = "cl_I7d4PD111III"

# RFC 9068, 2.1.
OAUTH_TYPES = ("at+jwt", "application/at+jwt")
_MACHINE_SUBJECT = "mch_"
_PREFIXES: tuple[tuple[str, MachineTokenType], ...] = (
    ("mt_", "m2m_token"),
    ("oat_", "oauth_token"),
    ("ak_", "api_key"),
)


def has_session_category(jwt: Jwt) -> bool:
    """Return whether the `cat` header is that of session tokens or absent."""
    category = jwt.header.get("cat", SESSION_CATEGORY)
    return category in (SESSION_CATEGORY, _ANY_CATEGORY)


def is_session_token(jwt: Jwt) -> bool:
    """Return whether the token claims to be a session token.

    Tokens of JWT templates, M2M tokens and OAuth access tokens are signed with the same key. They
    must not be accepted as session tokens, because they outlive the session or belong to no user.
    """
    return has_session_category(jwt) and machine_jwt_type(jwt) is None


def machine_jwt_type(jwt: Jwt) -> MachineTokenType | None:
    """Return the kind of machine token that a JWT claims to be, or None."""
    subject = jwt.claims.get("sub")
    if isinstance(subject, str) and subject.startswith(_MACHINE_SUBJECT):
        return "m2m_token"
    return "oauth_token" if jwt.header.get("typ") in OAUTH_TYPES else None


def machine_token_type(token: str, decode: Decode) -> MachineTokenType | None:
    """Return the kind of machine token, by its prefix or as a JWT; None for any other token."""
    for prefix, kind in _PREFIXES:
        if token.startswith(prefix):
            return kind
    try:
        return machine_jwt_type(decode(token))
    except MalformedJwtError:
        return None


def kind_of_token(token: str, decode: Decode) -> TokenType | None:
    """Return the kind that a token claims to be; None if the token is unknown or malformed."""
    machine_type = machine_token_type(token, decode)
    if machine_type is not None:
        return machine_type
    try:
        return "session_token" if is_session_token(decode(token)) else None
    except MalformedJwtError:
        return None


def is_accepted(kind: TokenType | None, accepts: AcceptsToken) -> bool:
    """Return whether a kind of token is accepted."""
    if isinstance(accepts, str):
        return accepts in ("any", kind)
    return kind in accepts


def one_of(accepts: AcceptsToken) -> str:
    """Return the accepted kinds in words, such as `a session token or an API key`."""
    return " or ".join(n for kind, n in NAMES.items() if is_accepted(kind, accepts)) or "nothing"


def check_accepted(accepts: AcceptsToken, function: str = "auth") -> None:
    """Check the names of accepted kinds of token, so that a misspelling never admits anybody.

    Args:
        accepts: The accepted kinds.
        function: The name of the function that was called, for the message of the exception.

    Raises:
        TypeError: A kind of token does not exist.
    """
    kinds: Any = (accepts,) if isinstance(accepts, str) else accepts
    is_collection = isinstance(kinds, Collection) and not isinstance(kinds, Mapping)
    listed = cast("Collection[object]", kinds) if is_collection else ("",)
    if accepts != "any" and not all(kind in tuple(NAMES) for kind in listed):
        raise TypeError(
            f"{function}() argument 'accepts_token' must be 'any', or one or a list of "
            f"{', '.join(NAMES)}, not {reprlib.repr(accepts)}"
        )
