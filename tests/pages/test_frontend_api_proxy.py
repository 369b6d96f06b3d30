"""Clerk's scripts in Chromium, which talk to the application alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from clerk_core.local import LocalClerk, SeededUser
from tests.pages.site import Site, site, wait_until


@pytest.fixture(name="site")
def running_site(browser: Browser, local: LocalClerk) -> Iterator[Site]:
    with site(browser, local, frontend_api_proxy=True, proxy_url="/__clerk") as running:
        yield running
        assert running.problems == []


def test_sign_in_token_and_sign_out_need_no_other_host(
    site: Site, local: LocalClerk, ada: SeededUser
) -> None:
    urls: list[str] = []
    site.context.on("request", lambda request: urls.append(request.url))

    page = site.sign_in(ada)
    first = page.evaluate("Clerk.session.getToken()")
    again = page.evaluate("Clerk.session.getToken({ skipCache: true })")
    expect(page.locator(".cl-userButtonTrigger")).to_be_visible()
    page.get_by_role("button", name="Write").first.click()
    wait_until(page, "document.body.textContent.includes('1 written')")
    page.goto(site.url)
    page.get_by_role("button", name="Out", exact=True).click()
    expect(page.locator("h1")).to_have_text("Nobody")

    assert first
    assert again
    # Pictures have a host of their own: img.clerk.com, or the local instance.
    others = {url for url in urls if not url.startswith((f"{site.url}/", "data:", "blob:"))}
    assert others <= {f"{local.url}/static/avatar.svg"}
    assert any(url.startswith(f"{site.url}/__clerk/npm/@clerk/clerk-js@") for url in urls)
