"""Providers such as Google in Clerk's own components, in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from clerk_core import Clerk
from clerk_core.local import InstanceSettings, LocalClerk
from tests.local.frontend.site import Site, needs_browser
from tests.local.frontend.site import chromium as chromium
from tests.local.frontend.site import local as local
from tests.local.frontend.site import site as site

pytestmark = needs_browser


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings(social=("google", "github"))


def come_back_as_mary(site: Site) -> None:
    page = site.page
    page.wait_for_url("**/provider?state=*")
    site.screenshot("provider")
    page.get_by_label("Email address of another account").fill("mary@example.com")
    page.get_by_label("First name").fill("Mary")
    page.get_by_label("Last name").fill("Shelley")
    page.get_by_role("button", name="Continue").click()


def press_google(site: Site, path: str) -> Page:
    page = site.open(path)
    page.get_by_role("button", name="Google").click()
    return page


def sign_out(site: Site) -> None:
    page = site.open("/user")
    expect(page).to_have_title("Signed in as Mary Shelley")
    site.start("Clerk.signOut()")
    page.wait_for_url(f"{site.url}/")
    expect(page).to_have_title("Signed out")


def expect_mary(site: Site) -> None:
    site.page.wait_for_url(f"{site.url}/")
    expect(site.page).to_have_title("Signed in as Mary Shelley")


def test_sign_up_and_sign_in_by_google(site: Site, local: LocalClerk) -> None:
    press_google(site, "/sign-up")
    come_back_as_mary(site)
    expect_mary(site)
    sign_out(site)

    page = press_google(site, "/sign-in")
    page.get_by_role("button", name="mary@example.com").click()
    expect_mary(site)


def test_unknown_person_at_sign_in_is_signed_up(site: Site, local: LocalClerk) -> None:
    press_google(site, "/sign-in")
    come_back_as_mary(site)
    expect_mary(site)
    sign_out(site)

    # And a known one at sign-up is signed in.
    page = press_google(site, "/sign-up")
    page.get_by_role("button", name="mary@example.com").click()
    expect_mary(site)
    assert page.evaluate("Clerk.user.externalAccounts.length") == 1


def test_person_who_refuses_stays_signed_out(site: Site, local: LocalClerk) -> None:
    page = press_google(site, "/sign-in")
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("You did not grant access to your account.")).to_be_visible()
    site.screenshot("refused")
    expect(page).to_have_title("Signed out")


def test_account_is_connected_and_removed_in_the_profile(site: Site, local: LocalClerk) -> None:
    site.sign_in(local.seed()[0])
    page = site.open("/profile")
    page.get_by_role("button", name="Connect account").click()
    page.get_by_role("menuitem", name="GitHub").click()
    come_back_as_mary(site)
    page.wait_for_url(f"{site.url}/profile*")
    expect(page.get_by_text("mary@example.com")).to_be_visible()
    site.screenshot("connected-accounts")
    assert page.evaluate("Clerk.user.externalAccounts[0].verification.status") == "verified"

    account = page.locator(".cl-profileSectionItem__connectedAccounts")
    account.get_by_role("button").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("mary@example.com")).to_be_hidden()
    assert page.evaluate("Clerk.user.externalAccounts.length") == 0


def test_account_is_deleted_in_the_profile(site: Site, local: LocalClerk) -> None:
    site.sign_in(local.seed()[1])
    page = site.open("/profile")
    page.get_by_role("button", name="Security").click()
    page.get_by_role("button", name="Delete account").click()
    page.locator("input[name=deleteConfirmation]").fill("Delete account")
    site.screenshot("delete-account")
    page.get_by_role("button", name="Delete account").last.click()

    page.wait_for_url(f"{site.url}/")
    expect(page).to_have_title("Signed out")
    with Clerk(**local.options()) as clerk:
        assert [user.first_name for user in clerk.users.list()] == ["Ada"]
