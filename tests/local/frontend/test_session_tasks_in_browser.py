"""The tasks of a new session in Clerk's own components, in Chromium."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from clerk_core import Clerk, Options, Request
from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from clerk_core.local._domain.second_factors import totp_code
from tests.local.frontend.site import Site, enter_code, needs_browser
from tests.local.frontend.site import chromium as chromium
from tests.local.frontend.site import local as local
from tests.local.frontend.site import site as site

pytestmark = needs_browser


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings()


def give_password(site: Site, person: SeededUser) -> Page:
    page = site.open("/sign-in")
    page.get_by_label("Email address").fill(person.email_address)
    site.proceed()
    page.locator("input[name=password]").fill(person.password)
    site.proceed()
    return page


def wait_until_active(site: Site) -> None:
    site.page.wait_for_url(f"{site.url}/")
    expect(site.page).to_have_title("Signed in as Ada Lovelace")
    assert site.page.evaluate("[Clerk.isSignedIn, Clerk.session.status]") == [True, "active"]


@pytest.mark.parametrize(
    "settings", [InstanceSettings(force_organization_selection=True)], ids=["organizations"]
)
def test_organization_is_chosen_after_signing_in(site: Site, local: LocalClerk) -> None:
    page = give_password(site, local.seed()[0])
    expect(page.get_by_text("Choose an organization")).to_be_visible()
    site.screenshot("choose-organization")
    assert page.evaluate("[Clerk.isSignedIn, Clerk.session.status]") == [False, "pending"]
    page.get_by_text("Analytical Engines").click()

    wait_until_active(site)
    token = page.evaluate("Clerk.session.getToken()")
    options: Options = {**local.options(), "authorized_parties": [site.url]}
    with Clerk(**options) as clerk:
        request = Request("GET", site.url, {"authorization": f"Bearer {token}"})
        assert clerk.authenticate(request).auth("session_token").org_slug == "analytical-engines"


def test_compromised_password_is_changed_after_signing_in(site: Site, local: LocalClerk) -> None:
    ada = local.seed()[0]
    with Clerk(**local.options()) as clerk:
        clerk.users.set_password_compromised(ada.user_id)
    page = give_password(site, ada)
    expect(page.get_by_text("Reset your password")).to_be_visible()
    site.screenshot("reset-password")
    page.locator("input[name=newPassword]").fill("a-better-password")
    page.locator("input[name=confirmPassword]").fill("a-better-password")
    page.get_by_role("button", name="Reset Password").click()

    wait_until_active(site)


@pytest.mark.parametrize(
    "settings",
    [InstanceSettings(second_factor_required=True, authenticator_app=True)],
    ids=["second-factor"],
)
def test_second_factor_is_added_after_signing_in(site: Site, local: LocalClerk) -> None:
    page = give_password(site, local.seed()[0])
    page.get_by_text("Authenticator application").click()
    page.get_by_role("button", name="scan QR code").click()
    secret = page.locator("input[readonly]").first.input_value()
    site.screenshot("setup-mfa")
    site.proceed()
    enter_code(page, totp_code(secret, int(time.time() * 1000)))
    site.proceed()

    wait_until_active(site)
