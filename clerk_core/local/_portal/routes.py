"""Define the routes of the account portal: sign in, sign out and the start page.

A cookie with the development browser id identifies the browser. It must not know HTML.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from importlib import resources
from urllib.parse import urlencode

from ada_url import URL
from werkzeug.http import dump_cookie

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Routes
from clerk_core.local._domain.errors import DomainError
from clerk_core.local._domain.messages import messages
from clerk_core.local._domain.sessions import (
    active_session,
    create_client,
    end_sessions,
    find_client,
    start_session,
)
from clerk_core.local._domain.users import check_can_sign_in, find_by_password
from clerk_core.local._frontend.urls import read_return_url, with_parameter
from clerk_core.local._portal import pages
from clerk_core.local._responses import status_of
from clerk_core.local._storage.rows import Client, EmailAddress, SignInToken, User

_YEAR_IN_SECONDS = 365 * 24 * 60 * 60
_ASSETS = {
    "portal.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "avatar.svg": "image/svg+xml",
}
_SHOWN_MESSAGES = 50
_STALE_FORM = "This form has expired. Please try again."
_STALE_TICKET = "This link has already been used, was revoked or has expired."
_WRONG_CREDENTIALS = "The email address or the password is incorrect."


@dataclass(frozen=True)
class _Browser:
    """A browser on a page: its request, its client and the URL to return to."""

    call: Call
    client: Client
    destination: URL | None

    @property
    def form_token(self) -> str:
        return self.call.keys.form_token(self.client.dev_browser)

    @property
    def user(self) -> User | None:
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
        dev_browser = self.call.cookie(_cookie_name(self.call)) or ""
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
            _cookie_name(self.call),
            self.client.dev_browser,
            max_age=_YEAR_IN_SECONDS,
            httponly=True,
            samesite="Lax",
            sync_expires=False,
        )


def respond(call: Call) -> HttpResponse:
    """Return the response to a request for a page; an unknown path gets a 404 page."""
    found = ROUTES.find(call)
    if found is None:
        page = pages.message(
            "Page not found", "The local Clerk instance has no page with this address."
        )
        return pages.respond(page, 404)
    return found()


def _landing(call: Call) -> HttpResponse:
    client = find_client(call.store, call.cookie(_cookie_name(call)))
    browser = _Browser(call, client, None) if client else None
    user = browser.user if browser else None
    name = _person(browser, user).name if browser and user else None
    page = pages.landing(call.url, call.keys.publishable_key.text, name)
    return pages.respond(page)


def _asset(call: Call, name: str) -> HttpResponse:
    if name not in _ASSETS:
        return pages.respond(pages.message("File not found", "There is no such file."), 404)
    file = resources.files("clerk_core.local._portal") / "static" / name
    return HttpResponse(
        200,
        [
            ("content-type", _ASSETS[name]),
            ("cache-control", "no-cache"),
            ("x-content-type-options", "nosniff"),
            # Components load images with crossorigin, on pages of other origins.
            ("access-control-allow-origin", "*"),
        ],
        file.read_bytes(),
    )


def _page(handler: Callable[[_Browser], HttpResponse]) -> Callable[[Call], HttpResponse]:
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
            or find_client(call.store, call.cookie(_cookie_name(call)))
            or create_client(call.store, call.now)
        )
        return handler(_Browser(call, client, destination))

    return handle


def _show_sign_in(browser: _Browser) -> HttpResponse:
    ticket = browser.call.argument("__clerk_ticket")
    if ticket:
        return _sign_in_with_ticket(browser, ticket)
    user = browser.user
    if user is None:
        return _sign_in_form(browser)
    # Do not redirect, because it would be endless if the application does not see the session.
    return browser.show(
        pages.signed_in(
            _person(browser, user),
            _host(browser.destination),
            browser.application_url,
            browser.path("/sign-out"),
            browser.form_token,
        )
    )


def _sign_in(browser: _Browser) -> HttpResponse:
    if not browser.has_valid_form_token():
        return _sign_in_form(browser, _STALE_FORM, 403)
    call = browser.call
    user = find_by_password(call.store, call.field("email_address"), call.field("password"))
    if user is None:
        return _sign_in_form(browser, _WRONG_CREDENTIALS, 422)
    return _start_session(browser, user, None)


def _sign_in_with_ticket(browser: _Browser, ticket: str) -> HttpResponse:
    call = browser.call
    token = call.store.one(SignInToken, token=ticket, status="pending")
    user = call.store.one(User, id=token.user_id) if token else None
    if token is None or user is None or token.expire_at <= call.now:
        return _sign_in_form(browser, _STALE_TICKET, 422)
    call.store.put(replace(token, status="accepted", updated_at=call.now))
    return _start_session(browser, user, token.organization_id)


def _start_session(browser: _Browser, user: User, organization_id: str | None) -> HttpResponse:
    call = browser.call
    try:
        check_can_sign_in(user, call.now)
    except DomainError as error:
        return _sign_in_form(browser, error.message, status_of(error))
    start_session(call.store, user, browser.client, call.now, organization_id)
    return browser.redirect("/sign-in")


def _sign_in_form(browser: _Browser, error: str = "", status: int = 200) -> HttpResponse:
    people = [
        _person(browser, user)
        for user in browser.call.store.all(User)
        if user.seed_password is not None
    ]
    page = pages.sign_in(
        host=_host(browser.destination),
        email_address=browser.call.field("email_address"),
        error=error,
        form_token=browser.form_token,
        people=people,
    )
    return browser.show(page, status)


def _sign_out(browser: _Browser) -> HttpResponse:
    if not browser.has_valid_form_token():
        return _sign_out_form(browser, _STALE_FORM, 403)
    end_sessions(browser.call.store, browser.client, browser.call.now, "ended")
    return browser.redirect("/")


def _sign_out_form(browser: _Browser, error: str = "", status: int = 200) -> HttpResponse:
    user = browser.user
    page = pages.sign_out(
        _person(browser, user) if user else None,
        _host(browser.destination),
        browser.application_url,
        browser.path("/sign-in"),
        error,
        browser.form_token,
    )
    return browser.show(page, status)


def _person(browser: _Browser, user: User) -> pages.Person:
    primary = browser.call.store.one(EmailAddress, id=user.primary_email_address_id)
    email_address = primary.email_address if primary else ""
    name = user.full_name or user.username or email_address
    return pages.Person(name, email_address, user.seed_password or "")


def _host(destination: URL | None) -> str:
    return str(destination.host) if destination is not None else ""


def _cookie_name(call: Call) -> str:
    # Cookies ignore ports, so the name must differ from those of applications and other instances.
    return f"local_clerk_portal_{call.keys.publishable_key.cookie_suffix}"


def _inbox(call: Call) -> HttpResponse:
    received = [
        pages.Letter(
            message.recipient,
            message.subject,
            message.body,
            message.url or "",
            datetime.fromtimestamp(message.created_at / 1000, timezone.utc).strftime("%H:%M:%S"),
        )
        for message in messages(call.store)[:_SHOWN_MESSAGES]
    ]
    return pages.respond(pages.inbox(received))


ROUTES = Routes(
    [
        ("GET", "/", _landing),
        ("GET", "/inbox", _inbox),
        ("GET", "/sign-in", _page(_show_sign_in)),
        ("POST", "/sign-in", _page(_sign_in)),
        ("GET", "/sign-out", _page(_sign_out_form)),
        ("POST", "/sign-out", _page(_sign_out)),
        ("GET", "/static/<name>", _asset),
    ]
)
