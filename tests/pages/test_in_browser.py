"""Pages in Chromium, with Clerk's own scripts: components, buttons, and who is signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urljoin

import pytest
from playwright.sync_api import Browser, Page, expect

from clerk_core import Clerk
from clerk_core._settings.publishable_key import PublishableKey
from clerk_core.local import LocalClerk, SeededUser
from tests.pages.site import Site, site, wait_until

USER_BUTTON = ".cl-userButtonTrigger"
BE_SHOWN = "document.dispatchEvent(new Event('visibilitychange'))"


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_components_are_shown_with_their_options(site: Site, ada: SeededUser) -> None:
    page = site.sign_in(ada)

    expect(page.locator(USER_BUTTON)).to_be_visible()
    expect(page.locator(".cl-userButtonBox")).to_contain_text("Ada Lovelace")
    expect(page.locator(".cl-organizationSwitcherTrigger")).to_be_visible()


def test_page_is_loaded_again_after_a_sign_in(site: Site, ada: SeededUser) -> None:
    site.sign_in(ada)

    assert site.application.loads == ["/", "/"]


def test_page_is_loaded_once_if_the_server_knows_the_same(site: Site, ada: SeededUser) -> None:
    site.sign_in(ada)
    site.application.loads.clear()
    page = site.open()
    expect(page.locator(USER_BUTTON)).to_be_visible()
    page.evaluate("Clerk.session.getToken({ skipCache: true })")

    assert site.application.loads == ["/"]


def test_sign_out_in_one_tab_changes_the_other(site: Site, ada: SeededUser) -> None:
    page, other = site.sign_in(ada), site.open()
    assert heading(other) == ada.user_id

    page.get_by_role("button", name="Out").click()

    for tab in (page, other):
        expect(tab.locator("h1")).to_have_text("Nobody")
    names = {cookie["name"] for cookie in site.context.cookies()}
    assert not any(name.startswith("__session") for name in names)


def test_sign_out_button_works_if_clerk_cannot_be_reached(site: Site, ada: SeededUser) -> None:
    page = site.sign_in(ada)
    page.route("**/v1/client/sessions*", lambda route: route.abort())

    page.get_by_role("button", name="Out").click()

    expect(page.locator("h1")).to_have_text("Nobody")
    site.problems.clear()


def test_page_of_a_refused_request_signs_out(site: Site, ada: SeededUser) -> None:
    site.sign_in(ada)
    page = site.open_without_clerk("/owners")
    expect(page.get_by_role("heading")).to_have_text("You have no access to this page")

    page.get_by_role("button", name="Sign out").click()

    expect(page.locator("h1")).to_have_text("Nobody")


def test_sign_out_button_without_form_leads_to_its_url(site: Site, ada: SeededUser) -> None:
    page = site.sign_in(ada)

    page.get_by_role("button", name="Leave").click()

    page.wait_for_url("**/left")
    expect(page.locator("h1")).to_have_text("Nobody")


def test_other_organization_is_rendered_by_the_server(
    site: Site, local: LocalClerk, ada: SeededUser
) -> None:
    page = site.sign_in(ada)
    expect(page.locator("h2")).to_have_text("No organization")

    chosen = page.evaluate(
        """() => {
            const [{ organization }] = Clerk.user.organizationMemberships;
            Clerk.setActive({ organization: organization.id });
            return organization.id;
        }"""
    )

    expect(page.locator("h2")).to_have_text(chosen)


@pytest.mark.parametrize(
    ("target", "page_after"),
    [("/left", "/left"), ("https://elsewhere.example/", "/")],
    ids=["own page", "other origin"],
)
def test_form_without_a_path_leads_back_to_own_pages_only(
    site: Site, ada: SeededUser, target: str, page_after: str
) -> None:
    page = site.open(f"/sign-in?redirect_url={quote(urljoin(site.url, target), safe='')}")
    page.get_by_label("Email address").fill(ada.email_address)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_label("Password", exact=True).fill(ada.password)
    assert "#/factor-one" in page.url

    page.get_by_role("button", name="Continue", exact=True).click()

    page.wait_for_url(f"{site.url}{page_after}")
    expect(page.locator("h1")).to_have_text(ada.user_id)
    assert site.application.loads == ["/sign-in", page_after]


def test_sign_in_button_opens_a_dialog(site: Site) -> None:
    page = site.open()

    page.get_by_role("link", name="Dialog").click()

    expect(page.locator(".cl-modalContent")).to_be_visible()
    assert page.url == f"{site.url}/"


def test_component_that_cannot_be_shown_does_not_stop_the_others(site: Site) -> None:
    site.open("/profile")

    (problem,) = site.problems
    assert "UserProfile" in problem or "user is not signed in" in problem.lower()
    site.problems.clear()


def test_response_to_a_form_is_not_loaded_again(site: Site, ada: SeededUser) -> None:
    page = site.sign_in(ada)
    site.application.loads.clear()

    page.get_by_role("button", name="Post").click()
    page.wait_for_url("**/form")
    wait_until(page, "window.Clerk?.loaded")
    page.evaluate("Clerk.signOut({ redirectUrl: '/left' })")
    page.wait_for_url("**/left")

    assert site.application.loads == ["/form", "/left"]


class TestWithoutScripts:
    """A page whose scripts are not loaded yet, or are blocked."""

    @pytest.fixture
    def site(self, browser: Browser, local: LocalClerk) -> Iterator[Site]:
        with site(browser, local) as running:
            running.context.route("**/npm/**", lambda route: route.abort())
            yield running

    def test_page_shows_what_the_server_knows(
        self, site: Site, local: LocalClerk, ada: SeededUser
    ) -> None:
        session = local.session_token(local.create_session(ada.user_id))
        site.context.set_extra_http_headers({"authorization": f"Bearer {session}"})

        page = site.open_without_clerk()

        assert heading(page) == ada.user_id

    def test_sign_in_button_is_a_link(self, site: Site, local: LocalClerk) -> None:
        page = site.open_without_clerk()

        page.get_by_role("link", name="Dialog").click()

        page.wait_for_url(re.compile("/sign-in"))
        assert "redirect_url=" in page.url

    def test_missing_script_is_reported(self, site: Site) -> None:
        page = site.open_without_clerk()
        page.wait_for_load_state()

        assert any("browser.js could not be loaded" in problem for problem in site.problems)


class TestStalePage:
    """A page that the server rendered for another user, for example from a cache."""

    def serve_stale(self, site: Site, page: Page, times: int) -> None:
        stale = page.content().replace('data-clerk-rendered=":"', 'data-clerk-rendered="sess_1:"')
        assert "sess_1" in stale
        site.application.stale_pages = [stale] * times
        site.application.loads.clear()

    def test_page_is_loaded_again(self, site: Site) -> None:
        page = site.open()
        self.serve_stale(site, page, 1)

        page.goto(f"{site.url}/")

        wait_until(page, "performance.navigation.type === 1 && window.Clerk?.loaded")
        assert page.evaluate("sessionStorage.length") == 0
        assert site.application.loads == ["/", "/"]

    def test_page_is_loaded_again_only_once(self, site: Site) -> None:
        page = site.open()
        self.serve_stale(site, page, 10)

        page.goto(f"{site.url}/")

        wait_until(page, "performance.navigation.type === 1 && window.Clerk?.loaded")
        page.evaluate("new Promise(done => setTimeout(done, 500))")
        assert site.application.loads == ["/", "/"]


def test_page_of_the_browser_history_is_loaded_again_if_nobody_is_signed_in(
    site: Site, local: LocalClerk, ada: SeededUser
) -> None:
    page = site.sign_in(ada)
    suffix = PublishableKey.parse(local.publishable_key).cookie_suffix
    # Signed out elsewhere, or clerk-js would renew the cookies in the meantime.
    with Clerk(**local.options()) as clerk:
        for session in clerk.sessions.list(user_id=ada.user_id):
            clerk.sessions.revoke(session.id)
    page.evaluate(
        """(names) => {
            for (const name of names) {
                document.cookie = `__session${name}=; path=/; max-age=0`;
                document.cookie = `__client_uat${name}=0; path=/`;
            }
            dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
        }""",
        ["", f"_{suffix}"],
    )

    expect(page.locator("h1")).to_have_text("Nobody")


def test_tab_in_which_nobody_was_signed_in_is_loaded_again_when_it_is_shown(
    site: Site, ada: SeededUser
) -> None:
    tab = site.open()
    site.sign_in(ada)

    tab.evaluate(BE_SHOWN)

    expect(tab.locator("h1")).to_have_text(ada.user_id)


def test_tab_is_loaded_again_only_once_if_the_server_knows_nobody(site: Site) -> None:
    tab = site.open()
    suffix = tab.locator("[data-clerk-boot]").get_attribute("data-clerk-cookies")
    be_shown = f"() => {{ document.cookie = '__client_uat{suffix}=1'; {BE_SHOWN} }}"
    site.application.loads.clear()

    with tab.expect_navigation():
        tab.evaluate(be_shown)
    wait_until(tab, "window.Clerk?.loaded")
    tab.evaluate(be_shown)
    tab.evaluate("new Promise(done => setTimeout(done, 500))")

    assert site.application.loads == ["/"]


def test_scripts_come_from_a_folder_of_the_application(site: Site, ada: SeededUser) -> None:
    site.application.scripts = "/packages"
    requests: list[str] = []
    site.context.on("request", lambda request: requests.append(request.url))

    page = site.sign_in(ada)

    expect(page.locator(USER_BUTTON)).to_be_visible()
    scripts = [url for url in requests if url.endswith(".js")]
    assert all(url.startswith(f"{site.url}/packages/") for url in scripts)
    assert len(scripts) > 2


def test_scripts_are_allowed_by_a_nonce(site: Site, ada: SeededUser) -> None:
    site.application.nonce = "bm9uY2U="

    page = site.sign_in(ada)

    expect(page.locator(USER_BUTTON)).to_be_visible()
