"""Requests of a page whose token has expired, because the browser stopped the timers of Clerk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from clerk_core.local import LocalClerk, SeededUser
from clerk_core.local._domain import tokens
from tests.pages.site import Site, site, wait_until
from tests.sample import first_by_default

# A tab in the background: long timers never fire, nor do those of workers.
STOP_TIMERS = """
window.Worker = class { addEventListener() {} postMessage() {} terminate() {} };
const setTimeoutOfWindow = window.setTimeout;
window.setTimeout = (call, delay, ...rest) =>
  delay > 900 ? 0 : setTimeoutOfWindow(call, delay, ...rest);
window.setInterval = () => 0;
"""
CLOCK = """
const nowOfWindow = Date.now;
Date.now = () => nowOfWindow() + OFFSET;
"""
HAS_EXPIRED = """() => {
  const cookie = document.cookie.split("; ").find(one => one.startsWith("__session="));
  const claims = JSON.parse(atob(cookie.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
  return claims.exp * 1000 < performance.timeOrigin + performance.now();
}"""


@pytest.fixture
def site_with_short_tokens(
    browser: Browser, local: LocalClerk, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    _, *others = tokens.session_token.__defaults__ or ()
    monkeypatch.setattr(tokens.session_token, "__defaults__", (2, *others))
    with site(browser, local, clock_skew_in_ms=0) as running:
        running.context.add_init_script(STOP_TIMERS)
        yield running
        assert running.problems == []


@pytest.fixture
def page(site_with_short_tokens: Site, ada: SeededUser) -> Page:
    return site_with_short_tokens.sign_in(ada)


def let_token_expire(page: Page) -> None:
    wait_until(page, f"({HAS_EXPIRED})()")


def test_request_that_does_not_wait_is_refused(site_with_short_tokens: Site, page: Page) -> None:
    let_token_expire(page)

    status = page.evaluate("fetch('/write', { method: 'POST' }).then(({ status }) => status)")

    assert status == 401


def test_fetch_waits_for_a_token(site_with_short_tokens: Site, page: Page) -> None:
    let_token_expire(page)

    status = page.evaluate(
        """async () => {
            await Clerk.session?.getToken();
            return (await fetch("/write", { method: "POST" })).status;
        }"""
    )

    assert status == 200


def test_form_is_sent_with_a_new_token(site_with_short_tokens: Site, page: Page) -> None:
    page.locator("input[name=text]").fill("hello")
    let_token_expire(page)

    page.get_by_role("button", name="Write").dblclick()

    expect(page.locator("body")).to_have_text("1 written")
    assert site_with_short_tokens.application.written == [{"text": "hello", "by": "button"}]


@pytest.mark.parametrize("hours", [-1, 1], ids=["slow", "fast"])
def test_form_is_sent_with_a_new_token_if_the_clock_is_wrong(
    site_with_short_tokens: Site, ada: SeededUser, hours: int
) -> None:
    clock = CLOCK.replace("OFFSET", str(hours * 3_600_000))
    site_with_short_tokens.context.add_init_script(clock)
    page = site_with_short_tokens.sign_in(ada)
    let_token_expire(page)

    page.get_by_role("button", name="Write").click()

    expect(page.locator("body")).to_have_text("1 written")


@pytest.mark.parametrize("version", [2, 4])
@pytest.mark.parametrize("button", first_by_default(["Write", "Send", "Ask"]))
def test_htmx_sends_with_a_new_token(
    site_with_short_tokens: Site, page: Page, version: int, button: str
) -> None:
    page = site_with_short_tokens.open(f"/htmx{version}")
    questions: list[str] = []

    def accept(dialog: Dialog) -> None:
        questions.append(dialog.message)
        dialog.accept()

    page.on("dialog", accept)
    let_token_expire(page)

    page.get_by_role("button", name=button).click()

    expect(page.locator("#result")).to_have_text("1 written")
    assert len(site_with_short_tokens.application.written) == 1
    assert questions == (["Sure?"] if button == "Ask" else [])


def test_htmx_sends_with_a_new_token_after_a_question_of_the_page(
    site_with_short_tokens: Site, page: Page
) -> None:
    page = site_with_short_tokens.open("/htmx2")
    page.evaluate(
        """document.body.addEventListener("htmx:confirm", (event) => {
            event.preventDefault();
            setTimeout(() => event.detail.issueRequest(true), 100);
        })"""
    )
    let_token_expire(page)

    page.get_by_role("button", name="Ask").click()

    expect(page.locator("#result")).to_have_text("1 written")
    assert len(site_with_short_tokens.application.written) == 1


@pytest.mark.parametrize("version", [2, 4])
def test_component_that_htmx_inserts_is_shown(
    site_with_short_tokens: Site, page: Page, version: int
) -> None:
    page = site_with_short_tokens.open(f"/htmx{version}")

    page.get_by_role("button", name="Load").click()
    expect(page.locator("#result .cl-userButtonTrigger")).to_be_visible()

    page.get_by_role("button", name="Write").click()
    expect(page.locator("#result")).to_have_text("1 written")
