"""Decide by the token in the `Authorization` header: how a mobile app or a script comes."""

from __future__ import annotations

from clerk_core._authentication.request.jwt import MalformedJwtError
from clerk_core._authentication.request.token_kinds import is_session_token, machine_token_type
from clerk_core._authentication.result.origin import Token
from clerk_core._authentication.result.state import RequestState
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.steps.invalid_token import answer_invalid_token
from clerk_core._authentication.tokens.session_token import verify_session_token
from clerk_core._flow import Flow
from clerk_core._reasons import Reason


def session_token_in_header(context: Context[Token]) -> Flow[RequestState[Token] | None]:
    """Signed in or out by the header's token, which goes before every cookie; None without one."""
    credentials = context.credentials
    token = credentials.token_in_header
    if token is None:
        return None
    try:
        jwt = credentials.decode(token)
    except MalformedJwtError:
        if machine_token_type(token, credentials.decode) is not None:
            return context.not_accepted(token)
        return (yield from answer_invalid_token(context, Reason.TOKEN_INVALID, "header"))
    if not is_session_token(jwt):
        return context.not_accepted(token)
    reason = yield from verify_session_token(
        token, jwt, context.settings, credentials.now, context.keyring
    )
    if reason is not None:
        return (yield from answer_invalid_token(context, reason, "header"))
    return context.signed_in(token, jwt.claims)
