"""Build the response for a refused request: an error for API clients, a redirect for browsers.

The response depends on the state and the requirements only. It is framework-neutral; adapters
convert it. This module reads no cookies and no tokens.
"""

from __future__ import annotations

from functools import partial
from typing import cast

from clerk_core._authentication.request.bearer import has_malformed_bearer
from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.token_kinds import AcceptsToken, is_accepted, one_of
from clerk_core._authentication.response.challenge import challenge
from clerk_core._authentication.response.error_response import Refusal, error_response
from clerk_core._authentication.response.redirects import organization_profile_url, sign_in_url
from clerk_core._authentication.result.access import Access
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

_SIGN_IN = "Sign in first."


def refuse_access(state: RequestState, access: Access) -> Refusal | None:
    """Return the response for a request that is refused; None if it is admitted.

    A CORS preflight gets an empty 204, to which a CORS package can add its headers. Preflights
    never carry credentials, and after a refused one, browsers do not send the actual request.

    Args:
        state: The result of authentication.
        access: The requirements.
    """
    refused = _refuse(state, access)
    if refused is not None and _is_preflight(state.credentials.request):
        return Refusal(204)
    return refused


def _is_preflight(request: Request) -> bool:
    # https://fetch.spec.whatwg.org/#cors-preflight-request
    return (
        request.method == "OPTIONS"
        and request.headers.get("origin") is not None
        and request.headers.get("access-control-request-method") is not None
    )


def _refuse(state: RequestState, access: Access) -> Refusal | None:
    auth = state.auth(access.accepts_token)
    if auth:
        return None if access.admits(auth) else _forbidden(state, auth, access)
    credentials = state.credentials
    if is_accepted("oauth_token", access.accepts_token) and has_malformed_bearer(credentials):
        return _malformed(credentials, access)
    if is_outage(state):
        message = "Sign-ins cannot be checked now. Try again soon."
        retry = (("retry-after", "5"),)
        return error_response(credentials, 503, "unavailable", message, retry)
    # If the browser was redirected before, another redirect would not help, except after a form.
    would_loop = credentials.has_safe_method and credentials.is_in_redirect_loop
    is_of_session = is_accepted("session_token", access.accepts_token)
    if is_of_session and credentials.settings.handshake and credentials.is_navigation:
        location = None if would_loop else _sign_in_location(state)
        if location is not None:
            # RFC 9110, 15.4.4: after a form, the sign-in page is fetched with GET.
            return _redirect(307 if credentials.has_safe_method else 303, location)
    return _unauthenticated(state, access)


def redirect_to(state: RequestState, url: str) -> Response:
    """Return a redirect to a URL, which the browser fetches with GET."""
    return _redirect(302 if state.credentials.has_safe_method else 303, url)


def redirect_if_needed(state: RequestState) -> Response | None:
    """Return the redirect of a handshake; None for any other state."""
    return Response(307, Headers.of_text(state.headers)) if state.redirect is not None else None


def is_outage(state: RequestState) -> bool:
    """Return whether authentication failed because Clerk did not respond."""
    if state.reason in (Reason.JWK_REMOTE_FAILED_TO_LOAD, Reason.SECRET_KEY_INVALID):
        return True
    # Reasons of machine tokens do not distinguish the kinds of failure.
    is_of_machine = state.token_type is not None and state.token_type != "session_token"
    return is_of_machine and state.reason == Reason.UNEXPECTED_ERROR


def _sign_in_location(state: RequestState) -> str | None:
    try:
        return sign_in_url(state)
    except ConfigurationError:
        # APIs without a front end have no sign-in page.
        return None


def _redirect(status: int, location: str) -> Refusal:
    pairs = (("location", location), ("cache-control", "no-store"))
    return Refusal(status, pairs, code="unauthenticated", message=_SIGN_IN)


def _unauthenticated(state: RequestState, access: Access) -> Refusal:
    accepts_token = access.accepts_token
    # RFC 9110, 11.6.1: a 401 must name a scheme.
    headers = (
        ("www-authenticate", _challenge_of(state, access)),
        *_reason_of_signed_in(state, accepts_token),
    )
    if not is_accepted("session_token", accepts_token):
        message = f"Send {one_of(accepts_token)} in the Authorization header."
        return error_response(state.credentials, 401, "unauthenticated", message, headers)
    links = (("Sign in", partial(sign_in_url, state)),)
    return error_response(state.credentials, 401, "unauthenticated", _SIGN_IN, headers, links)


def _malformed(credentials: Credentials, access: Access) -> Refusal:
    # RFC 6750, 3.1.
    message = "Send one token as Authorization: Bearer TOKEN."
    headers = (("www-authenticate", challenge(credentials, access, "invalid_request", message)),)
    return error_response(credentials, 400, "invalid_request", message, headers)


def _challenge_of(state: RequestState, access: Access) -> str:
    # RFC 6750, 3.1: no error code for a request without a token.
    if state.is_authenticated or state.credentials.token_in_header is None:
        return challenge(state.credentials, access)
    message = "The token is of another kind, unknown, revoked, expired, or not for this API."
    return challenge(state.credentials, access, "invalid_token", message)


def _reason_of_signed_in(state: RequestState, accepts_token: AcceptsToken) -> HeaderPairs:
    """Return the reason header for a signed-in request. All other states have one already."""
    if not state.is_authenticated:
        return ()
    is_pending = is_accepted(state.token_type, accepts_token)
    return _reason_headers(Reason.SESSION_PENDING if is_pending else Reason.TOKEN_TYPE_MISMATCH)


def _forbidden(state: RequestState, auth: BaseAuth, access: Access) -> Refusal:
    credentials, required = state.credentials, access.required
    others = cast("Requirement", {k: v for k, v in required.items() if k != "reverification"})
    # Machines have no factors to verify.
    may_verify = auth.token_type == "session_token" and (not others or auth.has(**others))
    if "reverification" in required and may_verify:
        return error_response(
            credentials,
            403,
            str(Reason.REVERIFICATION_ERROR),
            "This action requires a recent verification. Sign in again to verify your identity.",
            _reason_headers(Reason.REVERIFICATION_ERROR),
            (("Sign in again", partial(sign_in_url, state)),),
            reverification_error(required["reverification"]),
            credentials.settings.sign_out_url,
        )
    headers = _reason_headers(Reason.FORBIDDEN)
    message = "You are signed in, but you do not have permission."
    if auth.token_type != "session_token":
        message = "This token lacks a required scope."
    if access.scopes and auth.token_type != "session_token":
        # RFC 6750, 3.1.
        required_scopes = challenge(credentials, access, "insufficient_scope", message)
        headers = (("www-authenticate", required_scopes), *headers)
    sign_out_url = credentials.settings.sign_out_url
    switch = ("Switch organization", partial(organization_profile_url, state))
    other = ("Sign in as somebody else", partial(sign_in_url, state))
    links = (switch, other) if sign_out_url is None else (switch,)
    return error_response(
        credentials, 403, "forbidden", message, headers, links, sign_out_url=sign_out_url
    )


def reverification_error(reverification: ReverificationRequirement) -> dict[str, object]:
    """Return the JSON body that makes Clerk's components ask the user to verify again.

    Send it with status 403 if `auth().has(reverification=...)` is False. `require_auth` does this
    automatically. https://clerk.com/docs/guides/secure/reverification

    Args:
        reverification: The requirement: `strict_mfa`, `strict`, `moderate` or `lax`, or a level and
            a number of minutes.

    Raises:
        TypeError: The requirement is malformed.
    """
    level, minutes = read_reverification(reverification, "reverification_error")
    shown: object = {"level": level, "afterMinutes": minutes}
    if isinstance(reverification, str):
        shown = reverification
    metadata = {"reverification": shown}
    error = {"type": "forbidden", "reason": str(Reason.REVERIFICATION_ERROR), "metadata": metadata}
    return {"clerk_error": error}


def _reason_headers(reason: Reason) -> HeaderPairs:
    return debug_headers("signed-in", reason, EXPLANATIONS[reason])
