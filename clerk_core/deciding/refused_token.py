"""What to do about a session token that was refused: ask Clerk again, or call it signed out."""

from __future__ import annotations

from typing import Literal

from clerk_core.deciding.context import Context
from clerk_core.deciding.handshake import to_handshake
from clerk_core.outcome.auth import Token
from clerk_core.outcome.state import RequestState
from clerk_core.words.reasons import Reason

Carrier = Literal["header", "cookie"]


def answer_refused_token(
    context: Context[Token], reason: Reason, carrier: Carrier
) -> RequestState[Token]:
    """A handshake where time alone is wrong with the token; signed out otherwise."""
    message = f"{reason.sentence} ({reason}, in the {carrier})"
    if reason is Reason.TOKEN_EXPIRED:
        is_get = context.credentials.request.method == "GET"
        unrefreshed = Reason.NO_REFRESH_COOKIE if is_get else Reason.REFRESH_NON_GET
        return to_handshake(
            context, f"{Reason.SESSION_TOKEN_EXPIRED}-refresh-{unrefreshed}", message
        )
    if reason is Reason.TOKEN_NOT_ACTIVE_YET:
        return to_handshake(context, Reason.SESSION_TOKEN_NBF, message)
    if reason is Reason.TOKEN_IAT_IN_THE_FUTURE:
        return to_handshake(context, Reason.SESSION_TOKEN_IAT_IN_THE_FUTURE, message)
    return context.signed_out(reason, message)
