"""Pictures, logos and more of a profile in Clerk's own components, in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from clerk_core import Clerk
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


@pytest.mark.parametrize(
    "settings",
    [InstanceSettings(user_api_keys=True, organization_api_keys=True)],
    ids=["api-keys"],
)
def test_api_keys_of_user_and_organization_are_managed(site: Site, local: LocalClerk) -> None:
    ada = local.seed()[0]
    site.sign_in(ada)
    page = site.open("/profile")
    page.get_by_role("button", name="API keys").click()
    secret = create_api_key(site, "Deployment")
    row = page.get_by_role("row").filter(has_text="Deployment")
    expect(row).to_be_visible()
    assert secret not in page.content()
    site.screenshot("api-keys")
    with Clerk(**local.options()) as clerk:
        assert clerk.api_keys.verify(secret=secret).subject == ada.user_id

    row.get_by_role("button").click()
    page.get_by_role("menuitem", name="Revoke key").click()
    page.locator("input[name=apiKeyRevokeConfirmation]").fill("Revoke")
    page.get_by_role("button", name="Revoke key").click()
    expect(row).to_be_hidden()

    page.evaluate("id => Clerk.setActive({organization: id})", ada.organization_id)
    page = site.open("/organization")
    page.get_by_role("button", name="API keys").click()
    secret = create_api_key(site, "Warehouse")
    expect(page.get_by_role("row").filter(has_text="Warehouse")).to_be_visible()
    with Clerk(**local.options()) as clerk:
        assert clerk.api_keys.verify(secret=secret).subject == ada.organization_id


def create_api_key(site: Site, name: str) -> str:
    """Create an API key in the open component, and return its secret."""
    page = site.page
    page.get_by_role("button", name="Add new key").click()
    page.locator("input[name=name]").fill(name)
    page.get_by_role("button", name="Create key").click()
    field = page.locator("input[readonly]")
    expect(field).to_be_visible()
    site.screenshot("secret")
    secret = field.input_value()
    page.get_by_role("button", name="Copy & Close").click()
    expect(field).to_be_hidden()
    return secret
