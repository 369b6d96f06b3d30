"""Identify the browser of a request for a page, by a cookie with the development browser id.

It must not know HTML, or what a page is for.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from ada_url import URL
from werkzeug.http import dump_cookie

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call
from clerk_core.local._domain.sessions import active_session, create_client, find_client
from clerk_core.local._frontend.urls import read_return_url, with_parameter
from clerk_core.local._portal import pages
from clerk_core.local._storage.rows import Client, User

_YEAR_IN_SECONDS = 365 * 24 * 60 * 60
STALE_FORM = "This form has expired. Please try again."


@dataclass(frozen=True)
class PortalBrowser:
    """A browser on a page: its request, its client and the URL to return to."""

    call: Call
    client: Client
    destination: URL | None

    @property
    def form_token(self) -> str:
        """The CSRF token for the forms of this browser."""
        return self.call.keys.form_token(self.client.dev_browser)

    @property
    def user(self) -> User | None:
        """The user who is signed in, or None."""
        session = active_session(self.call.store, self.client, self.call.now)
        return self.call.store.one(User, id=session.user_id) if session else None

    @property
    def application_url(self) -> str | None:
        """The URL to return to, with the development browser id; None if there is none."""
        if self.destination is None:
            return None
        return with_parameter(self.destination, "__clerk_db_jwt", self.client.dev_browser)

    def path(self, page: str) -> str:
        """Return the path of a page of the portal, with the same URL to return to."""
        if self.destination is None:
            return page
        return f"{page}?{urlencode({'redirect_url': str(self.destination.href)})}"

    def has_valid_form_token(self) -> bool:
        """Return whether the CSRF token of the form belongs to this browser."""
        dev_browser = self.call.cookie(cookie_name(self.call)) or ""
        expected = self.call.keys.form_token(dev_browser)
        return hmac.compare_digest(self.call.field("form_token").encode(), expected.encode())

    def show(self, page: pages.Page, status: int = 200) -> HttpResponse:
        """Return the response with a page and the cookie that identifies the browser."""
        return pages.respond(page, status, [("set-cookie", self._cookie())], self.destination)

    def redirect(self, otherwise: str) -> HttpResponse:
        """Return a redirect to the application, or else to a page of the portal."""
        headers = [
            ("location", self.application_url or otherwise),
            ("set-cookie", self._cookie()),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
        ]
        return HttpResponse(303, headers)

    def _cookie(self) -> str:
        return dump_cookie(
            cookie_name(self.call),
            self.client.dev_browser,
            max_age=_YEAR_IN_SECONDS,
            httponly=True,
            samesite="Lax",
            sync_expires=False,
        )


def for_browser(handler: Callable[[PortalBrowser], HttpResponse]) -> Callable[[Call], HttpResponse]:
    """Adapt a handler of a browser to a handler of a call.

    A `redirect_url` outside this machine is rejected with a page.
    """

    def handle(call: Call) -> HttpResponse:
        wanted = call.argument("redirect_url")
        destination = read_return_url(wanted) if wanted else None
        if wanted and destination is None:
            page = pages.message(
                "Invalid redirect URL",
                "The redirect_url is not an http or https URL on this machine (localhost, "
                "127.0.0.1 or [::1]). The local Clerk instance redirects to no other host.",
            )
            return pages.respond(page, 400)
        client = (
            find_client(call.store, call.argument("__clerk_db_jwt"))
            or find_client(call.store, call.cookie(cookie_name(call)))
            or create_client(call.store, call.now)
        )
        return handler(PortalBrowser(call, client, destination))

    return handle


def cookie_name(call: Call) -> str:
    """Return the name of the cookie with the development browser id."""
    # Cookies ignore ports, so the name must differ from those of applications and other instances.
    return f"local_clerk_portal_{call.keys.publishable_key.cookie_suffix}"
