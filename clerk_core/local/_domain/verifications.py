"""Verify that a user knows a password, received a code or has a ticket.

It must not know HTTP, or what a verification is for.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import replace

from clerk_core.local._domain.errors import (
    DomainError,
    InvalidStateError,
    InvalidValueError,
    not_found,
)
from clerk_core.local._domain.messages import send
from clerk_core.local._domain.users import has_password
from clerk_core.local._storage.rows import User, Verification, new_id
from clerk_core.local._storage.store import Store

TEST_CODE = "424242"
"""The code for test addresses and test numbers, as in Clerk's development instances."""

_LIFETIME = 10 * 60 * 1000
_MAX_ATTEMPTS = 5
_TEST_EMAIL = re.compile(r"[^@]*\+clerk_test[^@]*@.+", re.IGNORECASE)
_TEST_NUMBER = re.compile(r"\+1\d{3}55501\d{2}")


def verified(strategy: str, now: int) -> Verification:
    """Return a successful verification; do not store it."""
    return Verification(
        id=new_id("ver"), strategy=strategy, status="verified", attempts=1, created_at=now
    )


def unverified(strategy: str, now: int) -> Verification:
    """Return a verification for which nothing was sent yet; do not store it."""
    return Verification(id=new_id("ver"), strategy=strategy, created_at=now)


def verify_password(user: User, password: str, now: int) -> Verification:
    """Return the verification of the password of a user; do not store it.

    Raises:
        InvalidStateError: The user has no password.
        InvalidValueError: The password is wrong.
    """
    if user.password_hash is None:
        raise InvalidStateError(
            "strategy_for_user_invalid",
            "The verification strategy is not valid for this account.",
            "The user has no password.",
        )
    if not has_password(user, password):
        raise InvalidValueError(
            "form_password_incorrect",
            "Password is incorrect. Try again, or use another method.",
            parameter="password",
        )
    return verified("password", now)


def send_code(
    store: Store, strategy: str, recipient: str, application_name: str, now: int
) -> Verification:
    """Send a code, and store and return its verification.

    Args:
        store: The store.
        strategy: The strategy, such as `email_code`.
        recipient: An email address or a phone number.
        application_name: The name of the application in the message.
        now: The current time in Unix milliseconds.
    """
    code = TEST_CODE if is_test_recipient(recipient) else f"{secrets.randbelow(10**6):06}"
    verification = Verification(
        id=new_id("ver"),
        strategy=strategy,
        code=code,
        expire_at=now + _LIFETIME,
        created_at=now,
    )
    store.put(verification)
    is_reset = strategy.startswith("reset_password")
    purpose = "reset password code" if is_reset else "verification code"
    subject = f"{code} is your {application_name} {purpose}"
    body = f"Your {purpose} for {application_name} is {code}. It is valid for 10 minutes."
    send(store, recipient, subject, body, now, code=code)
    return verification


def is_test_recipient(recipient: str) -> bool:
    """Return whether this is a test address or number of Clerk, whose code is always 424242."""
    return bool(_TEST_EMAIL.fullmatch(recipient) or _TEST_NUMBER.fullmatch(recipient))


def find_verification(store: Store, verification_id: str | None) -> Verification:
    """Return the verification with this id.

    Raises:
        InvalidStateError: There is no verification yet.
    """
    if verification_id is None:
        raise InvalidStateError(
            "verification_missing", "There is no verification to attempt. Prepare it first."
        )
    verification = store.one(Verification, id=verification_id)
    if verification is None:
        raise not_found("Verification", verification_id)
    return verification


def status_of(verification: Verification, now: int) -> str:
    """Return the status of a verification at this time; those in progress expire."""
    is_over = verification.expire_at is not None and verification.expire_at <= now
    return "expired" if verification.status == "unverified" and is_over else verification.status


def attempt_code(store: Store, verification: Verification, code: str, now: int) -> Verification:
    """Store and return the verification after an attempt with this code.

    A wrong code raises no error here, so that the attempt is stored. Use `code_error` afterwards.

    Raises:
        InvalidStateError: The verification has expired, failed or succeeded before.
    """
    status = status_of(verification, now)
    if status != "unverified":
        raise _STATE_ERRORS[status]()
    attempts = verification.attempts + 1
    is_right = hmac.compare_digest((verification.code or "").encode(), code.strip().encode())
    if is_right and verification.code:
        status = "verified"
    elif attempts >= _MAX_ATTEMPTS:
        status = "failed"
    verification = replace(verification, status=status, attempts=attempts)
    store.put(verification)
    return verification


def code_error(verification: Verification) -> DomainError | None:
    """Return the error of an attempt that did not succeed, or None."""
    if verification.status == "verified":
        return None
    if verification.status == "failed":
        return _failed()
    return InvalidValueError("form_code_incorrect", "Incorrect code", parameter="code")


def _failed() -> InvalidStateError:
    return InvalidStateError(
        "verification_failed", "Too many failed attempts. Request a new code and try again."
    )


def _expired() -> InvalidStateError:
    return InvalidStateError(
        "verification_expired", "This verification has expired. Request a new code."
    )


def _already_verified() -> InvalidStateError:
    return InvalidStateError(
        "verification_already_verified", "This verification has already been verified."
    )


_STATE_ERRORS = {"failed": _failed, "expired": _expired, "verified": _already_verified}
