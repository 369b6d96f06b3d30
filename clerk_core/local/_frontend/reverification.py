"""Verify the user of a session again.

It must not know what the verification allows.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._api.verification_resource import verification_resource
from clerk_core.local._call import Route
from clerk_core.local._domain.first_factors import find_factor, first_factors
from clerk_core.local._domain.reverification import (
    attempt_of,
    pass_first_factor,
    pass_second_factor,
    start,
    with_data,
)
from clerk_core.local._domain.second_factors import second_factors
from clerk_core.local._domain.users import find_user
from clerk_core.local._domain.verifications import (
    attempt_code,
    code_error,
    find_verification,
    send_code,
    verify_password,
)
from clerk_core.local._frontend.browser import Browser, for_browser
from clerk_core.local._frontend.client_resource import session_resource
from clerk_core.local._frontend.sign_in_second_factor import (
    attempt_second_factor,
    send_second_factor_code,
)
from clerk_core.local._responses import error_response, invalid_parameter
from clerk_core.local._storage.rows import JsonObject, Session, Verification

_LEVELS = ("first_factor", "second_factor", "multi_factor")
_CODES = ("email_code", "phone_code")
_STRATEGIES = ("password", *_CODES)


def _start(browser: Browser, session_id: str) -> JsonObject:
    call = browser.call
    level = call.field("level") or "first_factor"
    if level not in _LEVELS:
        raise invalid_parameter("level", f"one of {', '.join(_LEVELS)}")
    session = browser.session(session_id)
    attempt = start(call.store, session, level, call.now)
    has_second_factor = second_factors(call.store, find_user(call.store, session.user_id))
    is_second = level == "second_factor" and has_second_factor
    status = "needs_second_factor" if is_second else "needs_first_factor"
    return _resource(browser, session, attempt, status)


def _prepare_first_factor(browser: Browser, session_id: str) -> JsonObject:
    call = browser.call
    session = browser.session(session_id)
    attempt = attempt_of(call.store, session)
    strategy = call.field("strategy")
    if strategy not in _CODES:
        raise invalid_parameter("strategy", f"one of {', '.join(_CODES)}")
    factors = first_factors(call.store, find_user(call.store, session.user_id))
    named = call.field("email_address_id") or call.field("phone_number_id")
    recipient = str(find_factor(factors, strategy, named)["safe_identifier"])
    code = send_code(call.store, strategy, recipient, call.settings.application_name, call.now)
    attempt = with_data(call.store, attempt, first_factor_id=code.id)
    return _resource(browser, session, attempt, "needs_first_factor")


def _attempt_first_factor(browser: Browser, session_id: str) -> JsonObject | HttpResponse:
    call = browser.call
    session = browser.session(session_id)
    attempt = attempt_of(call.store, session)
    strategy = call.field("strategy")
    if strategy not in _STRATEGIES:
        raise invalid_parameter("strategy", f"one of {', '.join(_STRATEGIES)}")
    if strategy == "password":
        user = find_user(call.store, session.user_id)
        verification = verify_password(user, call.field("password"), call.now)
        call.store.put(verification)
        attempt = with_data(call.store, attempt, first_factor_id=verification.id)
    else:
        prepared = find_verification(call.store, _factor_id(attempt, "first"))
        error = code_error(attempt_code(call.store, prepared, call.field("code"), call.now))
        if error:
            # Not raised: the attempt counts.
            return error_response(error)
    session = pass_first_factor(call.store, session, call.now)
    has_second_factor = second_factors(call.store, find_user(call.store, session.user_id))
    is_half = attempt.data["level"] == "multi_factor" and has_second_factor
    status = "needs_second_factor" if is_half else "complete"
    return _resource(browser, session, attempt, status)


def _prepare_second_factor(browser: Browser, session_id: str) -> JsonObject:
    call = browser.call
    session = browser.session(session_id)
    attempt = attempt_of(call.store, session)
    code = send_second_factor_code(browser, find_user(call.store, session.user_id))
    attempt = with_data(call.store, attempt, second_factor_id=code.id)
    return _resource(browser, session, attempt, "needs_second_factor")


def _attempt_second_factor(browser: Browser, session_id: str) -> JsonObject | HttpResponse:
    call = browser.call
    session = browser.session(session_id)
    attempt = attempt_of(call.store, session)
    user = find_user(call.store, session.user_id)
    verification = attempt_second_factor(browser, user, _factor_id(attempt, "second"))
    error = code_error(verification)
    if error:
        # Not raised: the attempt counts.
        return error_response(error)
    call.store.put(verification)
    attempt = with_data(call.store, attempt, second_factor_id=verification.id)
    session = pass_second_factor(call.store, session, call.now)
    return _resource(browser, session, attempt, "complete")


def _factor_id(attempt: Verification, factor: str) -> str | None:
    found = attempt.data.get(f"{factor}_factor_id")
    return found if isinstance(found, str) else None


def _resource(browser: Browser, session: Session, attempt: Verification, status: str) -> JsonObject:
    call = browser.call
    user = find_user(call.store, session.user_id)
    factors = first_factors(call.store, user)
    return {
        "object": "session_reverification",
        "status": status,
        "level": attempt.data["level"],
        "supported_first_factors": [one for one in factors if one["strategy"] in _STRATEGIES],
        "supported_second_factors": second_factors(call.store, user) or None,
        "first_factor_verification": verification_resource(call, _factor_id(attempt, "first")),
        "second_factor_verification": verification_resource(call, _factor_id(attempt, "second")),
        "session": session_resource(call, session),
    }


_ONE = "/v1/client/sessions/<session_id>/verify"

ROUTES: tuple[Route, ...] = (
    ("POST", _ONE, for_browser(_start)),
    ("POST", f"{_ONE}/prepare_first_factor", for_browser(_prepare_first_factor)),
    ("POST", f"{_ONE}/attempt_first_factor", for_browser(_attempt_first_factor)),
    ("POST", f"{_ONE}/prepare_second_factor", for_browser(_prepare_second_factor)),
    ("POST", f"{_ONE}/attempt_second_factor", for_browser(_attempt_second_factor)),
)
