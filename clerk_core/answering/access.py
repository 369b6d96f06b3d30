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
from clerk_core.reading.token_kinds import AcceptsToken, is_accepted
from clerk_core.words.errors import ConfigurationError
from clerk_core.words.messages import HttpResponse, Request
from clerk_core.words.reasons import Reason


def refuse_access(
    state: RequestState[Token], required: Question, accepts_token: AcceptsToken = "session_token"
) -> HttpResponse | None:
    """The response for a request that is not signed in, or lacks what is required; None to pass.

    `required` is what `has()` is asked, empty for anybody who is signed in with a token of the
    kinds that are accepted. A CORS preflight gets an empty 204, to which a CORS package adds its
    headers: it never carries credentials, and browsers send nothing after one that is refused.
    """
    refused = _refuse(state, required, accepts_token)
    if refused is not None and _is_preflight(state.credentials.request):
        return HttpResponse(204)
    return refused


def _is_preflight(request: Request) -> bool:
    # https://fetch.spec.whatwg.org/#cors-preflight-request
    return (
        request.method == "OPTIONS"
        and request.headers.get("origin") is not None
        and request.headers.get("access-control-request-method") is not None
    )


def _refuse(
    state: RequestState[Token], required: Question, accepts_token: AcceptsToken
) -> HttpResponse | None:
    auth = state.auth(accepts_token)
    if auth.is_authenticated:
        if not required or auth.has(**required):
            return None
        return _error(403, "forbidden", "You are signed in, but this needs more permission.")
    if _is_outage(state):
        retry = (("retry-after", "5"),)
        return _error(503, "unavailable", "Sign-ins cannot be checked now. Try again soon.", retry)
    # Sent in vain before, the browser would come back the same.
    if (
        is_accepted("session_token", accepts_token)
        and state.credentials.is_navigation
        and not state.credentials.is_in_redirect_loop
    ):
        return _to_sign_in_or_unauthenticated(state)
    return _unauthenticated(state)


def redirect_to_sign_in(
    state: RequestState[Token], return_back_url: str | None = None
) -> HttpResponse:
    """Redirect to the sign-in page, and from there back; raise what `sign_in_url` raises."""
    status = 302 if state.credentials.has_safe_method else 303
    return _to(status, sign_in_url(state, return_back_url))


def redirect_if_needed(state: RequestState[Token]) -> HttpResponse | None:
    """The response that sends the browser to a handshake, or back from one; mostly None."""
    return HttpResponse(307, state.headers) if state.redirect is not None else None


def _is_outage(state: RequestState[Token]) -> bool:
    if state.reason in (Reason.JWK_REMOTE_FAILED_TO_LOAD, Reason.SECRET_KEY_INVALID):
        return True
    # Of a machine token the reason does not tell more of what went wrong on the way.
    is_of_machine = state.token_type is not None and state.token_type != "session_token"
    return is_of_machine and state.reason == Reason.UNEXPECTED_ERROR


def _to_sign_in_or_unauthenticated(state: RequestState[Token]) -> HttpResponse:
    try:
        location = sign_in_url(state)
    except ConfigurationError:
        # An API without a front end has no page to send anybody to.
        return _unauthenticated(state)
    # RFC 9110, 15.4.4: after a form, the sign-in page is fetched with GET.
    return _to(307 if state.credentials.has_safe_method else 303, location)


def _to(status: int, location: str) -> HttpResponse:
    return HttpResponse(status, (("location", location), ("cache-control", "no-store")))


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
