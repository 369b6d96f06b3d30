"""Handle an invalid session token: refresh the session, start a handshake, or sign out."""

from __future__ import annotations

from typing import Literal

from clerk_core._authentication.result.state import RequestState
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.steps.handshake import to_handshake
from clerk_core._authentication.steps.refresh import refresh
from clerk_core._flow import Flow
from clerk_core._reasons import EXPLANATIONS, Reason

Carrier = Literal["header", "cookie"]


def invalid_token(
    context: Context, token: str, reason: Reason, carrier: Carrier
) -> Flow[RequestState]:
    """Return a refreshed session or a handshake if the token only expired; otherwise signed out."""
    if reason is Reason.TOKEN_TYPE_MISMATCH:
        return context.not_accepted(token)
    if reason is Reason.SESSION_TOKEN_IAT_BEFORE_CLIENT_UAT:
        return to_handshake(context, reason)
    message = f"{EXPLANATIONS[reason]} ({reason}, in the {carrier})"
    if reason is Reason.TOKEN_EXPIRED:
        refreshed = yield from refresh(context)
        if not isinstance(refreshed, str):
            return refreshed
        slug = f"{Reason.SESSION_TOKEN_EXPIRED}-refresh-{refreshed}"
        return to_handshake(context, slug, message)
    if reason is Reason.TOKEN_NOT_ACTIVE_YET:
        return to_handshake(context, Reason.SESSION_TOKEN_NBF, message)
    if reason is Reason.TOKEN_IAT_IN_THE_FUTURE:
        return to_handshake(context, Reason.SESSION_TOKEN_IAT_IN_THE_FUTURE, message)
    return context.signed_out(reason, message)
