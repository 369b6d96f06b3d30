"""Clerk's own JavaScript packages in Chromium, against the local instance.

Screenshots are saved to the temporary folder of the test.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from clerk_core import Clerk, Options, Request
from clerk_core.local import InstanceSettings, LocalClerk
from tests.local.frontend.site import Site, code_for, enter_code, needs_browser
from tests.local.frontend.site import chromium as chromium
from tests.local.frontend.site import local as local
from tests.local.frontend.site import settings as settings
from tests.local.frontend.site import site as site

pytestmark = needs_browser


def test_sign_in_and_sign_out_with_the_components(site: Site, local: LocalClerk) -> None:
    ada = local.seed()[0]
    page = site.open("/sign-in")
    expect(page.get_by_text("Sign in to Local application")).to_be_visible()
    site.screenshot("sign-in")
    page.get_by_label("Email address").fill("nobody@example.com")
    site.proceed()
    expect(page.get_by_test_id("form-feedback-error")).to_have_text("Couldn't find your account.")

    page.get_by_label("Email address").fill(ada.email_address)
    site.proceed()
    page.locator("input[name=password]").fill("wrong-password")
    site.proceed()
    expect(page.get_by_test_id("form-feedback-error")).to_contain_text("Password is incorrect")
    page.locator("input[name=password]").fill(ada.password)
    site.proceed()
    expect(page).to_have_title("Signed in as Ada Lovelace")

    page = site.open("/user")
    page.get_by_label("Open user menu").click()
    expect(page.get_by_text("ada@example.com")).to_be_visible()
    site.screenshot("user-button")
    page.get_by_text("Sign out").click()
    page.wait_for_url(f"{site.url}/")
    expect(page).to_have_title("Signed out")
    site.open("/user")
    expect(page).to_have_title("Signed out")


def test_tokens_of_the_page_are_verified_by_an_application(site: Site, local: LocalClerk) -> None:
    ada = local.seed()[0]
    site.sign_in(ada)

    token = site.page.evaluate("Clerk.session.getToken()")
    template = site.page.evaluate("Clerk.session.getToken({template: 'supabase'})")

    options: Options = {**local.options(), "authorized_parties": [site.url]}
    with Clerk(**options) as clerk:
        request = Request("GET", site.url, {"authorization": f"Bearer {token}"})
        assert clerk.authenticate(request).auth().user_id == ada.user_id
    assert template != token


def test_session_that_is_revoked_signs_the_page_out(site: Site, local: LocalClerk) -> None:
    site.sign_in(local.seed()[0])
    session_id = site.page.evaluate("Clerk.session.id")

    with Clerk(**local.options()) as clerk:
        clerk.sessions.revoke(session_id)
    site.start("Clerk.session.getToken({skipCache: true})")

    expect(site.page).to_have_title("Signed out")


def test_sign_out_in_one_tab_signs_out_the_other(site: Site, local: LocalClerk) -> None:
    site.sign_in(local.seed()[0])
    other = site.page.context.new_page()
    other.goto(f"{site.url}/user")
    expect(other).to_have_title("Signed in as Ada Lovelace")

    site.start("Clerk.signOut()")

    expect(other).to_have_title("Signed out")


@pytest.mark.parametrize("settings", [InstanceSettings(multi_session=True)], ids=["multi-session"])
def test_two_users_in_one_browser(site: Site, local: LocalClerk) -> None:
    ada, grace = local.seed()
    site.sign_in(ada)
    page = site.open("/user")
    page.get_by_label("Open user menu").click()
    expect(page.get_by_text("Add account")).to_be_visible()

    site.sign_in(grace)
    page = site.open("/user")
    page.get_by_label("Open user menu").click()
    site.screenshot("two-users")
    page.get_by_text("Ada Lovelace").click()
    expect(page).to_have_title("Signed in as Ada Lovelace")
    page.reload()
    expect(page).to_have_title("Signed in as Ada Lovelace")
    site.start("Clerk.signOut({sessionId: Clerk.session.id, redirectUrl: '/user'})")
    expect(page).to_have_title("Signed in as Grace Hopper")


def test_sign_up_with_the_component(site: Site, local: LocalClerk) -> None:
    page = site.open("/sign-up")
    expect(page.get_by_text("Create your account")).to_be_visible()
    site.screenshot("sign-up")
    page.get_by_label("Email address").fill("mary@example.com")
    page.locator("input[name=password]").fill("mary-had-a-lamb")
    site.proceed()
    expect(page.get_by_text("Verify your email")).to_be_visible()
    site.screenshot("sign-up-code")

    enter_code(page, code_for(local, "mary@example.com"))

    page.wait_for_url(f"{site.url}/")
    expect(page).to_have_title("Signed in as mary@example.com")


def test_forgotten_password_with_the_component(site: Site, local: LocalClerk) -> None:
    ada = local.seed()[0]
    page = site.open("/sign-in")
    page.get_by_label("Email address").fill(ada.email_address)
    site.proceed()
    page.get_by_text("Forgot password?").click()
    page.get_by_role("button", name="Reset your password").click()
    expect(page.get_by_label("Enter verification code")).to_be_visible()
    site.screenshot("forgotten-password")
    enter_code(page, code_for(local, ada.email_address))
    page.locator("input[name=password]").fill("a-new-password")
    page.locator("input[name=confirmPassword]").fill("a-new-password")
    page.get_by_role("button", name="Reset Password").click()

    expect(page).to_have_title("Signed in as Ada Lovelace")


def test_email_code_with_the_component(site: Site, local: LocalClerk) -> None:
    ada = local.seed()[0]
    page = site.open("/sign-in")
    page.get_by_label("Email address").fill(ada.email_address)
    site.proceed()
    page.get_by_text("Use another method").click()
    page.get_by_text("Email code to ada@example.com").click()
    expect(page.get_by_label("Enter verification code")).to_be_visible()
    enter_code(page, code_for(local, ada.email_address))

    expect(page).to_have_title("Signed in as Ada Lovelace")


def test_invitation_with_the_component(site: Site, local: LocalClerk) -> None:
    with Clerk(**local.options()) as clerk:
        clerk.invitations.create(
            email_address="mary@example.com", redirect_url=f"{site.url}/sign-up"
        )
    page = site.page
    page.goto(local.messages("mary@example.com")[0].url or "")
    page.locator("input[name=password]").fill("mary-had-a-lamb")
    site.screenshot("invitation")
    site.proceed()

    page.wait_for_url(f"{site.url}/")
    expect(page).to_have_title("Signed in as mary@example.com")


def test_profile_with_the_component(site: Site, local: LocalClerk) -> None:
    site.sign_in(local.seed()[0])
    page = site.open("/profile")
    page.get_by_role("button", name="Update profile").click()
    page.get_by_label("First name").fill("Augusta")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title("Signed in as Augusta Lovelace")

    page.get_by_role("button", name="Add email address").click()
    page.get_by_label("Email address", exact=True).fill("ada@work.example")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_label("Enter verification code")).to_be_visible()
    site.screenshot("profile")
    enter_code(page, code_for(local, "ada@work.example"))
    expect(page.get_by_text("ada@work.example").first).to_be_visible()
    expect(page.get_by_label("Enter verification code")).to_be_hidden()
    assert page.evaluate("Clerk.user.emailAddresses[1].verification.status") == "verified"


def open_switcher(site: Site) -> Page:
    page = site.open("/organizations")
    page.get_by_label("Open organization switcher").click()
    return page


def test_organizations_are_created_and_switched_with_the_components(
    site: Site, local: LocalClerk
) -> None:
    site.sign_in(local.seed()[0])
    page = site.open("/create-organization")
    page.get_by_label("Name", exact=True).fill("Bletchley Park")
    page.get_by_role("button", name="Create organization").click()
    people = page.get_by_placeholder("example@email.com, example2@email.com")
    people.press_sequentially("mary@example.com,joan@example.com,")
    site.screenshot("create-organization")
    page.get_by_role("button", name="Send invitations").click()
    expect(page.get_by_text("Invitations successfully sent")).to_be_visible()
    assert local.messages("mary@example.com")[0].subject == "Your invitation to Bletchley Park"

    page = open_switcher(site)
    expect(page.get_by_text("Personal account")).to_be_visible()
    site.screenshot("organization-switcher")
    page.get_by_text("Analytical Engines").click()
    expect(page.get_by_label("Open organization switcher")).to_contain_text("Analytical Engines")

    token = page.evaluate("Clerk.session.getToken()")
    options: Options = {**local.options(), "authorized_parties": [site.url]}
    with Clerk(**options) as clerk:
        request = Request("GET", site.url, {"authorization": f"Bearer {token}"})
        auth = clerk.authenticate(request).auth("session_token")
        assert (auth.org_slug, auth.org_role) == ("analytical-engines", "org:admin")
        permissions = auth.org_permissions or ()
        assert "org:projects:manage" in permissions
        assert not any(permission.startswith("org:sys_") for permission in permissions)


def test_members_are_managed_with_the_component(site: Site, local: LocalClerk) -> None:
    ada = local.seed()[0]
    site.sign_in(ada)
    site.page.evaluate("id => Clerk.setActive({organization: id})", ada.organization_id)
    page = site.open("/organization")
    page.get_by_role("button", name="Members").click()
    grace = page.get_by_role("row").filter(has_text="grace@example.com")
    grace.get_by_role("button", name="Member").click()
    page.get_by_role("option", name="Admin").click()
    expect(grace).to_contain_text("Admin")

    invite(page, "mary@example.com")
    page.get_by_role("tab", name="Invitations").click()
    expect(page.get_by_role("row").filter(has_text="mary@example.com")).to_be_visible()
    site.screenshot("members")
    invite(page, "mary@example.com")
    expect(page.get_by_text("There are already pending invitations")).to_contain_text("mary@")


def invite(page: Page, address: str) -> None:
    page.get_by_role("button", name="Invite", exact=True).click()
    people = page.get_by_placeholder("example@email.com, example2@email.com")
    people.press_sequentially(f"{address},")
    page.get_by_role("button", name="Send invitations").click()


def test_invitation_is_accepted_in_the_organization_switcher(site: Site, local: LocalClerk) -> None:
    grace = local.seed()[1]
    with Clerk(**local.options()) as clerk:
        park = clerk.organizations.create(name="Bletchley Park")
        clerk.organization_invitations.create(
            park.id, email_address=grace.email_address, role="org:member"
        )
    site.sign_in(grace)
    page = open_switcher(site)
    page.get_by_role("button", name="Join").click()
    site.screenshot("invitation-in-the-switcher")
    page.get_by_text("Bletchley Park").click()

    expect(page.get_by_label("Open organization switcher")).to_contain_text("Bletchley Park")
    assert page.evaluate("Clerk.organization.slug") == "bletchley-park"
