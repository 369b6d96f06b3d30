"""The response for a request that is refused: an error for an API client, a redirect for a browser.

Pure: from a state and the requirements to a neutral response, which every adapter translates. It
reads no cookie and no token.
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
from clerk_core._authentication.result.state import (
    BaseAuth,
    HeaderPairs,
    RequestState,
    debug_headers,
)
from clerk_core._messages import Headers, Request, Response
from clerk_core._reasons import EXPLANATIONS, Reason
from clerk_core.errors import ConfigurationError


def refuse_access(
    state: RequestState, required: Requirement, accepts_token: AcceptsToken = "session_token"
) -> Response | None:
    """Return the response for a request that is refused; None if it is admitted.

    A CORS preflight gets an empty 204, to which a CORS package adds its headers: it never carries
    credentials, and browsers send nothing after one that is refused.

    Args:
        state: The result of authentication.
        required: The requirements of `has()`; empty to admit everybody who is signed in.
        accepts_token: The kinds of token to accept.
    """
    refused = _refuse(state, required, accepts_token)
    if refused is not None and _is_preflight(state.credentials.request):
        return Response(204)
    return refused


def _is_preflight(request: Request) -> bool:
    # https://fetch.spec.whatwg.org/#cors-preflight-request
    return (
        request.method == "OPTIONS"
        and request.headers.get("origin") is not None
        and request.headers.get("access-control-request-method") is not None
    )


def _refuse(
    state: RequestState, required: Requirement, accepts_token: AcceptsToken
) -> Response | None:
    auth = state.auth(accepts_token)
    if auth.is_authenticated:
        return None if not required or auth.has(**required) else _forbidden(auth, required)
    if is_outage(state):
        retry = (("retry-after", "5"),)
        return error_response(
            503, "unavailable", "Sign-ins cannot be checked now. Try again soon.", retry
        )
    credentials = state.credentials
    # Another redirect would not help a browser that was redirected before, except after a form.
    would_loop = credentials.has_safe_method and credentials.is_in_redirect_loop
    helps = is_accepted("session_token", accepts_token) and credentials.settings.handshake
    if helps and credentials.is_navigation and not would_loop:
        return _to_sign_in_or_unauthenticated(state, accepts_token)
    return _unauthenticated(state, accepts_token)


def redirect_to(state: RequestState, url: str) -> Response:
    """Return the redirect of a request to a page."""
    return _to(302 if state.credentials.has_safe_method else 303, url)


def redirect_if_needed(state: RequestState) -> Response | None:
    """Return the redirect of a handshake, or None."""
    return Response(307, Headers.of_text(state.headers)) if state.redirect is not None else None


def is_outage(state: RequestState) -> bool:
    """Return whether authentication failed because Clerk did not respond."""
    if state.reason in (Reason.JWK_REMOTE_FAILED_TO_LOAD, Reason.SECRET_KEY_INVALID):
        return True
    # Of a machine token the reason does not tell more of what went wrong on the way.
    is_of_machine = state.token_type is not None and state.token_type != "session_token"
    return is_of_machine and state.reason == Reason.UNEXPECTED_ERROR


def _to_sign_in_or_unauthenticated(state: RequestState, accepts_token: AcceptsToken) -> Response:
    try:
        location = sign_in_url(state)
    except ConfigurationError:
        # An API without a front end has no sign-in page.
        return _unauthenticated(state, accepts_token)
    # RFC 9110, 15.4.4: after a form, the sign-in page is fetched with GET.
    return _to(307 if state.credentials.has_safe_method else 303, location)


def _to(status: int, location: str) -> Response:
    return Response(status, (("location", location), ("cache-control", "no-store")))


def _unauthenticated(state: RequestState, accepts_token: AcceptsToken) -> Response:
    # RFC 9110, 11.6.1: a 401 names the scheme.
    headers = (("www-authenticate", "Bearer"), *_reason_of_signed_in(state, accepts_token))
    message = "Sign in first."
    if not is_accepted("session_token", accepts_token):
        message = f"Send {one_of(accepts_token)} in the Authorization header."
    return error_response(401, "unauthenticated", message, headers)


def _reason_of_signed_in(state: RequestState, accepts_token: AcceptsToken) -> HeaderPairs:
    """Return why a signed-in request is refused; any other state has its own reason."""
    if not state.is_authenticated:
        return ()
    is_pending = is_accepted(state.token_type, accepts_token)
    return _explained(Reason.SESSION_PENDING if is_pending else Reason.TOKEN_TYPE_MISMATCH)


def _forbidden(auth: BaseAuth, required: Requirement) -> Response:
    others = cast("Requirement", {k: v for k, v in required.items() if k != "reverification"})
    # A machine has no factors to verify.
    may_verify = auth.token_type == "session_token" and (not others or auth.has(**others))
    if "reverification" in required and may_verify:
        body = reverification_error(required["reverification"])
        return _json(403, body, _explained(Reason.REVERIFICATION_ERROR))
    message = "You are signed in, but this needs more permission."
    return error_response(403, "forbidden", message, _explained(Reason.FORBIDDEN))


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


def error_response(status: int, code: str, message: str, headers: HeaderPairs = ()) -> Response:
    """Return an error in the shape of Clerk's API."""
    return _json(status, {"errors": [{"code": code, "message": message}]}, headers)


def _json(status: int, body: object, headers: HeaderPairs) -> Response:
    always = (("content-type", "application/json"), ("cache-control", "no-store"))
    return Response(status, Headers.of_text((*always, *headers)), json.dumps(body).encode())
