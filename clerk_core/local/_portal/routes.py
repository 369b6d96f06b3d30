"""Define the routes of the account portal: sign in, sign out and the start page.

It must not know HTML.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import resources

from ada_url import URL

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Routes
from clerk_core.local._domain.errors import DomainError
from clerk_core.local._domain.second_factors import (
    is_enabled,
    verify_backup_code,
    verify_totp,
)
from clerk_core.local._domain.sessions import end_sessions, find_client, start_session, with_actor
from clerk_core.local._domain.users import check_can_sign_in, find_by_password
from clerk_core.local._portal import inbox, pages, provider
from clerk_core.local._portal.browser import STALE_FORM, PortalBrowser, cookie_name, for_browser
from clerk_core.local._responses import status_of
from clerk_core.local._storage.rows import EmailAddress, SignInToken, User

_ASSETS = {
    "portal.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "avatar.svg": "image/svg+xml",
}
_STALE_TICKET = "This link has already been used, was revoked or has expired."
_WRONG_CODE = "Enter the password, and a code of the authenticator app or a backup code."
_TOTP_LENGTH = 6
_WRONG_CREDENTIALS = "The email address or the password is incorrect."


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
    client = find_client(call.store, call.cookie(cookie_name(call)))
    browser = PortalBrowser(call, client, None) if client else None
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


def _show_sign_in(browser: PortalBrowser) -> HttpResponse:
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


def _sign_in(browser: PortalBrowser) -> HttpResponse:
    if not browser.has_valid_form_token():
        return _sign_in_form(browser, STALE_FORM, 403)
    call = browser.call
    user = find_by_password(call.store, call.field("email_address"), call.field("password"))
    if user is None:
        return _sign_in_form(browser, _WRONG_CREDENTIALS, 422)
    if is_enabled(call.store, user) and not _has_second_factor(browser, user):
        return _sign_in_form(browser, _WRONG_CODE, 422, with_code=True)
    return _start_session(browser, user, None)


def _has_second_factor(browser: PortalBrowser, user: User) -> bool:
    """Return whether the form has a code of the authenticator app, or a backup code."""
    call, code = browser.call, browser.call.field("code")
    try:
        if user.totp_verified and len(code.strip()) == _TOTP_LENGTH:
            verify_totp(user, code, call.now)
        else:
            verify_backup_code(call.store, user, code, call.now)
    except DomainError:
        return False
    return True


def _sign_in_with_ticket(browser: PortalBrowser, ticket: str) -> HttpResponse:
    call = browser.call
    token = call.store.one(SignInToken, token=ticket, status="pending")
    user = call.store.one(User, id=token.user_id) if token else None
    if token is None or user is None or token.expire_at <= call.now:
        return _sign_in_form(browser, _STALE_TICKET, 422)
    call.store.put(replace(token, status="accepted", updated_at=call.now))
    return _start_session(browser, user, token)


def _start_session(browser: PortalBrowser, user: User, token: SignInToken | None) -> HttpResponse:
    call = browser.call
    try:
        check_can_sign_in(user, call.now)
    except DomainError as error:
        return _sign_in_form(browser, error.message, status_of(error))
    organization_id = token.organization_id if token else None
    session = start_session(call.store, user, browser.client, call.now, organization_id)
    with_actor(call.store, session, token, call.now)
    return browser.redirect("/sign-in")


def _sign_in_form(
    browser: PortalBrowser, error: str = "", status: int = 200, *, with_code: bool = False
) -> HttpResponse:
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
        with_code=with_code,
    )
    return browser.show(page, status)


def _sign_out(browser: PortalBrowser) -> HttpResponse:
    if not browser.has_valid_form_token():
        return _sign_out_form(browser, STALE_FORM, 403)
    end_sessions(browser.call.store, browser.client, browser.call.now, "ended")
    return browser.redirect("/")


def _sign_out_form(browser: PortalBrowser, error: str = "", status: int = 200) -> HttpResponse:
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


def _person(browser: PortalBrowser, user: User) -> pages.Person:
    primary = browser.call.store.one(EmailAddress, id=user.primary_email_address_id)
    email_address = primary.email_address if primary else ""
    name = user.full_name or user.username or email_address
    return pages.Person(name, email_address, user.seed_password or "")


def _host(destination: URL | None) -> str:
    return str(destination.host) if destination is not None else ""


ROUTES = Routes(
    [
        ("GET", "/", _landing),
        ("GET", "/sign-in", for_browser(_show_sign_in)),
        ("POST", "/sign-in", for_browser(_sign_in)),
        ("GET", "/sign-out", for_browser(_sign_out_form)),
        ("POST", "/sign-out", for_browser(_sign_out)),
        ("GET", "/static/<name>", _asset),
        *inbox.ROUTES,
        *provider.ROUTES,
    ]
)
