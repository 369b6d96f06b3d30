"""Where a browser goes to sign in. Pure: from a state to a URL.

https://clerk.com/docs/reference/backend/types/auth-object#redirect-to-sign-in
"""

from __future__ import annotations

from ada_url import URL

from clerk_core.outcome.auth import Token
from clerk_core.outcome.state import RequestState
from clerk_core.reading.cookies import DEV_BROWSER
from clerk_core.reading.public_url import parse_url, with_query_set
from clerk_core.words.errors import ConfigurationError


def sign_in_url(state: RequestState[Token], return_back_url: str | None = None) -> str:
    """The sign-in page for this request, which leads back to `return_back_url` afterwards.

    It leads back to the request's own URL when None; a relative one is seen from there. Raises
    `ConfigurationError` without a page or a publishable key, `ValueError` for a URL to lead back to
    that is neither http nor https.
    """
    credentials = state.credentials
    page = _sign_in_page(state)
    here = credentials.url
    target = parse_url(page) or (here and parse_url(_joined(page, here)))
    if target is None:
        raise ConfigurationError(
            "sign-in-url-invalid",
            "CLERK_SIGN_IN_URL must be an http or https URL, or a path of this application.",
        )
    query = []
    if here is not None:
        query.append(("redirect_url", _back(return_back_url, here)))
        elsewhere = target.host != here.host
        if elsewhere and credentials.is_development and credentials.dev_browser_token:
            query.append((DEV_BROWSER, credentials.dev_browser_token))
    return with_query_set(target.href, query)


def _sign_in_page(state: RequestState[Token]) -> str:
    settings = state.credentials.settings
    if settings.sign_in_url:
        return settings.sign_in_url
    if settings.instance is None:
        raise ConfigurationError(
            "sign-in-url-missing",
            "Nothing says where users sign in. Set CLERK_PUBLISHABLE_KEY, or CLERK_SIGN_IN_URL to "
            "a page of your own.",
        )
    return f"https://{_accounts_host(settings.instance.frontend_api)}/sign-in"


def _accounts_host(frontend_api: str) -> str:
    """The account portal's host, which stands in for the Frontend API's first label."""
    replaced = frontend_api.replace("clerk.accountsstage.", "accountsstage.", 1)
    for label in ("clerk.accounts.", "clerk."):
        if label in replaced:
            return replaced.replace(label, "accounts.", 1)
    return replaced


def _joined(url: str, base: URL) -> str:
    try:
        return URL(url, base.href).href
    except ValueError:
        return ""


def _back(url: str | None, here: URL) -> str:
    if url is None:
        return here.href
    back = parse_url(_joined(url, here))
    if back is None:
        raise ValueError("return_back_url must be an http or https URL, or a path")
    return back.href
