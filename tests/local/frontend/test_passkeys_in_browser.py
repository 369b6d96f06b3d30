"""Passkeys in Clerk's own components, in Chromium with a virtual authenticator."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from clerk_core.local import InstanceSettings, LocalClerk
from tests.local.frontend.site import Site, needs_browser
from tests.local.frontend.site import chromium as chromium
from tests.local.frontend.site import local as local
from tests.local.frontend.site import site as site

pytestmark = needs_browser

OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings(passkeys=True)


def test_passkey_is_added_used_named_and_removed(site: Site, local: LocalClerk) -> None:
    page = site.page
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
    site.sign_in(local.seed()[0])
    page = site.open("/profile")
    page.get_by_role("button", name="Security").click()
    page.get_by_role("button", name="Add a passkey").click()
    passkey = page.locator(".cl-profileSectionItem__passkeys")
    expect(passkey).to_be_visible()
    site.screenshot("passkey")
    site.start("Clerk.signOut()")
    page.wait_for_url(f"{site.url}/")

    page = site.open("/sign-in")
    expect(page.get_by_text("Use passkey instead")).to_be_visible()
    site.screenshot("sign-in-with-passkey")
    page.get_by_text("Use passkey instead").click()
    expect(page).to_have_title("Signed in as Ada Lovelace")

    page = site.open("/profile")
    page.get_by_role("button", name="Security").click()
    passkey.get_by_role("button").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.locator("input[name=passkeyName]").fill("Laptop")
    page.get_by_role("button", name="Save").click()
    expect(passkey).to_contain_text("Laptop")
    expect(passkey).to_contain_text("Last used")
    passkey.get_by_role("button").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    expect(passkey).to_be_hidden()
    assert page.evaluate("Clerk.user.passkeys.length") == 0
