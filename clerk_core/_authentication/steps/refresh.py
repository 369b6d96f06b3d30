"""Renew an expired session token with the refresh cookie, without a handshake."""

from __future__ import annotations

import re

from clerk_core._api.calls import call, path
from clerk_core._api.visitor_calls import CallKey, call_key, is_refusal
from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.jwt import MalformedJwtError
from clerk_core._authentication.result.state import SignedIn
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.steps.set_cookies import SetCookies
from clerk_core._flow import Flow
from clerk_core._json_values import is_object
from clerk_core._reasons import Reason
from clerk_core.errors import ClerkAPIError, TransportError

_PRINTABLE = re.compile(r"[ -~]{1,200}")


def refresh(context: Context) -> Flow[SignedIn | str]:
    """Return the result with a new token, or the code of the reason why there is none."""
    credentials = context.credentials
    if not _is_eligible(credentials):
        return Reason.REFRESH_NON_GET
    if credentials.is_subresource:
        return Reason.REFRESH_SUBRESOURCE
    if not credentials.refresh_token_in_cookie:
        return Reason.NO_REFRESH_COOKIE
    if context.settings.secret_key is None:
        return Reason.REFRESH_MISSING_API_CLIENT
    expired = credentials.session_token or ""
    try:
        session_id = credentials.decode(expired).claims.get("sid")
    except MalformedJwtError:
        return Reason.REFRESH_DECODE_FAILED
    if not isinstance(session_id, str) or not session_id.strip("."):
        return Reason.REFRESH_MISSING_SID
    key, calls = _key(context, session_id, expired), context.keyring.visitor_calls
    refused = calls.refusal(key, credentials.now)
    if refused is not None:
        return refused
    given = yield from _ask(context, key, session_id, expired)
    if isinstance(given, str):
        return given
    renewed = yield from _process(context, given)
    if isinstance(renewed, str):
        # Clerk would refuse the same request again.
        calls.refuse(key, renewed, credentials.now)
    return renewed


def _is_eligible(credentials: Credentials) -> bool:
    """Return whether the request may be refreshed: by its method, or because of its origin.

    Otherwise a form of another site could act in a session that has expired.
    """
    if credentials.request.method == "GET":
        return True
    return credentials.is_navigation and credentials.is_same_origin


def _key(context: Context, session_id: str, expired: str) -> CallKey:
    """Return a key of all data that the response depends on, so that sessions share nothing."""
    credentials = context.credentials
    refresh_token, origin = credentials.refresh_token_in_cookie or "", _origin(credentials)
    secrets = (session_id, expired, refresh_token, origin, str(_query(credentials)))
    return call_key(context.settings, "refresh", *secrets)


def _query(credentials: Credentials) -> list[tuple[str, str]]:
    # As in `@clerk/backend`, the parameter is sent only if it is true.
    return [("suffixed_cookies", "true")] if credentials.uses_suffixed_cookies else []


def _ask(context: Context, key: CallKey, session_id: str, expired: str) -> Flow[SetCookies | str]:
    credentials, calls = context.credentials, context.keyring.visitor_calls
    try:
        with calls.permit(key, credentials.now, is_shared=True) as permit:
            if permit is None:
                return Reason.REFRESH_FETCH_ERROR
            document = yield from call(
                context.settings,
                "POST",
                path("sessions", session_id, "refresh"),
                query=_query(credentials),
                body=_body(credentials, expired),
                timeout=permit.timeout,
                flight=permit.flight,
            )
    except TransportError:
        return Reason.REFRESH_FETCH_ERROR
    except ClerkAPIError as error:
        slug = _slug_of(error)
        if is_refusal(error):
            calls.refuse(key, slug, credentials.now)
        return slug
    if document is None:
        return Reason.REFRESH_UNEXPECTED_API_ERROR
    return SetCookies.read(document.get("cookies") if is_object(document) else None)


def _origin(credentials: Credentials) -> str:
    return credentials.url.origin if credentials.url is not None else ""


def _body(credentials: Credentials, expired: str) -> dict[str, object]:
    headers: dict[str, list[str]] = {}
    for name, _ in credentials.request.headers:
        headers[name.lower()] = [credentials.request.headers.get(name.lower()) or ""]
    return {
        "format": "cookie",
        "expired_token": expired,
        "refresh_token": credentials.refresh_token_in_cookie,
        "request_origin": _origin(credentials),
        "request_headers": headers,
    }


def _slug_of(error: ClerkAPIError) -> str:
    if error.code in ("broken-response", "unexpected_error"):
        return Reason.REFRESH_FETCH_ERROR
    if 200 <= error.status < 300 or (error.errors and not error.errors[0].code):
        return Reason.REFRESH_UNEXPECTED_ERROR
    # The code becomes part of a header and a URL.
    if not error.errors or not _PRINTABLE.fullmatch(error.code):
        return Reason.REFRESH_UNEXPECTED_API_ERROR
    return error.code


def _process(context: Context, given: SetCookies) -> Flow[SignedIn | str]:
    if not given.values:
        return Reason.REFRESH_UNEXPECTED_ERROR
    token = given.session_token
    claims = yield from context.verify(token)
    if isinstance(claims, Reason):
        return Reason.REFRESH_INVALID_SESSION_TOKEN
    return context.signed_in(token, claims, given.headers)
