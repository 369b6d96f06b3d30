"""The handshake: send the browser to Clerk's Frontend API, and take in what it comes back with.

A page that cannot know whether its cookies are still right asks the one who does. The Frontend API
answers with a nonce (or, signed, with the cookies themselves). It knows nothing of when a handshake
is due; see `cookie.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from clerk_core.backend.calls import call
from clerk_core.backend.errors import ClerkAPIError
from clerk_core.deciding.context import Context
from clerk_core.outcome.auth import Token
from clerk_core.outcome.state import HeaderPairs, RequestState
from clerk_core.reading import cookies as names
from clerk_core.reading.credentials import Credentials
from clerk_core.reading.jwt import MalformedJwtError
from clerk_core.reading.public_url import with_query, without_query
from clerk_core.verifying.session_token import verify_handshake_token, verify_session_token
from clerk_core.words.errors import TransportError
from clerk_core.words.flow import Flow
from clerk_core.words.reasons import Reason
from clerk_core.words.version import API_VERSION

_MOST_REDIRECTS = 3
_A_DAY_IN_MS = 86_400_000
_LEGACY_DEV_BROWSER = "__dev_session"
_HELP = "__clerk_help"
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")
_CLOCK_REASONS = (
    Reason.TOKEN_EXPIRED,
    Reason.TOKEN_NOT_ACTIVE_YET,
    Reason.TOKEN_IAT_IN_THE_FUTURE,
)
_SWITCHED_KEYS = (
    "The handshake was signed with another instance's key. If you have changed the Clerk keys of "
    "this application, clear its cookies and load the page again."
)


def _is_eligible(credentials: Credentials) -> bool:
    is_configured = credentials.settings.instance is not None
    return is_configured and credentials.url is not None and credentials.asks_for_document


def to_handshake(context: Context[Token], reason: str, message: str = "") -> RequestState[Token]:
    """Send the browser to a handshake, or call it signed out where it cannot or went too often."""
    credentials = context.credentials
    if not _is_eligible(credentials) or credentials.redirect_count >= _MOST_REDIRECTS:
        return context.signed_out(reason, message)
    count = credentials.redirect_count + 1
    headers = (
        ("location", _handshake_url(credentials, reason)),
        # Browsers keep redirects of idle tabs, and would go round in circles with a kept one.
        ("cache-control", "no-store"),
        ("set-cookie", f"{names.REDIRECT_COUNT}={count}; SameSite=Lax; HttpOnly; Max-Age=2"),
    )
    return context.handshake(reason, message, headers)


def _handshake_url(credentials: Credentials, reason: str) -> str:
    settings = credentials.settings
    query = [
        ("redirect_url", _own_url(credentials, (names.DEV_BROWSER, _LEGACY_DEV_BROWSER))),
        ("__clerk_api_version", API_VERSION),
        ("suffixed_cookies", str(credentials.uses_suffixed_cookies).lower()),
        ("__clerk_hs_reason", reason),
    ]
    if settings.secret_key is not None:
        # Redeeming a nonce is a call of the Backend API; without its key the signed form will do.
        query.append(("format", "nonce"))
    if credentials.session_token:
        query.append((names.SESSION, credentials.session_token))
    if credentials.is_development and credentials.dev_browser_token:
        query.append((names.DEV_BROWSER, credentials.dev_browser_token))
    return with_query(f"{_frontend_api(credentials)}/v1/client/handshake", query)


def _frontend_api(credentials: Credentials) -> str:
    settings = credentials.settings
    proxy = settings.proxy_url
    if proxy is None:
        return f"https://{settings.instance.frontend_api}" if settings.instance else ""
    if proxy.startswith("/") and credentials.url is not None:
        proxy = credentials.url.origin + proxy
    return proxy.rstrip("/")


def _own_url(credentials: Credentials, left_out: Iterable[str]) -> str:
    return without_query(credentials.url, left_out) if credentials.url else ""


def resolve_handshake(context: Context[Token]) -> Flow[RequestState[Token] | None]:
    """Take in the handshake that the browser comes back with; None without one that holds."""
    credentials = context.credentials
    if context.settings.instance is None:
        return None
    if credentials.handshake_nonce:
        directives = yield from _redeem_nonce(context, credentials.handshake_nonce)
    elif credentials.handshake_token:
        opened = yield from _open_token(context, credentials.handshake_token)
        if isinstance(opened, Reason):
            return _refused_handshake(context, opened)
        directives = opened
    else:
        return None
    return (yield from _take_in(context, directives))


def _redeem_nonce(context: Context[Token], nonce: str) -> Flow[list[object]]:
    if context.settings.secret_key is None:
        return []
    try:
        document = yield from call(
            context.settings, "GET", "/clients/handshake_payload", query=[("nonce", nonce)]
        )
    except (ClerkAPIError, TransportError):
        # The browser is signed out for now, and its next request starts another handshake.
        return []
    directives = document.get("directives") if isinstance(document, dict) else None
    return directives if isinstance(directives, list) else []


def _open_token(context: Context[Token], token: str) -> Flow[list[object] | Reason]:
    credentials = context.credentials
    try:
        jwt = credentials.decode(token)
    except MalformedJwtError:
        return Reason.TOKEN_INVALID
    reason = yield from verify_handshake_token(
        token, jwt, context.settings, credentials.now, context.keyring
    )
    directives = jwt.claims.get("handshake")
    return reason or (directives if isinstance(directives, list) else [])


def _refused_handshake(context: Context[Token], reason: Reason) -> RequestState[Token] | None:
    if not context.credentials.is_development:
        # In production it comes in a cookie, which may be that of another application on the
        # same domain: the request goes on as if it were not there.
        return None
    is_of_other_keys = reason is Reason.TOKEN_INVALID_SIGNATURE
    return context.signed_out(reason, _SWITCHED_KEYS if is_of_other_keys else reason.sentence)


def _take_in(
    context: Context[Token], directives: Iterable[object]
) -> Flow[RequestState[Token] | None]:
    credentials = context.credentials
    cookies = [one for one in directives if isinstance(one, str) and _is_header_value(one)]
    headers = _response_headers(credentials, cookies)
    token = _session_token_in(cookies, credentials)
    if not token:
        return context.signed_out(Reason.SESSION_TOKEN_MISSING, "", headers)
    try:
        jwt = credentials.decode(token)
    except MalformedJwtError:
        return None
    arguments = (token, jwt, context.settings, credentials.now, context.keyring)
    reason = yield from verify_session_token(*arguments)
    if reason in _CLOCK_REASONS and credentials.is_development:
        # A developer's clock may be wrong by hours; that must not look like a broken sign-in.
        reason = yield from verify_session_token(*arguments, clock_skew_in_ms=_A_DAY_IN_MS)
    return context.signed_in(token, jwt.claims, headers) if reason is None else None


def _is_header_value(directive: str) -> bool:
    return directive.isascii() and not _CONTROL_CHARACTERS.search(directive)


def _session_token_in(cookies: Iterable[str], credentials: Credentials) -> str:
    """The session token among the cookies to set; the last one, as a browser would keep it."""
    wanted = (names.SESSION, f"{names.SESSION}_{credentials.settings.cookie_suffix}")
    pairs = (directive.partition(";")[0].partition("=") for directive in cookies)
    tokens = [value for name, _, value in pairs if name in wanted]
    return tokens[-1] if tokens else ""


def _response_headers(credentials: Credentials, cookies: Iterable[str]) -> HeaderPairs:
    headers = [
        ("access-control-allow-origin", "null"),
        ("access-control-allow-credentials", "true"),
    ]
    headers += (("set-cookie", cookie) for cookie in cookies)
    if credentials.is_development and credentials.url is not None:
        # What came in the query is a credential: it leaves the address bar and the history.
        left_out = (names.HANDSHAKE, _HELP, names.DEV_BROWSER, names.HANDSHAKE_NONCE)
        headers.append(("location", _own_url(credentials, left_out)))
        headers.append(("cache-control", "no-store"))
    return tuple(headers)
