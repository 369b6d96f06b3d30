"""Pages with the real clerk-js and components, on an origin of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from clerk_core.local import LocalClerk
from clerk_core.local._loopback import LoopbackServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SCRIPTS = Path(__file__).parents[2] / "conformance" / "node_modules"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Application</title>
<link rel="icon" href="data:,">
<script defer crossorigin="anonymous" src="{url}/npm/@clerk/ui@1/dist/ui.browser.js"></script>
<script defer crossorigin="anonymous" data-clerk-publishable-key="{key}"
    data-clerk-proxy-url="{url}" src="{url}/npm/@clerk/clerk-js@6/dist/clerk.browser.js"></script>
</head>
<body>
<main id="main"></main>
<script type="module">
await new Promise(loaded => addEventListener("load", loaded));
const component = "{component}";
const main = document.getElementById("main");
await Clerk.load({{
    ui: {{ClerkUI: window.__internal_ClerkUICtor}},
    signInUrl: "/sign-in", signUpUrl: "/sign-up", afterSignOutUrl: "/",
    telemetry: false, {options}
}});
if (component) Clerk["mount" + component](main, {{}});
const show = () => {{
    const user = Clerk.user;
    const name = user && (user.fullName || user.primaryEmailAddress.emailAddress);
    document.title = user ? `Signed in as ${{name}}` : "Signed out";
}};
Clerk.addListener(show);
show();
</script>
</body>
</html>
"""

_COMPONENTS = {
    "/sign-in": "SignIn",
    "/sign-up": "SignUp",
    "/user": "UserButton",
    "/profile": "UserProfile",
    "/organizations": "OrganizationSwitcher",
    "/organization": "OrganizationProfile",
    "/create-organization": "CreateOrganization",
    "/organization-list": "OrganizationList",
    "/waitlist": "Waitlist",
    "/api-keys": "APIKeys",
}


@contextmanager
def application(local: LocalClerk) -> Iterator[str]:
    """Serve one page for each component, and yield the base URL."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        options = parse_qs(environ.get("QUERY_STRING", "")).get("options", [""])[0]
        page = _PAGE.format(
            url=local.url,
            key=escape(local.publishable_key),
            component=_COMPONENTS.get(path, ""),
            options=options,
        )
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [page.encode()]

    with LoopbackServer(app) as server:
        yield server.url
