"""Send the browser to a handshake with Clerk's Frontend API, and process its result.

In a handshake, the Frontend API renews the cookies of the application. It redirects the browser
back with a nonce, or with the signed cookies. Other steps decide when a handshake is necessary.
"""

from __future__ import annotations

from collections.abc import Iterable

from ada_url import URL

from clerk_core._api.calls import call
from clerk_core._api.sharing import nonce_policy
from clerk_core._api.visitor_calls import call_key, is_refusal
from clerk_core._authentication.request import cookies as names
from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.jwt import MalformedJwtError
from clerk_core._authentication.request.public_url import with_query, with_query_set, without_query
from clerk_core._authentication.result.state import HeaderPairs, RequestState
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.steps.organization import wanted_organization
from clerk_core._authentication.steps.set_cookies import SetCookies
from clerk_core._authentication.tokens.session_token import verify_handshake_token
from clerk_core._flow import Flow
from clerk_core._json_values import is_object
from clerk_core._reasons import EXPLANATIONS, Reason
from clerk_core._version import API_VERSION
from clerk_core.errors import ClerkAPIError, TransportError

_A_DAY_IN_MS = 86_400_000
_NOTHING = SetCookies(())
_LEGACY_DEV_BROWSER = "__dev_session"
_HELP = "__clerk_help"
_CLOCK_REASONS = (
    Reason.TOKEN_EXPIRED,
    Reason.TOKEN_NOT_ACTIVE_YET,
    Reason.TOKEN_IAT_IN_THE_FUTURE,
)
_SWITCHED_KEYS = (
    "The handshake was signed with the key of another instance. If you changed the Clerk keys of "
    "this application, clear its cookies and load the page again."
)


def to_handshake(context: Context, reason: str, message: str = "") -> RequestState:
    """Return a handshake, or signed out if the browser cannot be redirected or is in a loop."""
    if not _may_redirect(context.credentials):
        return context.signed_out(reason, message)
    return _redirect_to(context, _handshake_url(context.credentials, reason), reason, message)


def to_page(context: Context, location: str, reason: str) -> RequestState:
    """Return a redirect to another page of the instance, or signed out like `to_handshake`."""
    if not _may_redirect(context.credentials):
        return context.signed_out(reason)
    return _redirect_to(context, location, reason, "")


def _may_redirect(credentials: Credentials) -> bool:
    return (
        credentials.settings.instance is not None
        and credentials.asks_for_document
        and not credentials.is_in_redirect_loop
        # Near the end, because parsing the URL is slow and unnecessary for requests of scripts.
        and credentials.url is not None
        # A request for a handshake must not start another one.
        and not credentials.is_handshake_request
    )


def _redirect_to(context: Context, location: str, reason: str, message: str) -> RequestState:
    headers = (
        ("location", location),
        # A browser that restores a tab with a cached redirect would be redirected endlessly.
        ("cache-control", "no-store"),
        count_cookie(context.credentials.redirect_count + 1),
    )
    return context.handshake(reason, message, headers)


def count_cookie(count: int) -> tuple[str, str]:
    """Return the header that stores the number of handshakes in a row in a short-lived cookie."""
    return "set-cookie", f"{names.REDIRECT_COUNT}={count}; SameSite=Lax; HttpOnly; Max-Age=2"


def _handshake_url(credentials: Credentials, reason: str) -> str:
    settings = credentials.settings
    # Browsers without cookies bring the count of handshakes back in the URL.
    own_url = _own_url(credentials, (names.DEV_BROWSER, _LEGACY_DEV_BROWSER))
    count = f"{credentials.redirect_count + 1}-{int(credentials.now)}"
    query = [
        ("redirect_url", with_query_set(own_url, [(names.REDIRECT_COUNT, count)])),
        ("__clerk_api_version", API_VERSION),
        ("suffixed_cookies", str(credentials.uses_suffixed_cookies).lower()),
        ("__clerk_hs_reason", reason),
    ]
    if settings.secret_key is not None:
        # Redeeming a nonce needs the secret key; without one, the signed form is requested.
        query.append(("format", "nonce"))
    if credentials.session_token:
        query.append((names.SESSION, credentials.session_token))
    if credentials.is_development and credentials.dev_browser_token:
        query.append((names.DEV_BROWSER, credentials.dev_browser_token))
    target = wanted_organization(credentials)
    if target is not None:
        query.append(("organization_id", target.organization or ""))
    endpoint = URL("v1/client/handshake", f"{credentials.frontend_api}/").href
    return with_query(endpoint, query)


def _own_url(credentials: Credentials, left_out: Iterable[str]) -> str:
    return without_query(credentials.url, left_out) if credentials.url else ""


def resolve_handshake(context: Context) -> Flow[RequestState | None]:
    """Process the result of a handshake; return None without a valid one.

    Only GET navigations are processed, because the browser returns from Clerk by one. Otherwise
    another site could send a form in the name of an account of its choice.
    """
    credentials = context.credentials
    if context.settings.instance is None or not credentials.asks_for_document:
        return None
    if credentials.handshake_nonce:
        set_cookies = yield from _redeem_nonce(context, credentials.handshake_nonce)
    elif credentials.handshake_token:
        opened = yield from _open_token(context, credentials.handshake_token)
        if isinstance(opened, Reason):
            return _refused_handshake(context, opened)
        set_cookies = opened
    else:
        return None
    return (yield from _process(context, set_cookies))


def _redeem_nonce(context: Context, nonce: str) -> Flow[SetCookies]:
    calls, now = context.keyring.visitor_calls, context.credentials.now
    key = call_key(context.settings, "nonce", nonce)
    if context.settings.secret_key is None or calls.refusal(key, now) is not None:
        return _NOTHING
    try:
        with calls.permit(key, now) as permit:
            if permit is None:
                return _NOTHING
            document = yield from call(
                context.settings,
                "GET",
                "/clients/handshake_payload",
                query=[("nonce", nonce)],
                timeout=permit.timeout,
                cache_policy=nonce_policy(context.settings, key),
            )
    except (ClerkAPIError, TransportError) as error:
        if isinstance(error, ClerkAPIError) and is_refusal(error):
            calls.refuse(key, "", now)
        # The request is signed out, and the next one starts another handshake.
        return _NOTHING
    set_cookies = SetCookies.read(document.get("directives") if is_object(document) else None)
    if not set_cookies.session_token:
        # A nonce can be redeemed only once.
        calls.refuse(key, "", now)
    return set_cookies


def _open_token(context: Context, token: str) -> Flow[SetCookies | Reason]:
    credentials = context.credentials
    try:
        jwt = credentials.decode(token)
    except MalformedJwtError:
        return Reason.TOKEN_INVALID
    reason = yield from verify_handshake_token(
        token, jwt, context.settings, credentials.now, context.keyring
    )
    return reason or SetCookies.read(jwt.claims.get("handshake"))


def _refused_handshake(context: Context, reason: Reason) -> RequestState | None:
    if not context.credentials.is_development:
        # In production it is in a cookie, which another application on the same domain may have
        # set. Therefore it is ignored.
        return None
    is_of_other_keys = reason is Reason.TOKEN_INVALID_SIGNATURE
    return context.signed_out(reason, _SWITCHED_KEYS if is_of_other_keys else EXPLANATIONS[reason])


def _process(context: Context, set_cookies: SetCookies) -> Flow[RequestState | None]:
    credentials, token = context.credentials, set_cookies.session_token
    headers = _response_headers(credentials, set_cookies)
    if not token:
        return context.signed_out(Reason.SESSION_TOKEN_MISSING, "", headers)
    claims = yield from context.verify(token)
    if claims in _CLOCK_REASONS and credentials.is_development:
        # In development, tolerate clocks that are wrong by hours.
        claims = yield from context.verify(token, clock_skew_in_ms=_A_DAY_IN_MS)
    return None if isinstance(claims, Reason) else context.signed_in(token, claims, headers)


def _response_headers(credentials: Credentials, set_cookies: SetCookies) -> HeaderPairs:
    headers = [*set_cookies.headers]
    if credentials.is_development and credentials.url is not None:
        # Remove credentials from the address bar and the history.
        left_out = (names.HANDSHAKE, _HELP, names.DEV_BROWSER, names.HANDSHAKE_NONCE)
        headers.append(("location", _own_url(credentials, left_out)))
        headers.append(("cache-control", "no-store"))
    return tuple(headers)
