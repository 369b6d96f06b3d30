"""The applications of docs/two-origins.md, called by a page of another site in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page

from clerk_core._demo.frameworks import Server
from clerk_core._demo.servers import serve
from clerk_core.local import LocalClerk, LocalServer, SeededUser
from clerk_core.local._loopback import LoopbackServer
from tests.adapters.django_project import project
from tests.docs.examples import run, two_origins
from tests.pages.conftest import browser as browser
from tests.pages.site import PACKAGES, wait_until

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SERVERS: dict[str, Server] = {
    "flask": "werkzeug",
    "fastapi": "uvicorn",
    "starlette": "uvicorn",
    "litestar": "uvicorn",
    "quart": "hypercorn",
    "aiohttp": "aiohttp",
    "django": "werkzeug",
}
FETCH = """async ([url, token]) => {
    const headers = token ? { Authorization: `Bearer ${token}` } : { "Content-Type": "a/b" };
    try {
        const response = await fetch(url, { headers });
        return { status: response.status, body: await response.json() };
    } catch (error) {
        return { blocked: String(error) };
    }
}"""


@pytest.fixture(scope="module")
def local() -> Iterator[LocalClerk]:
    with LocalClerk(scripts=PACKAGES) as local, LocalServer(local):
        yield local


@pytest.fixture(scope="module")
def ada(local: LocalClerk) -> SeededUser:
    return local.seed()[0]


@pytest.fixture(scope="module")
def front_end(local: LocalClerk) -> Iterator[str]:
    """Serve a page with clerk-js, as any static server does, and yield its origin."""
    html = f"""<!doctype html><title>Front end</title>
<script defer crossorigin src="{local.url}/npm/@clerk/clerk-js@6/dist/clerk.browser.js"
    data-clerk-publishable-key="{local.publishable_key}"
    data-clerk-proxy-url="{local.url}"></script>
<script type="module">
await new Promise(loaded => addEventListener("load", loaded));
await Clerk.load({{ telemetry: false }});
</script>"""

    def page(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("content-type", "text/html; charset=utf-8")])
        return [html.encode()]

    with LoopbackServer(page) as server:
        yield server.url


@pytest.fixture(scope="module")
def page(browser: Browser, front_end: str, ada: SeededUser) -> Iterator[Page]:
    """Yield the page of the front end, where Ada has signed in."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(front_end)
        wait_until(page, "window.Clerk?.loaded")
        page.evaluate(
            """async ([identifier, password]) => {
                const done = await Clerk.client.signIn.create({ identifier, password });
                await Clerk.setActive({ session: done.createdSessionId });
            }""",
            [ada.email_address, ada.password],
        )
        yield page


@pytest.fixture(params=SERVERS)
def api(
    request: pytest.FixtureRequest,
    clean_environment: None,
    monkeypatch: pytest.MonkeyPatch,
    local: LocalClerk,
    front_end: str,
) -> Iterator[str]:
    """Serve the API of the document on another site: browsers take an address for one."""
    for name, value in local.options().items():
        monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
    code = two_origins()[request.param].replace("https://app.example.com", front_end)
    names = run(code, monkeypatch)
    with project(names) if request.param == "django" else nullcontext(names["app"]) as app:
        server = serve(app, SERVERS[request.param])
        yield server.url.replace("localhost", "127.0.0.1")
        server.close()


def test_page_of_another_site_calls_the_api_with_its_token(
    api: str, page: Page, ada: SeededUser
) -> None:
    token = page.evaluate("Clerk.session.getToken()")

    answer = page.evaluate(FETCH, [f"{api}/api/me", token])

    assert answer == {"status": 200, "body": {"user_id": ada.user_id}}


def test_page_can_read_why_it_is_refused(api: str, page: Page, local: LocalClerk) -> None:
    signed_out = page.evaluate(FETCH, [f"{api}/api/me", ""])
    forged = page.evaluate(FETCH, [f"{api}/api/me", "e30.e30.e30"])

    for answer in (signed_out, forged):
        assert answer["status"] == 401
        assert answer["body"]["errors"][0]["code"] == "unauthenticated"


def test_token_of_another_origin_is_refused(
    api: str, page: Page, local: LocalClerk, ada: SeededUser
) -> None:
    session = local.create_session(ada.user_id)
    token = local.session_token(session, authorized_party="https://evil.example")

    assert page.evaluate(FETCH, [f"{api}/api/me", token])["status"] == 401


def test_page_of_an_origin_that_is_not_allowed_can_read_nothing(
    api: str, page: Page, browser: Browser, front_end: str
) -> None:
    token = page.evaluate("Clerk.session.getToken()")
    with browser.new_context() as context:
        other = context.new_page()
        other.goto(front_end.replace("localhost", "127.0.0.1"))

        answer = other.evaluate(FETCH, [f"{api}/api/me", token])

    assert "Failed to fetch" in answer["blocked"]


def test_person_who_opens_the_api_is_not_redirected(api: str, page: Page) -> None:
    opened = page.context.new_page()

    response = opened.goto(f"{api}/api/me")

    assert response is not None
    assert response.status == 401
    opened.close()


def test_document_has_each_framework_with_an_adapter() -> None:
    folder = Path(__file__).parents[2] / "adapters"
    adapters = {one.name for one in folder.iterdir() if not re.match("[_.]", one.name)}

    assert set(two_origins()) == adapters == set(SERVERS)
