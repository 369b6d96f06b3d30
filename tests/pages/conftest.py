"""A browser, and an application with Clerk's components and a local instance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from clerk_core.local import LocalClerk, LocalServer, SeededUser
from tests.pages.site import CHROMIUM, PACKAGES, Site, site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (on Debian: apt-get install chromium)")
    if not (PACKAGES / "@clerk" / "ui").exists():
        pytest.skip("Clerk's packages are not installed (npm install --prefix tests/conformance)")
    # A busy machine takes its time, and no test is about speed.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def local(clean_environment: None) -> Iterator[LocalClerk]:
    with LocalClerk(scripts=PACKAGES) as local, LocalServer(local):
        yield local


@pytest.fixture
def ada(local: LocalClerk) -> SeededUser:
    return local.seed()[0]


@pytest.fixture(name="site")
def running_site(browser: Browser, local: LocalClerk) -> Iterator[Site]:
    with site(browser, local) as running:
        yield running
        assert running.problems == []
