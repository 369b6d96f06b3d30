"""Sign a browser out by a form: end the session and expire the cookies.

The cookies are those of clerk-js and of the handshake, each with and without the suffix of the
instance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ada_url import URL

from clerk_core._authentication.request import cookies as names
from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.public_url import parse_url
from clerk_core._authentication.response.error_response import error_response
from clerk_core._authentication.result.state import HeaderPairs, RequestState
from clerk_core._authentication.steps.context import Context
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._flow import Flow
from clerk_core._messages import Response
from clerk_core._reasons import Reason
from clerk_core.errors import ClerkAPIError, TransportError

# A session lives much longer than its tokens, and so may the page with the form.
_OLDEST_TOKEN_IN_MS = 30 * 24 * 60 * 60 * 1000
# Statuses of the Backend API for a session that ended or was deleted.
_ENDED = (400, 404, 410, 422)
_NO_STORE = ("cache-control", "private, no-store")
_MAX_DOMAINS = 5


def sign_out(
    state: RequestState,
    keyring: Keyring,
    redirect_url: str,
    revoke: Callable[[str], None] | None = None,
) -> Flow[Response]:
    """Return the flow that ends the session of a request, and returns the response.

    The response is a redirect that expires the cookies; 405 for methods other than POST; 403 for a
    form of another origin. If Clerk cannot be reached, it is a 503 that expires the cookies: the
    browser is signed out, but the session has not ended.

    Args:
        state: The result of authentication.
        keyring: The keys of the instance.
        redirect_url: A path of this application, or a URL of it or of an authorized party.
        revoke: Called with the ID of the session after it has ended; None to call nothing.

    Raises:
        ConfigurationError: The secret key is missing.
        ValueError: `redirect_url` is of another origin.
    """
    credentials = state.credentials
    location = _check_redirect_url(redirect_url, credentials)
    if credentials.request.method != "POST":
        message, allow = "Send a POST request to sign out.", (("allow", "POST"),)
        return error_response(credentials, 405, "method_not_allowed", message, allow)
    # Other sites cannot send a token in a header.
    if credentials.token_in_header is None and not credentials.is_same_origin:
        message = "Sign out with a form or a script of this application."
        return error_response(credentials, 403, "cross_origin", message)
    cookies = _expired_cookies(credentials)
    session_id = yield from _session_id(Context(credentials, keyring))
    if session_id is not None and not (yield from _end(credentials, session_id)):
        message = "You are signed out here, but your session could not be ended. Try again soon."
        retry = ("retry-after", "5")
        return error_response(credentials, 503, "unavailable", message, (retry, *cookies))
    if session_id is not None and revoke is not None:
        revoke(session_id)
    return Response(303, (("location", location), _NO_STORE, *cookies))


def _check_redirect_url(redirect_url: str, credentials: Credentials) -> str:
    """Return the URL if it is on this site, to prevent open redirects."""
    here = credentials.url or URL("http://localhost/")
    try:
        target = parse_url(URL(redirect_url, here.href).href)
    except ValueError:
        target = None
    if target is not None and target.origin in (
        here.origin,
        *credentials.settings.authorized_parties,
    ):
        # Absolute, because a browser would follow a path such as `//example.com` to another site.
        return target.href if credentials.url else "/"
    raise ValueError(
        "redirect_url must be a path of this application, or a URL of its origin or of an origin "
        "in authorized_parties"
    )


def _session_id(context: Context) -> Flow[str | None]:
    """Return the session ID in a token with a valid signature, which may have expired."""
    token = context.credentials.session_token
    if token is None:
        return None
    claims = yield from context.verify(token, clock_skew_in_ms=_OLDEST_TOKEN_IN_MS)
    session_id = None if isinstance(claims, Reason) else claims.get("sid")
    return session_id if isinstance(session_id, str) and session_id else None


def _end(credentials: Credentials, session_id: str) -> Flow[bool]:
    """End a session; return False if it may not have ended."""
    # Imported here, because it imports all models.
    from clerk_core._api.operations.sessions import Sessions

    try:
        yield from Sessions.revoke.flow(credentials.settings, session_id)
    except TransportError:
        return False
    except ClerkAPIError as error:
        return error.status in _ENDED
    return True


def _expired_cookies(credentials: Credentials) -> HeaderPairs:
    url, suffix = credentials.url, credentials.settings.cookie_suffix
    secure = "; Secure" if url is not None and url.protocol == "https:" else ""
    attributes = f"=; Path=/; Max-Age=0; SameSite=Lax{secure}"
    both = [[name, f"{name}_{suffix}"] if suffix else [name] for name in _NAMES]
    expired = [f"{name}{attributes}" for names_of_one in both for name in names_of_one]
    # clerk-js sets this cookie for the registrable domain. Browsers reject the other domains.
    hostname = url.hostname if url is not None else ""
    expired += [
        f"{name}{attributes}; Domain={domain}"
        for name in both[_NAMES.index(names.CLIENT_UAT)]
        for domain in _domains(hostname)
    ]
    return tuple(("set-cookie", cookie) for cookie in expired)


_NAMES = (names.SESSION, names.CLIENT_UAT, names.REFRESH)


def _domains(hostname: str) -> Iterator[str]:
    """Yield a host and its parent domains with at least two labels; nothing for an IP address."""
    labels = hostname.split(".")
    if ":" in hostname or labels[-1].isdigit():
        return
    for start in range(max(0, len(labels) - _MAX_DOMAINS), len(labels) - 1):
        yield ".".join(labels[start:])
