"""Domains of organizations, and requests to join, in Clerk's own components, in Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from clerk_core import Clerk
from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.site import Site, code_for, enter_code, needs_browser
from tests.local.frontend.site import chromium as chromium
from tests.local.frontend.site import local as local
from tests.local.frontend.site import site as site

pytestmark = needs_browser


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings(organization_domains=True)


def create_user(local: LocalClerk) -> SeededUser:
    with Clerk(**local.options()) as clerk:
        user = clerk.users.create(
            email_address=["joan@example.com"],
            first_name="Joan",
            last_name="Clarke",
            password="joan-breaks-codes",
        )
    return SeededUser(user.id, "Joan Clarke", "joan@example.com", "joan-breaks-codes", "", "")


def open_organization(site: Site, person: SeededUser) -> None:
    site.sign_in(person)
    site.page.evaluate("id => Clerk.setActive({organization: id})", person.organization_id)
    site.open("/organization")


def sign_out(site: Site) -> None:
    expect(site.page).to_have_title(re.compile("Signed in"))
    site.start("Clerk.signOut()")
    site.page.wait_for_url(f"{site.url}/")
    expect(site.page).to_have_title("Signed out")


def add_domain(page: Page, name: str) -> None:
    page.get_by_role("button", name="Add domain").click()
    page.locator("input[name=name]").fill(name)
    page.get_by_role("button", name="Save").click()


def test_domain_is_verified_and_brings_a_member(site: Site, local: LocalClerk) -> None:
    ada, joan = local.seed()[0], create_user(local)
    open_organization(site, ada)
    page = site.page
    add_domain(page, "work.example")
    page.locator("input[name=affiliationEmailAddress]").fill("ada")
    site.screenshot("verify-domain")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Enter verification code")).to_be_visible()
    enter_code(page, code_for(local, "ada@work.example"))
    expect(page.get_by_label("Enter verification code")).to_be_hidden()
    page = site.open("/organization")
    expect(page.get_by_text("work.example")).to_be_visible()
    expect(page.get_by_text("Unverified")).to_be_hidden()

    # Ada has a verified address of this domain.
    add_domain(page, "example.com")
    page.get_by_text("Automatic suggestions").click()
    site.screenshot("enrollment-mode")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Automatic suggestions").first).to_be_visible()
    site.screenshot("domains")
    sign_out(site)

    site.sign_in(joan)
    page = site.open("/organization-list")
    page.get_by_role("button", name="Request to join").click()
    expect(page.get_by_text("Pending approval")).to_be_visible()
    site.screenshot("request-to-join")
    sign_out(site)

    open_organization(site, ada)
    page.get_by_role("button", name="Members").click()
    page.get_by_role("tab", name="Requests").click()
    site.screenshot("membership-requests")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("tab", name="Requests 0")).to_be_visible()
    page = site.open("/organization")
    page.get_by_role("button", name="Members").click()
    expect(page.get_by_role("row").filter(has_text="joan@example.com")).to_be_visible()
