"""Sign a user in, step by step.

It must not know how a session is used.
"""

from __future__ import annotations

from clerk_core.local._call import Route
from clerk_core.local._domain.errors import InvalidStateError
from clerk_core.local._domain.sign_ins import (
    complete,
    find_sign_in,
    identify,
    new_sign_in,
    pass_first_factor,
    user_of,
)
from clerk_core.local._domain.verifications import verify_password
from clerk_core.local._frontend.browser import Browser, for_browser
from clerk_core.local._frontend.sign_in_resource import sign_in_resource
from clerk_core.local._responses import invalid_parameter
from clerk_core.local._storage.rows import JsonObject, SignIn


def _create(browser: Browser) -> JsonObject:
    call = browser.call
    _check_signed_out(browser)
    sign_in = new_sign_in(call.store, browser.client, call.now)
    identifier = call.field("identifier")
    if identifier:
        sign_in = identify(call.store, sign_in, identifier, call.now)
        _check_other_user(browser, sign_in)
    if call.field("password"):
        sign_in = _attempt_password(browser, sign_in)
    return _resource(browser, sign_in)


def _check_signed_out(browser: Browser) -> None:
    if browser.sessions and not browser.call.settings.multi_session:
        raise InvalidStateError("session_exists", "You're already signed in.")


def _check_other_user(browser: Browser, sign_in: SignIn) -> None:
    for session in browser.sessions:
        if session.user_id == sign_in.user_id:
            error = InvalidStateError("identifier_already_signed_in", "You're already signed in.")
            error.meta = {"session_id": session.id}
            raise error


def _get(browser: Browser, sign_in_id: str) -> JsonObject:
    return _resource(browser, find_sign_in(browser.call.store, browser.client_id, sign_in_id))


def _attempt_first_factor(browser: Browser, sign_in_id: str) -> JsonObject:
    sign_in = find_sign_in(browser.call.store, browser.client_id, sign_in_id)
    if browser.call.field("strategy") != "password":
        raise invalid_parameter("strategy", "password")
    return _resource(browser, _attempt_password(browser, sign_in))


def _attempt_password(browser: Browser, sign_in: SignIn) -> SignIn:
    call = browser.call
    verification = verify_password(user_of(call.store, sign_in), call.field("password"), call.now)
    sign_in = pass_first_factor(call.store, sign_in, verification, call.now)
    complete(
        call.store,
        sign_in,
        call.now,
        strategy=verification.strategy,
        user_agent=browser.user_agent,
        multi_session=call.settings.multi_session,
    )
    return sign_in


def _resource(browser: Browser, sign_in: SignIn) -> JsonObject:
    """Return the attempt as it is stored now."""
    stored = find_sign_in(browser.call.store, browser.client_id, sign_in.id)
    return sign_in_resource(browser.call, stored)


_ALL = "/v1/client/sign_ins"

ROUTES: tuple[Route, ...] = (
    ("POST", _ALL, for_browser(_create)),
    ("GET", f"{_ALL}/<sign_in_id>", for_browser(_get)),
    ("POST", f"{_ALL}/<sign_in_id>/attempt_first_factor", for_browser(_attempt_first_factor)),
)
