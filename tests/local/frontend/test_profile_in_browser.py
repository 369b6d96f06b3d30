"""Pictures, logos and more of a profile in Clerk's own components, in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from clerk_core.local import InstanceSettings, LocalClerk
from tests.local.frontend.site import PNG, Site, needs_browser
from tests.local.frontend.site import chromium as chromium
from tests.local.frontend.site import local as local
from tests.local.frontend.site import site as site

pytestmark = needs_browser

PICTURE: FilePayload = {"name": "me.png", "mimeType": "image/png", "buffer": PNG}


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings()


def test_picture_and_logo_are_uploaded_and_removed(site: Site, local: LocalClerk) -> None:
    ada = local.seed()[0]
    site.sign_in(ada)
    page = site.open("/profile")
    page.get_by_role("button", name="Update profile").click()
    page.locator("input[type=file]").set_input_files(PICTURE)
    page.wait_for_function("Clerk.user.hasImage")
    site.screenshot("picture")
    assert page.evaluate("fetch(Clerk.user.imageUrl).then(got => got.status)") == 200
    # The form closes itself after an upload.
    expect(page.get_by_role("button", name="Remove")).to_be_hidden()
    page.get_by_role("button", name="Update profile").click()
    page.get_by_role("button", name="Remove").click()
    page.wait_for_function("!Clerk.user.hasImage")

    page.evaluate("id => Clerk.setActive({organization: id})", ada.organization_id)
    page = site.open("/organization")
    page.get_by_role("button", name="Update profile").click()
    page.locator("input[type=file]").set_input_files(PICTURE)
    page.wait_for_function("Clerk.organization.hasImage")
    # The form closes itself after an upload.
    expect(page.get_by_role("button", name="Remove")).to_be_hidden()
    page.get_by_role("button", name="Update profile").click()
    page.get_by_role("button", name="Remove").click()
    page.wait_for_function("!Clerk.organization.hasImage")
