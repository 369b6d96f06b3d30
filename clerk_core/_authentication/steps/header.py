"""Authenticate a mobile app or a script from the token in its `Authorization` header."""

from __future__ import annotations

from clerk_core._authentication.request.token_kinds import machine_token_type
from clerk_core._authentication.result.state import RequestState
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.steps.invalid_token import invalid_token
from clerk_core._flow import Flow
from clerk_core._reasons import Reason


def session_token_in_header(context: Context) -> RequestState | Flow[RequestState] | None:
    """Verify the token in the header, which takes precedence over cookies; None without one."""
    token = context.credentials.token_in_header
    if token is None:
        return None
    if machine_token_type(token, context.credentials.decode) is not None:
        return context.not_accepted(token)
    return _verify(context, token)


def _verify(context: Context, token: str) -> Flow[RequestState]:
    claims = yield from context.verify(token)
    if isinstance(claims, Reason):
        return (yield from invalid_token(context, token, claims, "header"))
    return context.signed_in(token, claims)
