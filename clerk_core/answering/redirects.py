"""Where a browser goes to sign in or up. Pure: from a state to a URL.

https://clerk.com/docs/reference/backend/types/auth-object#redirect-to-sign-in
"""

from __future__ import annotations

from ada_url import URL

from clerk_core.deciding.satellite import NEEDS_SYNC, SYNCED
from clerk_core.outcome.origin import Token
from clerk_core.outcome.state import RequestState
from clerk_core.reading.clerk_hosts import account_portal
from clerk_core.reading.cookies import DEV_BROWSER
from clerk_core.reading.credentials import Credentials
from clerk_core.reading.public_url import parse_url, with_query_set
from clerk_core.words.errors import ConfigurationError


def sign_in_url(state: RequestState[Token], return_back_url: str | None = None) -> str:
    """The sign-in page for this request, which leads back to `return_back_url` afterwards.

    It leads back to the request's own URL when None; a relative one is seen from there. A session
    with tasks left to do is led to them. Raises `ConfigurationError` without a page or a
    publishable key, `ValueError` for a URL to lead back to that is neither http nor https.
    """
    own = state.credentials.settings.sign_in_url
    return _leading_back(state, _page(state.credentials, own, "sign-in"), return_back_url)


def sign_up_url(state: RequestState[Token], return_back_url: str | None = None) -> str:
    """The sign-up page for this request; everything else is as in `sign_in_url`.

    Without a page of its own it is the sign-in page's `/create`.
    """
    settings = state.credentials.settings
    if settings.sign_up_url or not settings.sign_in_url:
        page = _page(state.credentials, settings.sign_up_url, "sign-up")
    else:
        page = _below(_page(state.credentials, settings.sign_in_url, "sign-in"), "create")
    return _leading_back(state, page, return_back_url)


def _page(credentials: Credentials, own: str | None, name: str) -> URL:
    """The application's own page, or the account portal's of that name."""
    instance = credentials.settings.instance
    if own is None and instance is None:
        raise ConfigurationError(
            "Nothing says where users sign in. Set CLERK_PUBLISHABLE_KEY, or CLERK_SIGN_IN_URL to "
            "a page of your own.",
            code="sign-in-url-missing",
        )
    text = own or f"{account_portal(instance.frontend_api if instance else '')}/{name}"
    page = parse_url(text) or (credentials.url and _joined(text, credentials.url))
    if page is None:
        raise ConfigurationError(
            "CLERK_SIGN_IN_URL and CLERK_SIGN_UP_URL must be http or https URLs, or paths of this "
            "application.",
            code="sign-in-url-invalid",
        )
    return page


def _below(page: URL, segment: str) -> URL:
    below = URL(page.href)
    below.pathname = f"{page.pathname.rstrip('/')}/{segment}"
    return below


def _leading_back(state: RequestState[Token], page: URL, return_back_url: str | None) -> str:
    credentials = state.credentials
    if state.auth("session_token").session_status == "pending":
        page = _below(page, "tasks")
    here = credentials.url
    if here is None:
        return page.href
    is_elsewhere = page.host != here.host
    back = _back(return_back_url, here)
    if is_elsewhere and credentials.settings.is_satellite:
        # Coming back, the satellite has to ask the primary domain for the new session.
        back = with_query_set(back, [(SYNCED, NEEDS_SYNC)])
    query = [("redirect_url", back)]
    if is_elsewhere and credentials.is_development and credentials.dev_browser_token:
        query.append((DEV_BROWSER, credentials.dev_browser_token))
    return with_query_set(page.href, query)


def _joined(url: str, base: URL) -> URL | None:
    try:
        return parse_url(URL(url, base.href).href)
    except ValueError:
        return None


def _back(url: str | None, here: URL) -> str:
    if url is None:
        return here.href
    back = _joined(url, here)
    if back is None:
        raise ValueError("return_back_url must be an http or https URL, or a path")
    return back.href
