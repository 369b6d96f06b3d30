"""Sign out requests whose host is malformed or ambiguous."""

from __future__ import annotations

from clerk_core._authentication.request.host import has_valid_host
from clerk_core._authentication.request.token_kinds import MACHINE_TOKEN_TYPES, TokenType
from clerk_core._authentication.result.state import RequestState
from clerk_core._authentication.steps.context import Context
from clerk_core._reasons import EXPLANATIONS, Reason


def names_one_host(context: Context) -> RequestState | None:
    """Sign out if the Host, the forwarded host or the URL is malformed; return None otherwise."""
    if has_valid_host(context.credentials.request):
        return None
    accepts = context.accepts_token
    kind: TokenType | None = "session_token" if isinstance(accepts, str) else None
    for machine_kind in MACHINE_TOKEN_TYPES:
        if accepts == machine_kind:
            kind = machine_kind
    reason = Reason.REQUEST_MALFORMED
    return context.signed_out(reason, EXPLANATIONS[reason], kind=kind)
