"""Email links in Clerk's own components, in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from clerk_core.local import InstanceSettings, LocalClerk
from tests.local.frontend.site import Site, needs_browser
from tests.local.frontend.site import chromium as chromium
from tests.local.frontend.site import local as local
from tests.local.frontend.site import site as site

pytestmark = needs_browser


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings(email_link=True, password="off")


def open_link(site: Site, local: LocalClerk, recipient: str) -> Page:
    """Open the link of the last email in another tab, and return the tab."""
    tab = site.page.context.new_page()
    tab.goto(str(local.messages(recipient)[0].url))
    return tab


def test_sign_up_and_sign_in_by_a_link(site: Site, local: LocalClerk) -> None:
    page = site.open("/sign-up")
    page.get_by_label("Email address").fill("mary@example.com")
    site.proceed()
    expect(page.get_by_text("Use the verification link sent to your email")).to_be_visible()
    site.screenshot("sign-up-link")
    tab = open_link(site, local, "mary@example.com")
    expect(tab).to_have_title("Signed in as mary@example.com")
    page.wait_for_url(f"{site.url}/")
    expect(page).to_have_title("Signed in as mary@example.com")
    tab.close()
    site.start("Clerk.signOut({redirectUrl: '/user'})")
    page.wait_for_url(f"{site.url}/user")
    expect(page).to_have_title("Signed out")

    page = site.open("/sign-in")
    page.get_by_label("Email address").fill("mary@example.com")
    site.proceed()
    expect(page.get_by_text("Check your email").first).to_be_visible()
    expect(page.get_by_text("Use the verification link sent to your email")).to_be_visible()
    site.screenshot("sign-in-link")
    open_link(site, local, "mary@example.com")
    expect(page).to_have_title("Signed in as mary@example.com")
