"""The demo in Chromium. Screenshots are saved to the temporary folder of the test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from clerk_core._demo.frameworks import FRAMEWORKS
from clerk_core._demo.run import Demo
from clerk_core.local import SeededUser
from tests.sample import first_by_default

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)

pytestmark = pytest.mark.skipif(
    not CHROMIUM, reason="Chromium is not installed (on Debian: apt-get install chromium)"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # A busy machine takes its time, and no test is about speed.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def framework() -> str:
    """Return the default framework of the demo."""
    return "flask"


@pytest.fixture
def demo(framework: str) -> Iterator[Demo]:
    with Demo(framework=framework) as demo:
        yield demo


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1100, "height": 900}) as context:
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda message: (
                problems.append(message.text)
                if message.type == "error"
                and "the server responded with a status" not in message.text
                else None
            ),
        )
        yield page
        assert problems == []


def sign_in(page: Page, demo: Demo, user: SeededUser) -> None:
    page.goto(demo.url)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Email address").fill(user.email_address)
    page.get_by_label("Password").fill(user.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{demo.url}/")


def response_to(page: Page, button: str) -> str:
    page.get_by_role("button", name=button).click()
    response = page.locator("article", has=page.get_by_role("button", name=button)).locator(
        ".answer"
    )
    expect(response).to_be_visible()
    return response.inner_text()


@pytest.mark.parametrize("framework", first_by_default(FRAMEWORKS))
def test_sign_in_four_endpoints_and_sign_out(
    framework: str, demo: Demo, page: Page, tmp_path: Path
) -> None:
    ada = demo.users[0]
    page.goto(demo.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody is signed in")
    assert response_to(page, "GET /api/me").startswith("401")
    page.screenshot(path=tmp_path / "signed-out.png", full_page=True)

    page.get_by_role("link", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.screenshot(path=tmp_path / "sign-in.png", full_page=True)

    sign_in(page, demo, ada)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Ada Lovelace")
    assert ada.user_id in response_to(page, "GET /api/me")
    assert "Bearer eyJ" in response_to(page, "GET /api/external")
    profile = response_to(page, "GET /api/profile")
    assert ada.email_address in profile
    assert "private_metadata" not in profile
    assert "Cookie" in response_to(page, "POST /api/rename")
    page.screenshot(path=tmp_path / "signed-in.png", full_page=True)

    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Clerk Cookie")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{demo.url}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody is signed in")
    for name in ("signed-out.png", "sign-in.png", "signed-in.png"):
        assert (tmp_path / name).stat().st_size > 10_000


def test_url_and_the_history_contain_no_credentials(demo: Demo, page: Page) -> None:
    sign_in(page, demo, demo.users[0])
    assert page.url == f"{demo.url}/"
    page.go_back()
    assert "__clerk_handshake" not in page.url


def test_two_browsers_have_separate_sessions(demo: Demo, browser: Browser) -> None:
    ada, grace = demo.users
    with browser.new_context() as first, browser.new_context() as second:
        one, other = first.new_page(), second.new_page()
        sign_in(one, demo, ada)
        sign_in(other, demo, grace)
        assert ada.user_id in response_to(one, "GET /api/me")
        assert grace.user_id in response_to(other, "GET /api/me")


def test_long_responses_are_shown_completely(demo: Demo, page: Page) -> None:
    sign_in(page, demo, demo.users[0])
    response_to(page, "GET /api/profile")

    response = page.locator("article", has_text="GET /api/profile").locator(".answer")
    is_whole = "box => box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth"
    assert response.evaluate(is_whole)


def test_page_fits_a_phone_screen(demo: Demo, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        sign_in(page, demo, demo.users[0])
        response_to(page, "GET /api/profile")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360
