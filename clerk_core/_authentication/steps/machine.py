"""Authenticate a machine from the token in its `Authorization` header, if that is accepted."""

from __future__ import annotations

import re

from clerk_core._authentication.request.jwt import MAX_TOKEN_LENGTH, MalformedJwtError
from clerk_core._authentication.request.token_kinds import (
    MACHINE_TOKEN_TYPES,
    NAMES,
    MachineTokenType,
    TokenType,
    is_accepted,
    machine_token_type,
)
from clerk_core._authentication.result.state import RequestState
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.tokens.machine_token import (
    MachineToken,
    verify_machine_jwt,
    verify_opaque_token,
)
from clerk_core._flow import Flow
from clerk_core._reasons import EXPLANATIONS, Reason

_JWT_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def kind_not_in_list(context: Context) -> RequestState | None:
    """Sign out if several kinds of token are accepted and the token is of another kind."""
    accepts = context.accepts_token
    if isinstance(accepts, str):
        return None
    token = context.credentials.token_in_header
    kind: TokenType = _kind_in_header(context) or "session_token"
    if is_accepted(kind, accepts):
        return None
    if token is None:
        return context.signed_out(Reason.NO_TOKEN_IN_HEADER, kind=None)
    return context.not_accepted(token, kind=None)


def machine_token_in_header(context: Context) -> Flow[RequestState | None]:
    """Verify the machine token in the header; return None if the token may be of a session."""
    accepts = context.accepts_token
    if accepts == "session_token":
        return None
    token, kind = context.credentials.token_in_header, _kind_in_header(context)
    only: MachineTokenType | None = next(
        (one for one in MACHINE_TOKEN_TYPES if accepts == one), None
    )
    if token is None:
        return None if only is None else context.signed_out(Reason.NO_TOKEN_IN_HEADER, kind=only)
    if only is not None and kind != only:
        return context.not_accepted(token, only)
    if kind is None:
        return None
    return (yield from verify_machine_token(context, token, kind))


def verify_machine_token(
    context: Context, token: str, kind: MachineTokenType
) -> Flow[RequestState]:
    """Verify a token of a machine.

    Args:
        context: The context.
        token: The encoded token.
        kind: Its kind, by its form.
    """
    credentials, settings = context.credentials, context.settings
    try:
        jwt = credentials.decode(token)
    except MalformedJwtError:
        if len(token) > MAX_TOKEN_LENGTH:
            return context.signed_out(
                Reason.TOKEN_INVALID, EXPLANATIONS[Reason.TOKEN_INVALID], kind=kind
            )
        if _JWT_FORM.fullmatch(token):
            return context.signed_out(
                Reason.TOKEN_INVALID, EXPLANATIONS[Reason.TOKEN_INVALID], kind="m2m_token"
            )
        verified = yield from verify_opaque_token(
            token, kind, settings, credentials.now, context.keyring.visitor_calls
        )
    else:
        verified = yield from verify_machine_jwt(
            token, jwt, kind, settings, credentials.now, context.keyring
        )
    if isinstance(verified, MachineToken):
        return context.signed_in(token, verified)
    return context.signed_out(verified, _message(verified, kind), kind=kind)


def _message(reason: Reason, kind: MachineTokenType) -> str:
    if reason is Reason.TOKEN_INVALID:
        return f"The request carries {NAMES[kind]} that is unknown, revoked or expired."
    if reason is Reason.TOKEN_VERIFICATION_FAILED:
        return (
            f"The request carries {NAMES[kind]} whose signature or claims are invalid: it has "
            "expired, or belongs to another instance."
        )
    return EXPLANATIONS[reason]


def _kind_in_header(context: Context) -> MachineTokenType | None:
    token = context.credentials.token_in_header
    return None if token is None else machine_token_type(token, context.credentials.decode)
