"""Sign in to an application in a browser of Playwright, sync or async.

https://clerk.com/docs/guides/development/testing/playwright/overview
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from clerk_core._client import AsyncClerk, Clerk
from clerk_core._json_values import is_object
from clerk_core.errors import ConfigurationError

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext as AsyncContext
    from playwright.async_api import Page as AsyncPage
    from playwright.async_api import Route as AsyncRoute
    from playwright.sync_api import BrowserContext, Page, Route

__all__ = [
    "setup_testing_token",
    "setup_testing_token_async",
    "sign_in",
    "sign_in_async",
    "sign_out",
    "sign_out_async",
]

_SIGN_IN = """async ticket => {
    const done = await Clerk.client.signIn.create({ strategy: "ticket", ticket });
    await Clerk.setActive({ session: done.createdSessionId });
}"""
_SIGN_OUT = "() => Clerk.signOut()"
_LOADED = "() => window.Clerk?.loaded"


def setup_testing_token(context: BrowserContext | Page, clerk: Clerk) -> None:
    """Let a browser pass the bot protection of a development instance.

    Call it before the first page is opened.

    Args:
        context: The browser context, or a page.
        clerk: The client of the instance.

    Raises:
        ConfigurationError: The publishable key is missing.
        ClerkAPIError: The instance is in production, or the secret key is wrong.
    """
    pattern, query = _pattern(clerk), _query(clerk.testing_tokens.create().token)

    from playwright.sync_api import Error

    def forward(route: Route) -> None:
        # The page may be closed meanwhile.
        with suppress(Error):
            response = route.fetch(url=_with_query(route.request.url, query))
            if response.ok:
                route.fulfill(response=response, json=_without_captcha(response.json()))
            else:
                route.fulfill(response=response)

    context.route(pattern, forward)


async def setup_testing_token_async(context: AsyncContext | AsyncPage, clerk: AsyncClerk) -> None:
    """Let a browser pass the bot protection of a development instance, in code that awaits.

    Call it before the first page is opened.

    Args:
        context: The browser context, or a page.
        clerk: The client of the instance.

    Raises:
        ConfigurationError: The publishable key is missing.
        ClerkAPIError: The instance is in production, or the secret key is wrong.
    """
    pattern, query = _pattern(clerk), _query((await clerk.testing_tokens.create()).token)

    from playwright.async_api import Error

    async def forward(route: AsyncRoute) -> None:
        # The page may be closed meanwhile.
        with suppress(Error):
            response = await route.fetch(url=_with_query(route.request.url, query))
            if response.ok:
                await route.fulfill(response=response, json=_without_captcha(await response.json()))
            else:
                await route.fulfill(response=response)

    await context.route(pattern, forward)


def sign_in(page: Page, clerk: Clerk, *, email: str) -> None:
    """Sign a user in on a page that has loaded clerk-js.

    Args:
        page: The page, which is open.
        clerk: The client of the instance.
        email: An email address of the user.

    Raises:
        ConfigurationError: No user has the address.
        ClerkAPIError: The secret key is wrong.
    """
    users = clerk.users.list(email_address=[email])
    ticket = clerk.sign_in_tokens.create(user_id=_only(users, email)).token
    page.wait_for_function(_LOADED)
    page.evaluate(_SIGN_IN, ticket)


async def sign_in_async(page: AsyncPage, clerk: AsyncClerk, *, email: str) -> None:
    """Sign a user in on a page that has loaded clerk-js, in code that awaits.

    Args:
        page: The page, which is open.
        clerk: The client of the instance.
        email: An email address of the user.

    Raises:
        ConfigurationError: No user has the address.
        ClerkAPIError: The secret key is wrong.
    """
    users = await clerk.users.list(email_address=[email])
    ticket = (await clerk.sign_in_tokens.create(user_id=_only(users, email))).token
    await page.wait_for_function(_LOADED)
    await page.evaluate(_SIGN_IN, ticket)


def sign_out(page: Page) -> None:
    """Sign out on a page that has loaded clerk-js."""
    page.wait_for_function(_LOADED)
    page.evaluate(_SIGN_OUT)


async def sign_out_async(page: AsyncPage) -> None:
    """Sign out on a page that has loaded clerk-js, in code that awaits."""
    await page.wait_for_function(_LOADED)
    await page.evaluate(_SIGN_OUT)


def _only(users: Any, email: str) -> str:
    if len(users) != 1:
        raise ConfigurationError(
            f"No user of the instance has the email address {email}. Create one first.",
            code="user-unknown",
        )
    return str(users[0].id)


def _pattern(clerk: Clerk | AsyncClerk) -> re.Pattern[str]:
    settings = clerk.settings
    if settings.instance is None:
        raise ConfigurationError(
            "The testing token needs the publishable key. Set CLERK_PUBLISHABLE_KEY or pass "
            "publishable_key=.",
            code="publishable-key-missing",
        )
    urls = [re.escape(f"https://{settings.instance.frontend_api}")]
    if settings.proxy_url is not None:
        origin = "[^?]*" if settings.proxy_url.startswith("/") else ""
        urls.append(origin + re.escape(settings.proxy_url.rstrip("/")))
    return re.compile(f"^(?:{'|'.join(urls)})/v1/")


def _query(token: str | None) -> str:
    return urlencode({"__clerk_testing_token": token or ""})


def _with_query(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"


def _without_captcha(document: Any) -> Any:
    """Return a response in which the client need not solve a CAPTCHA."""
    if is_object(document):
        for part in (document.get("response"), document.get("client")):
            if is_object(part) and part.get("captcha_bypass") is False:
                part["captcha_bypass"] = True
    return document
