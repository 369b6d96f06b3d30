"""Take the pictures of the quick starts, in Chromium on the local instance.

Run after changing a quick start or the pages of the local instance: python -m tests.docs.pictures
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from clerk_core._demo.frameworks import Server
from clerk_core._demo.servers import serve
from clerk_core.local import LocalClerk, LocalServer, SeededUser
from tests.adapters.django_project import CLERK, overridden, project
from tests.docs.examples import DOCS, programs, run
from tests.pages.site import CHROMIUM

SERVERS: dict[str, Server] = {
    "flask": "werkzeug",
    "fastapi": "uvicorn",
    "django": "werkzeug",
    "starlette": "uvicorn",
    "litestar": "uvicorn",
    "quart": "hypercorn",
    "aiohttp": "aiohttp",
    "wsgi": "werkzeug",
    "asgi": "uvicorn",
}
NAMES = ("sign-in", "signed-in")
SIZE = (760, 640)


@contextmanager
def quick_start(framework: str, local: LocalClerk) -> Iterator[str]:
    """Serve the program of a quick start, and yield its URL."""
    with pytest.MonkeyPatch.context() as patch, overridden(CLERK):
        for name in [name for name in os.environ if name.startswith("CLERK_")]:
            patch.delenv(name)
        for name, value in local.options().items():
            patch.setenv(f"CLERK_{name.upper()}", str(value))
        file = "urls" if framework == "django" else "app"
        names = run(programs(f"quickstart-{framework}")[file], patch)
        if framework == "django":
            with project(names) as app:
                server = serve(app, SERVERS[framework])
                yield server.url
                server.close()
        else:
            server = serve(names["app"], SERVERS[framework])
            yield server.url
            server.close()


def sign_in(page: Page, url: str, user: SeededUser, pictures: Path) -> None:
    """Open a quick start, sign in, and take a picture of both pages."""
    page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
    page.goto(url)
    expect(page.get_by_label("Email address")).to_be_visible()
    page.screenshot(path=pictures / f"{NAMES[0]}.png")
    page.get_by_label("Email address").fill(user.email_address)
    page.get_by_label("Password").fill(user.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/")
    expect(page.locator("h1")).to_have_text("Hello, Ada.")
    path = pictures / f"{NAMES[1]}.png"
    page.screenshot(path=path, clip={"x": 0, "y": 0, "width": SIZE[0], "height": 120})


def main() -> None:
    """Take the pictures."""
    arguments = ["--no-sandbox", "--disable-gpu"]
    with (
        LocalClerk() as local,
        LocalServer(local),
        quick_start("flask", local) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        sign_in(browser.new_page(), url, local.seed()[0], DOCS / "pictures")
        browser.close()


if __name__ == "__main__":
    main()
