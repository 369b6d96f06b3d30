"""The waitlist in Clerk's own component, in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from clerk_core import Clerk
from clerk_core.local import InstanceSettings, LocalClerk
from tests.local.frontend.site import Site, needs_browser
from tests.local.frontend.site import chromium as chromium
from tests.local.frontend.site import local as local
from tests.local.frontend.site import site as site

pytestmark = needs_browser


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings(sign_up_mode="waitlist")


def test_person_joins_the_waitlist_and_signs_up_when_invited(site: Site, local: LocalClerk) -> None:
    page = site.open("/waitlist")
    page.get_by_label("Email address").fill("mary@example.com")
    page.get_by_role("button", name="Join the waitlist").click()
    expect(page.get_by_text("Thanks for joining the waitlist!")).to_be_visible()
    site.screenshot("waitlist")

    with Clerk(**local.options()) as clerk:
        (entry,) = clerk.waitlist_entries.list()
        invited = clerk.waitlist_entries.invite(entry.id)
    assert invited.status == "invited"
    ticket = (local.messages("mary@example.com")[0].url or "").partition("ticket=")[2]
    page = site.open(f"/sign-up?__clerk_status=sign_up&__clerk_ticket={ticket}")
    page.locator("input[name=password]").fill("mary-had-a-lamb")
    site.proceed()
    expect(page).to_have_title("Signed in as mary@example.com")
