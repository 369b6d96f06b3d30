"""Verify a token that came without an HTTP request: through a socket, a queue or a message.

Nothing is redirected or renewed, so the reason of a token that is invalid is that of the token.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.jwt import Jwt, MalformedJwtError, decode
from clerk_core._authentication.request.token_kinds import (
    AcceptsToken,
    check_accepted,
    is_accepted,
    machine_token_type,
)
from clerk_core._authentication.result.state import RequestState
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.steps.machine import verify_machine_token
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._authentication.tokens.revoked import RevokedTokens
from clerk_core._flow import Flow
from clerk_core._messages import Request
from clerk_core._reasons import EXPLANATIONS, Reason
from clerk_core._settings.settings import Settings
from clerk_core.errors import TokenVerificationError

# What an Auth object asks of its request is the same for all tokens.
_NO_REQUEST = Request("GET", "https://localhost/")


def verify_token(
    token: str,
    settings: Settings,
    now: float,
    keyring: Keyring,
    accepts_token: AcceptsToken,
    revoked: RevokedTokens | None = None,
) -> Flow[RequestState]:
    """Return the flow that verifies a token, which is signed in or signed out.

    Args:
        token: The encoded token.
        settings: The settings of the Clerk instance.
        now: The current time in Unix seconds.
        keyring: The cache of public keys.
        accepts_token: The kinds of token to accept.
        revoked: The session tokens that are refused before they expire; None for no such list.

    Raises:
        TypeError: The token is not a string, or `accepts_token` is not a kind of token.
    """
    _check_token(token)
    check_accepted(accepts_token)
    credentials = Credentials(_NO_REQUEST, settings, now, keyring.remembered.decode)
    context = Context(credentials, keyring, accepts_token, revoked)
    kind = machine_token_type(token, credentials.decode)
    if not is_accepted(kind or "session_token", accepts_token):
        return context.not_accepted(token)
    if kind is not None:
        return (yield from verify_machine_token(context, token, kind))
    claims = yield from context.verify(token)
    if isinstance(claims, Reason):
        return context.signed_out(claims, EXPLANATIONS[claims])
    return context.signed_in(token, claims)


class DecodedToken(NamedTuple):
    """The header and the claims of a JWT that was not verified. Do not trust them."""

    header: Mapping[str, object]
    claims: Mapping[str, object]

    def __repr__(self) -> str:
        return "DecodedToken(…)"


def decode_token(token: str) -> DecodedToken:
    """Return the header and the claims of a JWT without verifying it, to look at them.

    Anybody can make such a token: `Clerk.verify_token()` says whether it holds.

    Args:
        token: The encoded token.

    Raises:
        TokenVerificationError: The token is malformed, or is no JWT.
        TypeError: The token is not a string.
    """
    _check_token(token)
    try:
        jwt: Jwt = decode(token)
    except MalformedJwtError:
        reason = Reason.TOKEN_INVALID
        raise TokenVerificationError(EXPLANATIONS[reason], code=str(reason)) from None
    return DecodedToken(jwt.header, jwt.claims)


def _check_token(token: object) -> None:
    if not isinstance(token, str):
        raise TypeError(f"token must be a str, not {type(token).__name__}")
