"""Verify the second factor of an attempt to sign in.

It must not know first factors.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Route
from clerk_core.local._domain.first_factors import find_factor
from clerk_core.local._domain.second_factors import (
    second_factors,
    verify_backup_code,
    verify_totp,
)
from clerk_core.local._domain.sign_ins import (
    check_status,
    pass_second_factor,
    prepare_second_factor,
    user_of,
)
from clerk_core.local._domain.verifications import (
    attempt_code,
    code_error,
    find_verification,
    send_code,
)
from clerk_core.local._frontend.browser import Browser, for_browser
from clerk_core.local._frontend.sign_ins import complete_if_ready, find, resource, unknown_strategy
from clerk_core.local._responses import error_response
from clerk_core.local._storage.rows import JsonObject, User, Verification

_STRATEGIES = ("totp", "phone_code", "backup_code")


def _prepare(browser: Browser, sign_in_id: str) -> JsonObject:
    call = browser.call
    sign_in = find(browser, sign_in_id)
    check_status(sign_in, "needs_second_factor", call.now)
    code = send_second_factor_code(browser, user_of(call.store, sign_in))
    return resource(browser, prepare_second_factor(call.store, sign_in, code, call.now))


def send_second_factor_code(browser: Browser, user: User) -> Verification:
    """Send a code to a phone number that is a second factor, and return its verification."""
    call = browser.call
    if call.field("strategy") != "phone_code":
        raise unknown_strategy("phone_code")
    factors = second_factors(call.store, user)
    factor = find_factor(factors, "phone_code", call.field("phone_number_id"))
    name = call.settings.application_name
    return send_code(call.store, "phone_code", str(factor["safe_identifier"]), name, call.now)


def _attempt(browser: Browser, sign_in_id: str) -> JsonObject | HttpResponse:
    call = browser.call
    sign_in = find(browser, sign_in_id)
    check_status(sign_in, "needs_second_factor", call.now)
    user = user_of(call.store, sign_in)
    verification = attempt_second_factor(browser, user, sign_in.second_factor_id)
    error = code_error(verification)
    if error:
        # Not raised: the attempt counts.
        return error_response(error)
    sign_in = pass_second_factor(call.store, sign_in, verification, call.now)
    return resource(browser, complete_if_ready(browser, sign_in))


def attempt_second_factor(browser: Browser, user: User, prepared_id: str | None) -> Verification:
    """Return the verification after an attempt with the code of the call.

    A wrong code of a text message raises no error here, so that the attempt is stored. Use
    `code_error` afterwards.
    """
    call = browser.call
    strategy = call.field("strategy")
    if strategy not in _STRATEGIES:
        raise unknown_strategy(*_STRATEGIES)
    find_factor(second_factors(call.store, user), strategy, "")
    if strategy == "totp":
        return verify_totp(user, call.field("code"), call.now)
    if strategy == "backup_code":
        return verify_backup_code(call.store, user, call.field("code"), call.now)
    prepared = find_verification(call.store, prepared_id)
    return attempt_code(call.store, prepared, call.field("code"), call.now)


_ONE = "/v1/client/sign_ins/<sign_in_id>"

ROUTES: tuple[Route, ...] = (
    ("POST", f"{_ONE}/prepare_second_factor", for_browser(_prepare)),
    ("POST", f"{_ONE}/attempt_second_factor", for_browser(_attempt)),
)
