"""Second factors and phone numbers in Clerk's own components, in Chromium."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from clerk_core.local._domain.second_factors import totp_code
from tests.local.frontend.site import Site, enter_code, needs_browser
from tests.local.frontend.site import chromium as chromium
from tests.local.frontend.site import local as local
from tests.local.frontend.site import site as site

pytestmark = needs_browser


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings(authenticator_app=True, backup_codes=True, phone_number="on")


def current_code(secret: str) -> str:
    return totp_code(secret, int(time.time() * 1000))


def sign_out(site: Site) -> None:
    # Of another page, because the one that signs in leaves by itself.
    site.page.wait_for_url(lambda url: "/sign-in" not in url)
    page = site.open("/user")
    expect(page).to_have_title("Signed in as Ada Lovelace")
    site.start("Clerk.signOut()")
    site.page.wait_for_url(f"{site.url}/")
    expect(site.page).to_have_title("Signed out")


def security_page(site: Site) -> Page:
    page = site.open("/profile")
    page.get_by_role("button", name="Security").click()
    return page


def give_password(site: Site, person: SeededUser) -> Page:
    page = site.open("/sign-in")
    page.get_by_label("Email address").fill(person.email_address)
    site.proceed()
    page.locator("input[name=password]").fill(person.password)
    site.proceed()
    return page


def test_authenticator_app_is_added_and_used(site: Site, local: LocalClerk) -> None:
    ada = local.seed()[0]
    site.sign_in(ada)
    page = security_page(site)
    page.get_by_role("button", name="Add two-step verification").click()
    site.screenshot("two-step-verification")
    page.get_by_text("Authenticator application").click()
    page.get_by_role("button", name="scan QR code").click()
    secret = page.locator("input[readonly]").first.input_value()
    site.screenshot("authenticator-app")
    site.proceed()
    enter_code(page, current_code(secret))
    expect(page.get_by_text("Two-step verification is now enabled")).to_be_visible()
    code = page.evaluate("document.body.innerText.match(/^[a-z0-9]{8}$/m)[0]")
    site.screenshot("backup-codes")
    sign_out(site)

    page = give_password(site, ada)
    expect(page.get_by_text("Two-step verification")).to_be_visible()
    site.screenshot("second-factor")
    enter_code(page, current_code(secret))
    expect(page).to_have_title("Signed in as Ada Lovelace")
    sign_out(site)

    page = give_password(site, ada)
    expect(page.get_by_text("Two-step verification")).to_be_visible()
    page.get_by_text("Use another method").click()
    page.get_by_text("Use a backup code").click()
    page.locator("input[name=code]").fill(code)
    site.proceed()
    expect(page).to_have_title("Signed in as Ada Lovelace")


def test_phone_number_is_added_and_signs_in(site: Site, local: LocalClerk) -> None:
    site.sign_in(local.seed()[0])
    page = site.open("/profile")
    page.get_by_role("button", name="Add phone number").click()
    page.locator("input[name=phoneNumber], input[type=tel]").first.fill("5555550100")
    page.get_by_role("button", name=re.compile("Add$|Continue")).click()
    expect(page.get_by_label("Enter verification code")).to_be_visible()
    site.screenshot("phone-number")
    enter_code(page, "424242")
    expect(page.get_by_text("+1 (555) 555-0100").first).to_be_visible()
    expect(page.get_by_label("Enter verification code")).to_be_hidden()
    sign_out(site)

    page = site.open("/sign-in")
    page.get_by_role("link", name="Use phone").click()
    page.locator("input[type=tel]").fill("5555550100")
    site.proceed()
    page.get_by_text("Use another method").click()
    page.get_by_text("Send SMS code to +1 (555) 555-0100").click()
    expect(page.get_by_label("Enter verification code")).to_be_visible()
    enter_code(page, "424242")
    expect(page).to_have_title("Signed in as Ada Lovelace")
