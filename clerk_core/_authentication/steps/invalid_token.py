"""What to do about a session token that was refused: renew it, ask Clerk, or call it signed out."""

from __future__ import annotations

from typing import Literal

from clerk_core._authentication.result.origin import Token
from clerk_core._authentication.result.state import RequestState
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.steps.handshake import to_handshake
from clerk_core._authentication.steps.refresh import refresh
from clerk_core._flow import Flow
from clerk_core._reasons import EXPLANATIONS, Reason

Carrier = Literal["header", "cookie"]


def answer_invalid_token(
    context: Context[Token], reason: Reason, carrier: Carrier
) -> Flow[RequestState[Token]]:
    """A new token or a handshake where time alone is wrong with this one; signed out otherwise."""
    message = f"{EXPLANATIONS[reason]} ({reason}, in the {carrier})"
    if reason is Reason.TOKEN_EXPIRED:
        renewed = yield from refresh(context)
        if not isinstance(renewed, str):
            return renewed
        slug = f"{Reason.SESSION_TOKEN_EXPIRED}-refresh-{renewed}"
        return to_handshake(context, slug, message)
    if reason is Reason.TOKEN_NOT_ACTIVE_YET:
        return to_handshake(context, Reason.SESSION_TOKEN_NBF, message)
    if reason is Reason.TOKEN_IAT_IN_THE_FUTURE:
        return to_handshake(context, Reason.SESSION_TOKEN_IAT_IN_THE_FUTURE, message)
    return context.signed_out(reason, message)
