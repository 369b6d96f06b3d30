"""The page on which a user allows access, in Chromium: its policy lets the browser return."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from clerk_core.local import LocalClerk, LocalServer, SeededUser
from clerk_core.local._loopback import LoopbackServer
from tests.local.frontend.site import chromium as chromium
from tests.local.frontend.site import needs_browser
from tests.local.oauth.client import Client, document, parameters_of, registered

pytestmark = needs_browser


@pytest.fixture
def callback() -> Iterator[str]:
    """Serve the page of a client to which the user returns."""

    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("content-type", "text/html")])
        return [b"<title>Connected</title>"]

    with LoopbackServer(app) as server:
        yield f"{server.url}/callback"


def test_user_signs_in_and_allows_access(
    chromium: Browser, local: LocalClerk, ada: SeededUser, callback: str
) -> None:
    with LocalServer(local), chromium.new_context() as context:
        client: Client = registered(local, redirect_uris=[callback])
        page = context.new_page()
        page.goto(f"{local.url}{client.path()}")
        page.get_by_label("Email address").fill(ada.email_address)
        page.get_by_label("Password").fill(ada.password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Agent")).to_be_visible()
        expect(page.get_by_text("nobody has checked its name")).to_be_visible()

        page.get_by_role("button", name="Allow").click()

        expect(page).to_have_title("Connected")
        code = parameters_of(page.url)["code"]
        assert "access_token" in document(client.redeem(code))
