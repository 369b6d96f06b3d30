"""What a request gets that may not pass: an error for a program, the sign-in page for a person.

Pure: from a state and what is required to the response, in the neutral form that every adapter
translates. It never tests a cookie or a token; the state has done that.
"""

from __future__ import annotations

import json

from clerk_core.answering.redirects import sign_in_url
from clerk_core.outcome.authorization import Question
from clerk_core.outcome.origin import Token
from clerk_core.outcome.state import RequestState
from clerk_core.words.errors import ConfigurationError
from clerk_core.words.messages import HttpResponse
from clerk_core.words.reasons import Reason

_OUTAGES = (Reason.JWK_REMOTE_FAILED_TO_LOAD,)


def refuse_access(state: RequestState[Token], required: Question) -> HttpResponse | None:
    """The response for a request that is not signed in, or lacks what is required; None to pass.

    `required` is what `has()` is asked, empty for any signed-in user.
    """
    auth = state.auth("session_token")
    if auth.is_authenticated:
        if not required or auth.has(**required):
            return None
        return _error(403, "forbidden", "You are signed in, but this needs more permission.")
    if state.reason in _OUTAGES:
        retry = (("retry-after", "5"),)
        return _error(503, "unavailable", "Sign-ins cannot be checked now. Try again soon.", retry)
    # Sent in vain before, the browser would come back the same.
    if state.credentials.asks_for_document and not state.credentials.is_in_redirect_loop:
        return _to_sign_in(state)
    return _unauthenticated(state)


def _to_sign_in(state: RequestState[Token]) -> HttpResponse:
    try:
        location = sign_in_url(state)
    except ConfigurationError:
        # An API without a front end has no page to send anybody to.
        return _unauthenticated(state)
    return HttpResponse(307, (("location", location), ("cache-control", "no-store")))


def _unauthenticated(state: RequestState[Token]) -> HttpResponse:
    # RFC 9110, 11.6.1: a 401 names the scheme.
    challenge = (("www-authenticate", "Bearer"),)
    return _error(401, "unauthenticated", "Sign in first.", challenge)


def _error(
    status: int, code: str, message: str, headers: tuple[tuple[str, str], ...] = ()
) -> HttpResponse:
    """An error in the shape of Clerk's own."""
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
    always = (("content-type", "application/json"), ("cache-control", "no-store"))
    return HttpResponse(status, (*always, *headers), body)
