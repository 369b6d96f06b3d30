"""What a request gets that may not pass: an error for a program, the sign-in page for a person.

Pure: from a state and what is required to the response, in the neutral form that every adapter
translates. It never tests a cookie or a token; the state has done that.
"""

from __future__ import annotations

import json
from typing import cast

from clerk_core._authentication.request.token_kinds import AcceptsToken, is_accepted, one_of
from clerk_core._authentication.response.redirects import sign_in_url
from clerk_core._authentication.result.authorization import (
    Requirement,
    ReverificationRequirement,
    read_reverification,
)
from clerk_core._authentication.result.origin import Token
from clerk_core._authentication.result.state import (
    AnyAuth,
    HeaderPairs,
    RequestState,
    debug_headers,
)
from clerk_core._messages import HttpResponse, Request
from clerk_core._reasons import EXPLANATIONS, Reason
from clerk_core.errors import ConfigurationError


def refuse_access(
    state: RequestState[Token], required: Requirement, accepts_token: AcceptsToken = "session_token"
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
    state: RequestState[Token], required: Requirement, accepts_token: AcceptsToken
) -> HttpResponse | None:
    auth = state.auth(accepts_token)
    if auth.is_authenticated:
        return None if not required or auth.has(**required) else _forbidden(auth, required)
    if is_outage(state):
        retry = (("retry-after", "5"),)
        return _error(503, "unavailable", "Sign-ins cannot be checked now. Try again soon.", retry)
    credentials = state.credentials
    # Sent in vain before, the browser would come back the same; but a form never comes back.
    would_loop = credentials.has_safe_method and credentials.is_in_redirect_loop
    helps = is_accepted("session_token", accepts_token) and credentials.settings.handshake
    if helps and credentials.is_navigation and not would_loop:
        return _to_sign_in_or_unauthenticated(state, accepts_token)
    return _unauthenticated(state, accepts_token)


def redirect_to_sign_in(
    state: RequestState[Token], return_back_url: str | None = None
) -> HttpResponse:
    """Redirect to the sign-in page, and from there back; raise what `sign_in_url` raises."""
    status = 302 if state.credentials.has_safe_method else 303
    return _to(status, sign_in_url(state, return_back_url))


def redirect_if_needed(state: RequestState[Token]) -> HttpResponse | None:
    """The response that sends the browser to a handshake, or back from one; mostly None."""
    return HttpResponse(307, state.headers) if state.redirect is not None else None


def is_outage(state: RequestState[Token]) -> bool:
    """Return whether a request could not be authenticated because Clerk could not be asked."""
    if state.reason in (Reason.JWK_REMOTE_FAILED_TO_LOAD, Reason.SECRET_KEY_INVALID):
        return True
    # Of a machine token the reason does not tell more of what went wrong on the way.
    is_of_machine = state.token_type is not None and state.token_type != "session_token"
    return is_of_machine and state.reason == Reason.UNEXPECTED_ERROR


def _to_sign_in_or_unauthenticated(
    state: RequestState[Token], accepts_token: AcceptsToken
) -> HttpResponse:
    try:
        location = sign_in_url(state)
    except ConfigurationError:
        # An API without a front end has no page to send anybody to.
        return _unauthenticated(state, accepts_token)
    # RFC 9110, 15.4.4: after a form, the sign-in page is fetched with GET.
    return _to(307 if state.credentials.has_safe_method else 303, location)


def _to(status: int, location: str) -> HttpResponse:
    return HttpResponse(status, (("location", location), ("cache-control", "no-store")))


def _unauthenticated(state: RequestState[Token], accepts_token: AcceptsToken) -> HttpResponse:
    # RFC 9110, 11.6.1: a 401 names the scheme.
    headers = (("www-authenticate", "Bearer"), *_reason_of_signed_in(state, accepts_token))
    message = "Sign in first."
    if not is_accepted("session_token", accepts_token):
        message = f"Send {one_of(accepts_token)} in the Authorization header."
    return _error(401, "unauthenticated", message, headers)


def _reason_of_signed_in(state: RequestState[Token], accepts_token: AcceptsToken) -> HeaderPairs:
    """Why a request that is signed in does not pass; any other state has its reason itself."""
    if not state.is_authenticated:
        return ()
    is_pending = is_accepted(state.token_type, accepts_token)
    return _explained(Reason.SESSION_PENDING if is_pending else Reason.TOKEN_TYPE_MISMATCH)


def _forbidden(auth: AnyAuth[Token], required: Requirement) -> HttpResponse:
    others = cast("Requirement", {k: v for k, v in required.items() if k != "reverification"})
    # A machine has no factors to verify.
    may_verify = auth.token_type == "session_token" and (not others or auth.has(**others))
    if "reverification" in required and may_verify:
        body = reverification_error(required["reverification"])
        return _json(403, body, _explained(Reason.REVERIFICATION_ERROR))
    message = "You are signed in, but this needs more permission."
    return _error(403, "forbidden", message, _explained(Reason.FORBIDDEN))


def reverification_error(reverification: ReverificationRequirement) -> dict[str, object]:
    """Return the JSON body with which Clerk's components ask the user to verify again.

    Answer it with status 403 where `auth().has(reverification=...)` is false. `require_auth` does
    so itself. https://clerk.com/docs/guides/secure/reverification

    Args:
        reverification: What `has()` was asked: `strict_mfa`, `strict`, `moderate` or `lax`, or a
            level and a number of minutes.

    Raises:
        TypeError: It is neither.
    """
    level, minutes = read_reverification(reverification, "reverification_error")
    shown: object = {"level": level, "afterMinutes": minutes}
    if isinstance(reverification, str):
        shown = reverification
    metadata = {"reverification": shown}
    error = {"type": "forbidden", "reason": str(Reason.REVERIFICATION_ERROR), "metadata": metadata}
    return {"clerk_error": error}


def _explained(reason: Reason) -> HeaderPairs:
    return debug_headers("signed-in", reason, EXPLANATIONS[reason])


def _error(status: int, code: str, message: str, headers: HeaderPairs = ()) -> HttpResponse:
    """An error in the shape of Clerk's own."""
    return _json(status, {"errors": [{"code": code, "message": message}]}, headers)


def _json(status: int, body: object, headers: HeaderPairs) -> HttpResponse:
    always = (("content-type", "application/json"), ("cache-control", "no-store"))
    return HttpResponse(status, (*always, *headers), json.dumps(body).encode())
