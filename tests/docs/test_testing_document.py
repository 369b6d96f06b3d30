"""The examples of docs/testing.md run, in a project of their own and in Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Browser, Page, expect

from clerk_core.flask import install
from clerk_core.local import LocalClerk, LocalServer
from clerk_core.local._loopback import LoopbackServer
from clerk_core.testing import ClerkFixture, SessionOptions
from tests.docs.examples import README, TESTING, blocks_of_testing
from tests.pages.conftest import browser as browser
from tests.pages.site import PACKAGES
from tests.testing.test_plugin import run

SHOP = README.parent / "examples" / "testing" / "shop_flask.py"


def test_examples_pass_in_a_project_of_their_own(tmp_path: Path) -> None:
    shutil.copy(SHOP, tmp_path / "shop.py")
    conftest, *others = [block for block in blocks_of_testing() if "live_server" not in block]
    (tmp_path / "conftest.py").write_text(conftest, "utf-8")
    for number, block in enumerate(others):
        (tmp_path / f"test_{number}.py").write_text(block, "utf-8")

    done = run(tmp_path)

    assert done.returncode == 0, done.stdout
    assert f"{sum(block.count('def test_') for block in others)} passed" in done.stdout


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


def functions(of: str) -> dict[str, Any]:
    (block,) = [block for block in blocks_of_testing() if f"def {of}(" in block]
    names: dict[str, Any] = {}
    exec(block, names)
    return names


def serve(**options: Any) -> Iterator[str]:
    app = Flask("site")
    install(app, **options)

    @app.get("/")
    def home() -> str:
        return render_template_string("{{ clerk.head() }}<h1>{{ clerk.auth.user_id }}</h1>")

    with LoopbackServer(app) as server:
        yield server.url
    app.extensions["clerk"].close()


def test_browser_with_cookies(page: Page, clerk_local: ClerkFixture) -> None:
    for url in serve(**clerk_local.options()):
        functions("test_home")["test_home"](page, url, clerk_local)
        expect(page.locator("h1")).to_contain_text("user_")


def test_browser_of_a_development_instance(
    page: Page, clean_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "test_home_of_development_instance"
    with LocalClerk(scripts=PACKAGES) as local, LocalServer(local):
        for option, value in local.options().items():
            monkeypatch.setenv(f"CLERK_{option.upper()}", str(value))
        for url in serve():
            from clerk_core import Clerk

            with Clerk() as clerk:
                user = clerk.users.create(email_address=["ada+clerk_test@example.com"])
            functions(name)[name](page, url)
            expect(page.locator("h1")).to_have_text(str(user.id))


def test_each_option_of_a_session_is_listed() -> None:
    text = TESTING.read_text("utf-8")

    assert [name for name in SessionOptions.__annotations__ if f"`{name}=" not in text] == []
