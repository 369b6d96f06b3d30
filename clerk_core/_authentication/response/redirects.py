"""Build the URLs of the pages to sign in, sign up and manage an account, from a request's state.

https://clerk.com/docs/reference/backend/types/auth-object#redirect-to-sign-in
"""

from __future__ import annotations

from ada_url import URL

from clerk_core._authentication.request.clerk_hosts import account_portal
from clerk_core._authentication.request.cookies import DEV_BROWSER
from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.public_url import parse_url, with_query_set
from clerk_core._authentication.result.state import RequestState
from clerk_core._authentication.steps.satellite import NEEDS_SYNC, SYNCED
from clerk_core.errors import ConfigurationError


def sign_in_url(state: RequestState, return_back_url: str | None = None) -> str:
    """Return the URL of the sign-in page for this request.

    A session with pending tasks is sent to the page of its tasks.

    Args:
        state: The result of authentication.
        return_back_url: The URL to return to afterwards, relative to the URL of the request. If
            None, it is the URL of the request; for a form, the page of the same origin that
            contained it, or else `after_sign_in_url` if that is set.

    Raises:
        ConfigurationError: The settings do not say where users sign in.
        ValueError: `return_back_url` is neither http nor https.
    """
    settings = state.credentials.settings
    page = _page_or_tasks(state, _page(state.credentials, settings.sign_in_url, "sign-in"))
    forced = settings.sign_in_force_redirect_url
    fallback = settings.sign_in_fallback_redirect_url or settings.after_sign_in_url
    return _with_return_url(state, page, forced or return_back_url, fallback)


def sign_up_url(state: RequestState, return_back_url: str | None = None) -> str:
    """Return the URL of the sign-up page for this request.

    If the application has a sign-in page but no sign-up page, the URL is that of the sign-in page
    followed by `/create`.

    Args:
        state: The result of authentication.
        return_back_url: The URL to return to afterwards, relative to the URL of the request. If
            None, it is the URL of the request; for a form, the page of the same origin that
            contained it, or else `after_sign_up_url` if that is set.

    Raises:
        ConfigurationError: The settings do not say where users sign up.
        ValueError: `return_back_url` is neither http nor https.
    """
    settings = state.credentials.settings
    if settings.sign_up_url or not settings.sign_in_url:
        page = _page(state.credentials, settings.sign_up_url, "sign-up")
    else:
        page = _page(state.credentials, settings.sign_in_url, "sign-in")
        page = _subpage(page, "create")
    forced = settings.sign_up_force_redirect_url
    fallback = settings.sign_up_fallback_redirect_url or settings.after_sign_up_url
    page = _page_or_tasks(state, page)
    return _with_return_url(state, page, forced or return_back_url, fallback)


def tasks_url(state: RequestState, return_back_url: str | None = None) -> str:
    """Return the URL of the page where a user finishes the pending tasks of the session.

    https://clerk.com/docs/guides/configure/session-tasks

    Args:
        state: The result of authentication.
        return_back_url: The URL to return to afterwards, relative to the URL of the request. If
            None, it is the URL of the request or of the page that contained the form.

    Raises:
        ConfigurationError: The settings do not say where users sign in.
        ValueError: `return_back_url` is neither http nor https.
    """
    settings = state.credentials.settings
    page = _subpage(_page(state.credentials, settings.sign_in_url, "sign-in"), "tasks")
    fallback = settings.sign_in_fallback_redirect_url or settings.after_sign_in_url
    return _with_return_url(state, page, return_back_url, fallback)


def waitlist_url(state: RequestState, return_back_url: str | None = None) -> str:
    """Return the URL of the page where visitors join the waitlist.

    Args:
        state: The result of authentication.
        return_back_url: The URL to return to afterwards, relative to the URL of the request. If
            None, it is the URL of the request or of the page that contained the form.

    Raises:
        ConfigurationError: The settings do not say where the page is.
        ValueError: `return_back_url` is neither http nor https.
    """
    page = _page(state.credentials, state.credentials.settings.waitlist_url, "waitlist")
    return _with_return_url(state, page, return_back_url, None)


def user_profile_url(state: RequestState) -> str:
    """Return the URL of the page where users manage their account.

    Raises:
        ConfigurationError: The settings do not say where the page is.
    """
    return _account_page_url(state, state.credentials.settings.user_profile_url, "user")


def organization_profile_url(state: RequestState) -> str:
    """Return the URL of the page of the active organization.

    Raises:
        ConfigurationError: The settings do not say where the page is.
    """
    return _account_page_url(
        state, state.credentials.settings.organization_profile_url, "organization"
    )


def create_organization_url(state: RequestState) -> str:
    """Return the URL of the page to create an organization.

    Raises:
        ConfigurationError: The settings do not say where the page is.
    """
    return _account_page_url(
        state, state.credentials.settings.create_organization_url, "create-organization"
    )


def _account_page_url(state: RequestState, own: str | None, name: str) -> str:
    page = _page(state.credentials, own, name)
    if isinstance(page, str):
        return page
    return with_query_set(page.href, _dev_browser(state.credentials, page))


def _page(credentials: Credentials, own: str | None, name: str) -> URL | str:
    """Return the URL of the application's own page, or that of the account portal.

    If the URL of the request is malformed, a path is returned as it is; the browser resolves it.
    """
    instance = credentials.settings.instance
    if own is None and instance is None:
        raise ConfigurationError(
            "There is no sign-in page. Set CLERK_PUBLISHABLE_KEY to use the account portal, or "
            "CLERK_SIGN_IN_URL to use a page of your own.",
            code="sign-in-url-missing",
        )
    text = own or f"{account_portal(instance.frontend_api if instance else '')}/{name}"
    page = parse_url(text)
    if page is None and credentials.url is None:
        return text
    page = page or (credentials.url and _join(text, credentials.url))
    if page is None:
        raise ConfigurationError(
            "CLERK_SIGN_IN_URL, CLERK_SIGN_UP_URL and other pages must be http or https URLs, or "
            "paths of this application.",
            code="sign-in-url-invalid",
        )
    return page


def _page_or_tasks(state: RequestState, page: URL | str) -> URL | str:
    """Return the page, or the page of tasks if the session has pending ones."""
    is_pending = state.auth("session_token").session_status == "pending"
    return _subpage(page, "tasks") if is_pending else page


def _subpage(page: URL | str, segment: str) -> URL | str:
    if isinstance(page, str):
        return page
    below = URL(page.href)
    below.pathname = f"{page.pathname.rstrip('/')}/{segment}"
    return below


def _with_return_url(
    state: RequestState, page: URL | str, return_back_url: str | None, fallback: str | None
) -> str:
    if isinstance(page, str):
        return page
    credentials = state.credentials
    here = credentials.url
    if here is None:
        return page.href
    is_elsewhere = page.host != here.host
    if return_back_url is not None:
        back: str | None = _back(return_back_url, here)
    else:
        back = _default_return_url(credentials, here, fallback)
    query: list[tuple[str, str]] = []
    if back is not None:
        if is_elsewhere and credentials.settings.is_satellite:
            # After the sign-in, the satellite must sync the new session from the primary domain.
            back = with_query_set(back, [(SYNCED, NEEDS_SYNC)])
        query.append(("redirect_url", back))
    return with_query_set(page.href, [*query, *_dev_browser(credentials, page)])


def _dev_browser(credentials: Credentials, page: URL) -> list[tuple[str, str]]:
    """Return the parameter that identifies the browser to a development page on another host."""
    here, token = credentials.url, credentials.dev_browser_token
    is_elsewhere = here is not None and page.host != here.host
    return [(DEV_BROWSER, token)] if is_elsewhere and credentials.is_development and token else []


def _default_return_url(credentials: Credentials, here: URL, fallback: str | None) -> str | None:
    """Return the URL of the request; for a form, the URL of the page that contained it."""
    if credentials.has_safe_method:
        return credentials.page_url
    page = credentials.referrer
    if page is None or page.origin != here.origin:
        page = _join(fallback, here) if fallback else None
    return None if page is None else page.href


def _join(url: str, base: URL) -> URL | None:
    try:
        return parse_url(URL(url, base.href).href)
    except ValueError:
        return None


def _back(url: str, here: URL) -> str:
    back = _join(url, here)
    if back is None:
        raise ValueError("return_back_url must be an http or https URL, or a path")
    return back.href
