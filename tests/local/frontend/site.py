"""An application with Clerk's own JavaScript packages, in Chromium: fixtures and helpers."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from clerk_core.local import InstanceSettings, LocalClerk, LocalServer, SeededUser
from tests.local.frontend.pages import CHROMIUM, SCRIPTS, application

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
"""An image of one pixel."""

needs_browser = [
    pytest.mark.skipif(
        not CHROMIUM, reason="Chromium is not installed (on Debian: apt-get install chromium)"
    ),
    pytest.mark.skipif(
        not (SCRIPTS / "@clerk" / "ui").exists(),
        reason="Clerk's packages are not installed (npm install --prefix tests/conformance)",
    ),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # A busy machine takes its time, and no test is about speed.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                # clerk-js refuses passkeys in a browser that a program drives.
                "--disable-blink-features=AutomationControlled",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings()


@pytest.fixture
def local(settings: InstanceSettings) -> Iterator[LocalClerk]:
    with LocalClerk(settings=settings, scripts=SCRIPTS) as local, LocalServer(local):
        yield local


@dataclass
class Site:
    """An application with Clerk's components, in a browser.

    Attributes:
        page: The page of the browser.
        url: The base URL of the application.
        folder: The folder for screenshots.
    """

    page: Page
    url: str
    folder: Path

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.url}{path}")
        return self.page

    def screenshot(self, name: str) -> None:
        file = self.folder / f"{name}.png"
        self.page.screenshot(path=file)
        assert file.stat().st_size > 5_000

    def sign_in(self, person: SeededUser) -> None:
        page = self.open("/sign-in")
        page.get_by_label("Email address").fill(person.email_address)
        self.proceed()
        page.locator("input[name=password]").fill(person.password)
        self.proceed()
        expect(page).to_have_title(f"Signed in as {person.name}")

    def start(self, expression: str) -> None:
        """Start an action that may load the page anew, without waiting for its promise."""
        self.page.evaluate(f"() => {{ void {expression}.catch(() => null); }}")

    def proceed(self) -> None:
        self.page.get_by_role("button", name="Continue", exact=True).click()


_ALLOWED = "(http://localhost:|data:|blob:|https://img.clerk.com/static/)"
_ICON = '<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture
def site(chromium: Browser, local: LocalClerk, tmp_path: Path) -> Iterator[Site]:
    """Open an application, and fail the test if its page logs errors or leaves this machine.

    Neither may it call what the instance does not serve.
    """
    with application(local) as url, chromium.new_context() as context:
        page = context.new_page()
        # The icons of social buttons are the only thing that the components load from Clerk.
        context.route(
            "https://img.clerk.com/static/*",
            lambda route: route.fulfill(content_type="image/svg+xml", body=_ICON),
        )
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda message: (
                problems.append(message.text)
                if message.type == "error"
                and "the server responded with a status of 4" not in message.text
                else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                None if re.match(_ALLOWED, request.url) else problems.append(request.url)
            ),
        )
        # The instance answers so where it does not serve what a component asks for.
        page.on(
            "response",
            lambda response: problems.append(response.url) if response.status == 404 else None,
        )
        yield Site(page, url, tmp_path)
        assert problems == []


def enter_code(page: Page, code: str) -> None:
    page.get_by_label("Enter verification code").press_sequentially(code)


def code_for(local: LocalClerk, recipient: str) -> str:
    (message, *_) = local.messages(recipient)
    assert message.code is not None
    return message.code
