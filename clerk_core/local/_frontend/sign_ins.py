"""Sign a user in, step by step.

It must not know how a session is used.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import required_text
from clerk_core.local._call import Route
from clerk_core.local._domain.email_links import EMAIL_LINK
from clerk_core.local._domain.errors import InvalidStateError, not_found
from clerk_core.local._domain.external_accounts import find_user_of, is_oauth
from clerk_core.local._domain.first_factors import find_factor, first_factors
from clerk_core.local._domain.passkeys import (
    PASSKEY,
    check_enabled,
    finish_assertion,
    start_assertion,
)
from clerk_core.local._domain.sessions import revoke_sessions
from clerk_core.local._domain.sign_ins import (
    check_status,
    complete,
    find_sign_in,
    identify,
    new_sign_in,
    of_user,
    pass_first_factor,
    pass_new_password,
    prepare_first_factor,
    user_of,
)
from clerk_core.local._domain.tickets import identify_by_ticket, is_sign_in_token
from clerk_core.local._domain.verifications import (
    attempt_code,
    code_error,
    find_verification,
    send_code,
    verified,
    verify_password,
)
from clerk_core.local._frontend.browser import Browser, for_browser
from clerk_core.local._frontend.email_links import send_email_link
from clerk_core.local._frontend.oauth import sign_in_as, start, transferable
from clerk_core.local._frontend.passkeys import page_origin, relying_party
from clerk_core.local._frontend.sign_in_resource import sign_in_resource
from clerk_core.local._responses import error_response, invalid_parameter
from clerk_core.local._storage.rows import JsonObject, SignIn, Verification

_CODES = (
    *("email_code", "reset_password_email_code"),
    *("phone_code", "reset_password_phone_code"),
)


def _create(browser: Browser) -> JsonObject:
    call = browser.call
    check_signed_out(browser)
    sign_in = new_sign_in(call.store, browser.client, call.now)
    strategy = call.field("strategy")
    if strategy == "ticket":
        ticket = required_text(call.fields, "ticket")
        is_sufficient = is_sign_in_token(call.store, ticket)
        sign_in = identify_by_ticket(call.store, sign_in, ticket, call.now)
        _check_other_user(browser, sign_in)
        verification = verified("ticket", call.now)
        return _pass(browser, sign_in, verification, is_sufficient=is_sufficient)
    if call.field("transfer") == "true":
        verification, profile = transferable(call, browser.client, to_sign_up=False)
        user = find_user_of(call.store, profile)
        if user is None:
            raise not_found("User", profile.email_address)
        sign_in = sign_in_as(call, sign_in, user, verification, profile)
        return resource(browser, complete_if_ready(browser, sign_in))
    if strategy == PASSKEY:
        return resource(browser, _ask_for_passkey(browser, sign_in))
    if is_oauth(strategy):
        started = replace(
            sign_in, first_factor_id=start(call, strategy).id, status="needs_identifier"
        )
        call.store.put(started)
        return resource(browser, started)
    if call.field("identifier"):
        sign_in = identify(call.store, sign_in, call.field("identifier"), call.now)
        _check_other_user(browser, sign_in)
    if call.field("password"):
        return _attempt_password(browser, sign_in)
    if strategy in (*_CODES, EMAIL_LINK):
        sign_in = _send_code(browser, sign_in, strategy)
    return resource(browser, sign_in)


def check_signed_out(browser: Browser) -> None:
    """Raise 400 if somebody is signed in and the browser may have one session only."""
    if browser.sessions and not browser.call.settings.multi_session:
        raise InvalidStateError("session_exists", "You're already signed in.")


def _check_other_user(browser: Browser, sign_in: SignIn) -> None:
    for session in browser.sessions:
        if session.user_id == sign_in.user_id:
            error = InvalidStateError("identifier_already_signed_in", "You're already signed in.")
            error.meta = {"session_id": session.id}
            raise error


def _get(browser: Browser, sign_in_id: str) -> JsonObject:
    return resource(browser, find(browser, sign_in_id))


def _prepare_first_factor(browser: Browser, sign_in_id: str) -> JsonObject:
    sign_in = find(browser, sign_in_id)
    strategy = browser.call.field("strategy")
    if strategy == PASSKEY:
        check_status(sign_in, "needs_first_factor", browser.call.now)
        return resource(browser, _ask_for_passkey(browser, sign_in))
    if strategy not in (*_CODES, EMAIL_LINK):
        raise unknown_strategy(*_CODES, EMAIL_LINK, PASSKEY)
    return resource(browser, _send_code(browser, sign_in, strategy))


def _send_code(browser: Browser, sign_in: SignIn, strategy: str) -> SignIn:
    call = browser.call
    is_link = strategy == EMAIL_LINK
    factors = first_factors(call.store, user_of(call.store, sign_in), email_link=is_link)
    named = call.field("email_address_id") or call.field("phone_number_id")
    factor = find_factor(factors, strategy, named)
    recipient = str(factor["safe_identifier"])
    name = call.settings.application_name
    verification = (
        send_email_link(call, recipient)
        if is_link
        else send_code(call.store, strategy, recipient, name, call.now)
    )
    return prepare_first_factor(call.store, sign_in, verification, call.now)


def _attempt_first_factor(browser: Browser, sign_in_id: str) -> JsonObject | HttpResponse:
    sign_in = find(browser, sign_in_id)
    strategy = browser.call.field("strategy")
    if strategy == "password":
        return _attempt_password(browser, sign_in)
    if strategy in _CODES:
        return _attempt_code(browser, sign_in, strategy)
    if strategy == PASSKEY:
        return _attempt_passkey(browser, sign_in)
    raise unknown_strategy("password", *_CODES, PASSKEY)


def _ask_for_passkey(browser: Browser, sign_in: SignIn) -> SignIn:
    """Ask for a passkey of the user, or of anybody if the user is not known yet."""
    call = browser.call
    check_enabled(call.settings)
    user = user_of(call.store, sign_in) if sign_in.user_id else None
    asked = start_assertion(call.store, user, relying_party(call), call.now)
    sign_in = replace(sign_in, first_factor_id=asked.id, updated_at=call.now)
    call.store.put(sign_in)
    return sign_in


def _attempt_passkey(browser: Browser, sign_in: SignIn) -> JsonObject:
    call = browser.call
    check_enabled(call.settings)
    prepared = find_verification(call.store, sign_in.first_factor_id)
    text = required_text(call.fields, "public_key_credential")
    verification, user = finish_assertion(call.store, prepared, text, page_origin(call), call.now)
    if sign_in.user_id is None:
        sign_in = of_user(call.store, sign_in, user, call.now)
        _check_other_user(browser, sign_in)
    elif sign_in.user_id != user.id:
        raise invalid_parameter("public_key_credential", "a passkey of the user who signs in")
    return _pass(browser, sign_in, verification)


def _attempt_password(browser: Browser, sign_in: SignIn) -> JsonObject:
    call = browser.call
    user = user_of(call.store, sign_in)
    verification = verify_password(user, call.field("password"), call.now)
    return _pass(browser, sign_in, verification)


def _attempt_code(browser: Browser, sign_in: SignIn, strategy: str) -> JsonObject | HttpResponse:
    call = browser.call
    prepared = find_verification(call.store, sign_in.first_factor_id)
    if prepared.strategy != strategy:
        raise invalid_parameter("strategy", f"{prepared.strategy}, which was prepared")
    verification = attempt_code(call.store, prepared, call.field("code"), call.now)
    error = code_error(verification)
    # Not raised: the attempt counts.
    return error_response(error) if error else _pass(browser, sign_in, verification)


def _pass(
    browser: Browser, sign_in: SignIn, verification: Verification, *, is_sufficient: bool = False
) -> JsonObject:
    """Go on after the first factor: with the next step, or with a session."""
    call = browser.call
    sign_in = pass_first_factor(
        call.store, sign_in, verification, call.now, is_sufficient=is_sufficient
    )
    return resource(browser, complete_if_ready(browser, sign_in))


def _reset_password(browser: Browser, sign_in_id: str) -> JsonObject:
    call = browser.call
    password = required_text(call.fields, "password")
    sign_in = pass_new_password(call.store, find(browser, sign_in_id), password, call.now)
    if call.field("sign_out_of_other_sessions") == "true":
        revoke_sessions(call.store, user_of(call.store, sign_in), call.now)
    return resource(browser, complete_if_ready(browser, sign_in))


def complete_if_ready(browser: Browser, sign_in: SignIn) -> SignIn:
    """Start a session if all factors are verified, and return the attempt."""
    call = browser.call
    if sign_in.status == "complete":
        complete(
            call.store,
            sign_in,
            call.now,
            strategy=find_verification(call.store, sign_in.first_factor_id).strategy,
            user_agent=browser.user_agent,
            multi_session=call.settings.multi_session,
        )
    return sign_in


def unknown_strategy(*known: str) -> Exception:
    """Return the error (422) for a strategy that is none of these."""
    return invalid_parameter("strategy", f"one of {', '.join(known)}")


def find(browser: Browser, sign_in_id: str) -> SignIn:
    """Return the attempt of this browser with this id."""
    return find_sign_in(browser.call.store, browser.client_id, sign_in_id)


def resource(browser: Browser, sign_in: SignIn) -> JsonObject:
    """Return the attempt as it is stored now."""
    return sign_in_resource(browser.call, find(browser, sign_in.id))


_ALL = "/v1/client/sign_ins"
_ONE = f"{_ALL}/<sign_in_id>"

ROUTES: tuple[Route, ...] = (
    ("POST", _ALL, for_browser(_create)),
    ("GET", _ONE, for_browser(_get)),
    ("POST", f"{_ONE}/prepare_first_factor", for_browser(_prepare_first_factor)),
    ("POST", f"{_ONE}/attempt_first_factor", for_browser(_attempt_first_factor)),
    ("POST", f"{_ONE}/reset_password", for_browser(_reset_password)),
)
