"""Sign in to an application in Chromium: with cookies, or as `@clerk/testing` does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string
from playwright.async_api import async_playwright
from playwright.sync_api import Browser, Page, expect

from clerk_core import AsyncClerk, Clerk, ConfigurationError, HttpRequest, HttpResponse
from clerk_core.flask import auth, install
from clerk_core.local import LocalClerk, LocalServer, SeededUser
from clerk_core.local._loopback import LoopbackServer
from clerk_core.testing import ClerkFixture
from clerk_core.testing.playwright import (
    setup_testing_token,
    setup_testing_token_async,
    sign_in,
    sign_in_async,
    sign_out,
    sign_out_async,
)
from tests.pages.conftest import browser as browser
from tests.pages.site import CHROMIUM, PACKAGES, wait_until

PAGE = """<!doctype html><title>Page</title>{{ clerk.head(telemetry=False) }}
<h1>{{ clerk.auth.user_id or "Nobody" }}</h1>{{ clerk.user_button() }}"""


def serve(options: dict[str, object]) -> Iterator[str]:
    app = Flask("site")
    install(app, **options)  # type: ignore[arg-type]

    @app.get("/")
    def page() -> str:
        return render_template_string(PAGE)

    @app.get("/api")
    def api() -> dict[str, str | None]:
        return {"user_id": auth().user_id}

    with LoopbackServer(app) as server:
        yield server.url
    app.extensions["clerk"].close()


@pytest.fixture(scope="module")
def local() -> Iterator[LocalClerk]:
    """An instance as a development instance of Clerk: nothing of it is called in process."""
    with LocalClerk(scripts=PACKAGES) as local, LocalServer(local):
        yield local


@pytest.fixture(scope="module")
def url(local: LocalClerk) -> Iterator[str]:
    yield from serve(dict(local.options()))


@pytest.fixture(scope="module")
def ada(local: LocalClerk) -> SeededUser:
    return local.seed()[0]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


def test_cookies_of_the_fixture_sign_in(clerk_local: ClerkFixture, page: Page) -> None:
    for url in serve(dict(clerk_local.options())):
        user = clerk_local.create_user()
        page.context.add_cookies(clerk_local.browser_cookies(user, url))

        page.goto(f"{url}/api")

        assert page.evaluate("JSON.parse(document.body.innerText).user_id") == user.id


def test_ticket_signs_in_and_out(
    local: LocalClerk, ada: SeededUser, page: Page, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle, urls = local.handle, list[str]()

    def recorded(request: HttpRequest) -> HttpResponse:
        urls.append(request.url)
        return handle(request)

    monkeypatch.setattr(local, "handle", recorded)
    with Clerk(**local.options()) as clerk:
        setup_testing_token(page, clerk)
        page.goto(url)
        sign_in(page, clerk, email=ada.email_address)
        expect(page.locator("h1")).to_have_text(ada.user_id)
        wait_until(page, "window.Clerk?.loaded")
        sign_out(page)
        expect(page.locator("h1")).to_have_text("Nobody")

    # A handshake is a redirect, which Playwright does not show to routes.
    of_browser = [one for one in urls if "__clerk_api_version" in one and "handshake" not in one]
    assert of_browser
    assert [one for one in of_browser if "__clerk_testing_token=" not in one] == []


def test_unknown_address_is_named(local: LocalClerk, page: Page, url: str) -> None:
    page.goto(url)
    with (
        Clerk(**local.options()) as clerk,
        pytest.raises(ConfigurationError, match=r"nobody@example\.com"),
    ):
        sign_in(page, clerk, email="nobody@example.com")


def test_async_page_signs_in_and_out(local: LocalClerk, ada: SeededUser, url: str) -> None:
    async def scenario() -> list[str]:
        headings: list[str] = []
        async with async_playwright() as playwright, AsyncClerk(**local.options()) as clerk:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            page = await browser.new_page()
            await setup_testing_token_async(page.context, clerk)
            await page.goto(url)
            await sign_in_async(page, clerk, email=ada.email_address)
            await page.wait_for_function(
                "id => document.querySelector('h1').textContent === id", arg=ada.user_id
            )
            headings.append(await page.locator("h1").inner_text())
            await sign_out_async(page)
            await page.wait_for_function("document.querySelector('h1').textContent === 'Nobody'")
            headings.append(await page.locator("h1").inner_text())
            await browser.close()
        return headings

    # In a thread: the synchronous driver of other tests has a loop in this one.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, scenario()).result(120) == [ada.user_id, "Nobody"]
