"""The account portal: the instance's own pages, where a person signs in and out.

It decides what a form means and where it leads; how a page looks is for `pages`. A browser is known
here by a cookie that holds its development browser.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import resources
from urllib.parse import urlencode

from ada_url import URL
from werkzeug.http import dump_cookie

from clerk_core.local.call import Call, Routes
from clerk_core.local.domain.errors import RefusalError
from clerk_core.local.domain.sessions import (
    begin_client,
    begin_session,
    end_sessions,
    find_client,
    live_session,
)
from clerk_core.local.domain.users import check_admitted, find_by_password
from clerk_core.local.frontend.urls import read_return_url, with_parameter
from clerk_core.local.portal import pages
from clerk_core.local.responses import status_of
from clerk_core.local.storage.rows import Client, EmailAddress, SignInToken, User
from clerk_core.words.messages import HttpResponse

_YEAR_IN_SECONDS = 365 * 24 * 60 * 60
_ASSETS = {
    "portal.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "avatar.svg": "image/svg+xml",
}
_STALE_FORM = "This form is out of date. Please try again."
_STALE_TICKET = "This link was used already, was revoked, or is out of date."
_WRONG_CREDENTIALS = "The email address or the password is incorrect."


@dataclass(frozen=True)
class _Visit:
    """A browser on a page: its client, and where it wants to return to."""

    call: Call
    client: Client
    destination: URL | None

    @property
    def form_token(self) -> str:
        return self.call.keys.form_token(self.client.dev_browser)

    @property
    def user(self) -> User | None:
        session = live_session(self.call.store, self.client, self.call.now)
        return self.call.store.one(User, id=session.user_id) if session else None

    @property
    def application_url(self) -> str | None:
        """Where the browser returns to, with its development browser; None without a wish."""
        if self.destination is None:
            return None
        return with_parameter(self.destination, "__clerk_db_jwt", self.client.dev_browser)

    def path(self, page: str) -> str:
        """The path of a page of this portal that leads to the same destination."""
        if self.destination is None:
            return page
        return f"{page}?{urlencode({'redirect_url': str(self.destination.href)})}"

    def came_from_its_form(self) -> bool:
        """Whether the form is one that this very browser was given."""
        browser = self.call.cookie(_cookie_name(self.call)) or ""
        expected = self.call.keys.form_token(browser)
        return hmac.compare_digest(self.call.field("form_token").encode(), expected.encode())

    def show(self, page: pages.Page, status: int = 200) -> HttpResponse:
        """The page; the browser is remembered."""
        return pages.respond(page, status, [("set-cookie", self._cookie())], self.destination)

    def leave(self, otherwise: str) -> HttpResponse:
        """Back to the application with its development browser, or else to a page of the portal."""
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


def answer(call: Call) -> HttpResponse:
    """Answer a request for a page; what is no page is answered by one that says so."""
    found = ROUTES.find(call)
    if found is None:
        page = pages.message(
            "Page not found", "The local Clerk instance has no page at this address."
        )
        return pages.respond(page, 404)
    return found()


def _landing(call: Call) -> HttpResponse:
    client = find_client(call.store, call.cookie(_cookie_name(call)))
    visit = _Visit(call, client, None) if client else None
    user = visit.user if visit else None
    name = _person(visit, user).name if visit and user else None
    page = pages.landing(call.url, call.keys.publishable_key.text, name)
    return pages.respond(page)


def _asset(call: Call, name: str) -> HttpResponse:
    if name not in _ASSETS:
        return pages.respond(pages.message("File not found", "There is no such file."), 404)
    content = resources.files("clerk_core.local.portal").joinpath("static", name).read_bytes()
    return HttpResponse(
        200,
        [
            ("content-type", _ASSETS[name]),
            ("cache-control", "no-cache"),
            ("x-content-type-options", "nosniff"),
        ],
        content,
    )


def _page(handler: Callable[[_Visit], HttpResponse]) -> Callable[[Call], HttpResponse]:
    """A handler of a visit as a handler of a call; where the destination is bad, a page says so."""

    def visit(call: Call) -> HttpResponse:
        wanted = call.argument("redirect_url")
        destination = read_return_url(wanted) if wanted else None
        if wanted and destination is None:
            page = pages.message(
                "This link leads elsewhere",
                "The redirect_url is not an http or https address on this machine (localhost, "
                "127.0.0.1 or [::1]). The local Clerk instance sends browsers nowhere else.",
            )
            return pages.respond(page, 400)
        client = (
            find_client(call.store, call.argument("__clerk_db_jwt"))
            or find_client(call.store, call.cookie(_cookie_name(call)))
            or begin_client(call.store, call.now)
        )
        return handler(_Visit(call, client, destination))

    return visit


def _show_sign_in(visit: _Visit) -> HttpResponse:
    ticket = visit.call.argument("__clerk_ticket")
    if ticket:
        return _sign_in_with_ticket(visit, ticket)
    user = visit.user
    if user is None:
        return _sign_in_form(visit)
    # Not straight back: an application that fails to see the session would send it here again.
    return visit.show(
        pages.signed_in(
            _person(visit, user),
            _host(visit.destination),
            visit.application_url,
            visit.path("/sign-out"),
            visit.form_token,
        )
    )


def _sign_in(visit: _Visit) -> HttpResponse:
    if not visit.came_from_its_form():
        return _sign_in_form(visit, _STALE_FORM, 403)
    call = visit.call
    user = find_by_password(call.store, call.field("email_address"), call.field("password"))
    if user is None:
        return _sign_in_form(visit, _WRONG_CREDENTIALS, 422)
    return _begin_session(visit, user, None)


def _sign_in_with_ticket(visit: _Visit, ticket: str) -> HttpResponse:
    call = visit.call
    token = call.store.one(SignInToken, token=ticket, status="pending")
    user = call.store.one(User, id=token.user_id) if token else None
    if token is None or user is None or token.expire_at <= call.now:
        return _sign_in_form(visit, _STALE_TICKET, 422)
    call.store.put(replace(token, status="accepted", updated_at=call.now))
    return _begin_session(visit, user, token.organization_id)


def _begin_session(visit: _Visit, user: User, organization_id: str | None) -> HttpResponse:
    call = visit.call
    try:
        check_admitted(user, call.now)
    except RefusalError as refusal:
        return _sign_in_form(visit, refusal.message, status_of(refusal))
    begin_session(call.store, user, visit.client, call.now, organization_id)
    return visit.leave("/sign-in")


def _sign_in_form(visit: _Visit, error: str = "", status: int = 200) -> HttpResponse:
    people = [
        _person(visit, user)
        for user in visit.call.store.all(User)
        if user.seed_password is not None
    ]
    page = pages.sign_in(
        host=_host(visit.destination),
        email_address=visit.call.field("email_address"),
        error=error,
        form_token=visit.form_token,
        people=people,
    )
    return visit.show(page, status)


def _sign_out(visit: _Visit) -> HttpResponse:
    if not visit.came_from_its_form():
        return _sign_out_form(visit, _STALE_FORM, 403)
    end_sessions(visit.call.store, visit.client, visit.call.now, "ended")
    return visit.leave("/")


def _sign_out_form(visit: _Visit, error: str = "", status: int = 200) -> HttpResponse:
    user = visit.user
    page = pages.sign_out(
        _person(visit, user) if user else None,
        _host(visit.destination),
        visit.application_url,
        visit.path("/sign-in"),
        error,
        visit.form_token,
    )
    return visit.show(page, status)


def _person(visit: _Visit, user: User) -> pages.Person:
    primary = visit.call.store.one(EmailAddress, id=user.primary_email_address_id)
    email_address = primary.email_address if primary else ""
    name = user.full_name or user.username or email_address
    return pages.Person(name, email_address, user.seed_password or "")


def _host(destination: URL | None) -> str:
    return str(destination.host) if destination is not None else ""


def _cookie_name(call: Call) -> str:
    # Cookies ignore ports: the name must not meet those of an application, or another instance.
    return f"local_clerk_portal_{call.keys.publishable_key.cookie_suffix}"


ROUTES = Routes(
    [
        ("GET", "/", _landing),
        ("GET", "/sign-in", _page(_show_sign_in)),
        ("POST", "/sign-in", _page(_sign_in)),
        ("GET", "/sign-out", _page(_sign_out_form)),
        ("POST", "/sign-out", _page(_sign_out)),
        ("GET", "/static/<name>", _asset),
    ]
)
