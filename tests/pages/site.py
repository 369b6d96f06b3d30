"""An application with Clerk's components, and a browser on its pages."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template, request, send_file, send_from_directory
from flask.typing import ResponseReturnValue
from jinja2 import DictLoader
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from clerk_core.flask import clerk_client, install, require_auth, sign_out
from clerk_core.local import LocalClerk, SeededUser
from clerk_core.local._loopback import LoopbackServer
from clerk_core.pages import content_security_policy
from tests.support import PATIENCE

PACKAGES = Path(__file__).parents[1] / "conformance" / "node_modules"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)

LAYOUT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
{{ clerk.head(telemetry=False, nonce=nonce, scripts=scripts) }}
{% block head %}{% endblock %}
</head>
<body>
<h1>{{ clerk.auth.user_id or "Nobody" }}</h1>
<h2>{{ clerk.auth.org_id or "No organization" }}</h2>
{% block body %}{% endblock %}
</body>
</html>"""

HTMX = """{% extends "layout" %}
{% block head %}<script src="/htmx{{ version }}.js"></script>{% endblock %}
{% block body %}
<button hx-post="/write" hx-target="#result">Write</button>
<button hx-post="/write" hx-target="#result" hx-confirm="Sure?">Ask</button>
<button hx-get="/fragment" hx-target="#result">Load</button>
<form hx-post="/write" hx-target="#result"><button>Send</button></form>
<p id="result"></p>
{% endblock %}"""

PAGES = {
    "layout": LAYOUT,
    "home": """{% extends "layout" %}{% block body %}
{% if clerk.auth %}
{{ clerk.user_button(show_name=True) }}
{{ clerk.organization_switcher() }}
{{ clerk.sign_out_button("Out", action="/sign-out") }}
{{ clerk.sign_out_button("Leave", redirect_url="/left") }}
<form method="post" action="/write">
<input name="text"><button name="by" value="button">Write</button>
</form>
<form method="post" action="/form"><button>Post</button></form>
{% else %}
{{ clerk.sign_in_button() }}
{{ clerk.sign_in_button("Dialog", mode="modal") }}
{% endif %}
<p id="result"></p>
{% endblock %}""",
    "htmx2": HTMX,
    "htmx4": HTMX,
    "left": LAYOUT,
    "profile": """{% extends "layout" %}{% block body %}{{ clerk.user_profile() }}{% endblock %}""",
    "sign-in": """{% extends "layout" %}{% block body %}{{ clerk.sign_in() }}{% endblock %}""",
    "form": """{% extends "layout" %}{% block body %}<p id="posted"></p>{% endblock %}""",
    "fragment": "{{ clerk.user_button() }}",
}
"""The templates. Each is a page at its name; `home` is at `/`."""


def wait_until(page: Page, condition: str) -> None:
    """Wait until an expression is true on a page, which may be loaded again in the meantime.

    Playwright's own function is `eval`, which a Content-Security-Policy forbids.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(Error):
            if page.evaluate(f"Boolean({condition})"):
                return
        page.wait_for_timeout(50)
    raise AssertionError(f"{condition} was not true in time")


def watch(page: Page, problems: list[str]) -> None:
    """Add to `problems` what a page logs as errors, and requests that leave this machine."""
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: (
            problems.append(message.text)
            if message.type == "error"
            and "the server responded with a status of 4" not in message.text
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            None
            if re.match("(http://localhost:|data:|blob:)", request.url)
            else problems.append(request.url)
        ),
    )


@dataclass
class Application:
    """An application that renders Clerk's components, and the requests that it got.

    Attributes:
        loads: The paths of the pages that were loaded.
        written: What was sent to `/write`.
        stale_pages: Pages to respond with instead, as a cache does.
        nonce: The nonce of the scripts.
        scripts: The folder of the scripts, which is `/packages` or None.
    """

    loads: list[str] = field(default_factory=list)
    written: list[dict[str, str]] = field(default_factory=list)
    stale_pages: list[str] = field(default_factory=list)
    nonce: str | None = None
    scripts: str | None = None

    def build(self, **options: Any) -> Flask:
        app = Flask("site")
        app.jinja_loader = DictLoader(PAGES)
        install(app, sign_out_url="/sign-out", **options)
        self._add_pages(app)
        self._add_actions(app)
        return app

    def _add_pages(self, app: Flask) -> None:
        @app.get("/")
        @app.route("/<name>", methods=["GET", "POST"])
        def page(name: str = "home") -> str:
            self.loads.append(request.path)
            if self.stale_pages:
                return self.stale_pages.pop()
            context = {"nonce": self.nonce, "scripts": self.scripts, "version": name[-1]}
            return render_template(name, **context)

        @app.get("/favicon.ico")
        def icon() -> ResponseReturnValue:
            return "", 204

        @app.get("/packages/<path:name>")
        def packages(name: str) -> Response:
            return send_from_directory(PACKAGES / "@clerk", name)

        @app.get("/htmx<int:version>.js")
        def htmx(version: int) -> Response:
            package = {2: "htmx.org", 4: "htmx4"}[version]
            return send_file(PACKAGES / package / "dist" / "htmx.min.js")

        @app.after_request
        def add_policy(response: Response) -> Response:
            # htmx adds styles for its indicators.
            policy = content_security_policy(clerk_client().settings, nonce=self.nonce)
            response.headers["Content-Security-Policy"] = policy
            return response

    def _add_actions(self, app: Flask) -> None:
        @app.post("/write")
        @require_auth
        def write() -> ResponseReturnValue:
            self.written.append(request.form.to_dict())
            return f"{len(self.written)} written"

        @app.get("/owners")
        @require_auth(role="org:owner")
        def owners() -> str:
            return "Owners"

        @app.post("/sign-out")
        def end_session() -> Response:
            return sign_out()


@dataclass
class Site:
    """An application in a browser.

    Attributes:
        application: The application.
        url: Its URL.
        context: The browser, with its cookies.
        problems: What the pages logged as errors, and requests that left this machine.
    """

    application: Application
    url: str
    context: BrowserContext
    problems: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> Page:
        """Open a page in a new tab, and wait until Clerk is loaded."""
        page = self.open_without_clerk(path)
        wait_until(page, "window.Clerk?.loaded")
        return page

    def open_without_clerk(self, path: str = "/") -> Page:
        """Open a page in a new tab."""
        page = self.context.new_page()
        watch(page, self.problems)
        page.goto(f"{self.url}{path}")
        return page

    def sign_in(self, user: SeededUser) -> Page:
        """Sign in with clerk-js, on the home page."""
        page = self.open()
        page.evaluate(
            """async ([identifier, password]) => {
                const done = await Clerk.client.signIn.create({ identifier, password });
                Clerk.setActive({ session: done.createdSessionId });
            }""",
            [user.email_address, user.password],
        )
        expect(page.locator("h1")).to_have_text(user.user_id)
        wait_until(page, "window.Clerk?.loaded")
        return page


@contextmanager
def site(browser: Browser, local: LocalClerk, **options: Any) -> Iterator[Site]:
    """Serve an application of the instance, and open a browser without cookies."""
    application = Application()
    app = application.build(**{**local.options(), **options})
    server = LoopbackServer(app)
    try:
        with browser.new_context() as context:
            yield Site(application, server.url, context)
            for page in context.pages:
                # Chromium may never close a tab that is being loaded.
                with suppress(Error):
                    page.wait_for_load_state()
    finally:
        server.close()
        app.extensions["clerk"].close()
