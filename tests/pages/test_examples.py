"""The example applications that render pages, in Chromium.

Screenshots are saved to the temporary folder of the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from clerk_core._demo.run import load_example
from clerk_core._demo.servers import serve
from clerk_core.local import LocalClerk, SeededUser
from tests.pages.site import watch
from tests.sample import first_by_default

SERVERS: dict[str, Literal["werkzeug", "uvicorn"]] = {"flask": "werkzeug", "fastapi": "uvicorn"}


@pytest.fixture(params=first_by_default(SERVERS))
def url(
    request: pytest.FixtureRequest, local: LocalClerk, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    for name, value in local.options().items():
        monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
    server = serve(load_example(f"{request.param}_pages"), SERVERS[request.param])
    yield server.url
    server.close()


@pytest.fixture(params=first_by_default(["light", "dark"]))
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    problems: list[str] = []
    with browser.new_context(color_scheme=request.param) as context:
        context.on("page", lambda page: watch(page, problems))
        yield context.new_page()
        assert problems == []


def test_sign_in_notes_organization_and_sign_out(
    url: str, page: Page, ada: SeededUser, tmp_path: Path
) -> None:
    page.goto(url)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Email address").fill(ada.email_address)
    page.screenshot(path=tmp_path / "sign-in.png")
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_label("Password", exact=True).fill(ada.password)
    page.get_by_role("button", name="Continue", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Ada")
    page.get_by_label("Note").fill("Write a program")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("listitem")).to_have_text("Write a program")
    expect(page.locator(".cl-userButtonTrigger")).to_be_visible()
    page.screenshot(path=tmp_path / "home.png")

    page.locator(".cl-organizationSwitcherTrigger").click()
    page.screenshot(path=tmp_path / "organizations.png")
    page.get_by_role("button", name="Analytical Engines").click()
    expect(page.get_by_text("the notes of your organization")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_text("There are no notes.")
    expect(page.get_by_text("You are an admin.")).to_be_visible()
    expect(page.locator(".cl-organizationSwitcherTrigger")).to_contain_text("Analytical Engines")
    page.screenshot(path=tmp_path / "organization.png")

    other = page.context.new_page()
    other.goto(url)
    expect(other.get_by_text("You are an admin.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    for tab in (page, other):
        expect(tab.get_by_role("heading", level=1)).to_have_text("Nobody is signed in")


@pytest.mark.parametrize("url", ["flask"], indirect=True)
def test_sign_up_on_the_sign_in_page(url: str, page: Page, local: LocalClerk) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("Email address").fill("mary@example.com")
    page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_url("**/sign-in/create*")
    page.get_by_label("Password", exact=True).fill("mary-reads-the-stars")
    with page.expect_response("**/prepare_verification?*"):
        page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_url("**/sign-in/create/verify-email-address*")
    page.get_by_role("textbox").first.focus()
    (message,) = local.messages()
    page.keyboard.type(message.code or "")

    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, mary@example.com")
