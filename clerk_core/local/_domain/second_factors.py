"""Enable, verify and disable second factors: authenticator apps, backup codes, text messages.

It must not know HTTP, or what a second factor is required for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import string
from dataclasses import replace
from urllib.parse import quote

from clerk_core.local._domain.errors import InvalidStateError, InvalidValueError
from clerk_core.local._domain.users import is_verified, phone_numbers_of
from clerk_core.local._domain.verifications import verified
from clerk_core.local._storage.rows import JsonObject, PhoneNumber, User, Verification
from clerk_core.local._storage.store import Store

_PERIOD = 30
_DIGITS = 6
_CODES = 10
_CODE_LENGTH = 8


def totp_code(secret: str, now: int) -> str:
    """Return the code that an authenticator app shows at this time (RFC 6238)."""
    return _totp(secret, now // 1000 // _PERIOD)


def _totp(secret: str, step: int) -> str:
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def totp_uri(secret: str, application_name: str, account: str) -> str:
    """Return the URI that an authenticator app reads from a QR code."""
    label = quote(f"{application_name}:{account}")
    issuer = quote(application_name)
    return f"otpauth://totp/{label}?secret={secret}&issuer={issuer}&period={_PERIOD}"


def start_totp(store: Store, user: User, now: int) -> User:
    """Store and return the user with a new secret, which has to be verified.

    Raises:
        InvalidStateError: The user has an authenticator app already.
    """
    if user.totp_verified:
        raise InvalidStateError(
            "totp_already_enabled", "Two-step verification by authenticator app is already enabled."
        )
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    user = replace(user, totp_secret=secret, updated_at=now)
    store.put(user)
    return user


def verify_totp(user: User, code: str, now: int) -> Verification:
    """Return the verification of a code of an authenticator app; do not store it.

    Raises:
        InvalidStateError: The user has no authenticator app.
        InvalidValueError: The code is wrong.
    """
    if user.totp_secret is None:
        raise InvalidStateError("totp_not_enabled", "The user has no authenticator app.")
    step = now // 1000 // _PERIOD
    expected = [_totp(user.totp_secret, step + shift) for shift in (-1, 0, 1)]
    # All are compared, so that the time does not depend on which one matches.
    matches = [hmac.compare_digest(one.encode(), code.strip().encode()) for one in expected]
    if not any(matches):
        raise InvalidValueError("form_code_incorrect", "Incorrect code", parameter="code")
    return verified("totp", now)


def enable_totp(store: Store, user: User, now: int) -> User:
    """Store and return the user, whose secret was verified."""
    user = replace(user, totp_verified=True, mfa_enabled_at=now, updated_at=now)
    store.put(user)
    return user


def disable_totp(store: Store, user: User, now: int) -> User:
    """Store and return the user without an authenticator app."""
    return _without(store, replace(user, totp_secret=None, totp_verified=False), now)


def create_backup_codes(store: Store, user: User, now: int) -> tuple[User, list[str]]:
    """Store new backup codes, which replace all others, and return the user and the codes."""
    alphabet = string.ascii_lowercase + string.digits
    codes = ["".join(secrets.choice(alphabet) for _ in range(_CODE_LENGTH)) for _ in range(_CODES)]
    user = replace(user, backup_codes=[hash_of_backup_code(code) for code in codes], updated_at=now)
    store.put(user)
    return user, codes


def delete_backup_codes(store: Store, user: User, now: int) -> User:
    """Store and return the user without backup codes."""
    return _without(store, replace(user, backup_codes=[]), now)


def verify_backup_code(store: Store, user: User, code: str, now: int) -> Verification:
    """Use up a backup code, and return its verification; do not store it.

    Raises:
        InvalidValueError: The code is wrong, or was used before.
    """
    given = hash_of_backup_code(code)
    if given not in user.backup_codes:
        raise InvalidValueError("form_code_incorrect", "Incorrect code", parameter="code")
    left = [one for one in user.backup_codes if one != given]
    store.put(replace(user, backup_codes=left, updated_at=now))
    return verified("backup_code", now)


def hash_of_backup_code(code: str) -> str:
    """Return the hash by which a backup code is stored."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def reserve_phone_number(
    store: Store, phone: PhoneNumber, now: int, *, reserved: bool, default: bool
) -> PhoneNumber:
    """Store and return a phone number that is, or is not, a second factor."""
    user = store.one(User, id=phone.user_id)
    phone = replace(
        phone, reserved_for_second_factor=reserved, default_second_factor=reserved and default
    )
    if user is not None and phone.default_second_factor:
        for other in phone_numbers_of(store, user):
            store.put(replace(other, default_second_factor=False))
    store.put(phone)
    if user is not None and reserved:
        store.put(replace(user, mfa_enabled_at=user.mfa_enabled_at or now))
    elif user is not None:
        _without(store, user, now)
    return phone


def disable_all(store: Store, user: User, now: int) -> User:
    """Store and return the user without any second factor."""
    for phone in phone_numbers_of(store, user):
        store.put(replace(phone, reserved_for_second_factor=False, default_second_factor=False))
    return _without(
        store, replace(user, totp_secret=None, totp_verified=False, backup_codes=[]), now
    )


def _without(store: Store, user: User, now: int) -> User:
    """Store the user after a second factor was removed; backup codes alone are not one."""
    if user.mfa_enabled_at is not None and not is_enabled(store, user):
        user = replace(user, mfa_enabled_at=None, mfa_disabled_at=now, backup_codes=[])
    user = replace(user, updated_at=now)
    store.put(user)
    return user


def is_enabled(store: Store, user: User) -> bool:
    """Return whether the user has to verify a second factor to sign in."""
    return user.totp_verified or bool(_reserved_numbers(store, user))


def _reserved_numbers(store: Store, user: User) -> list[PhoneNumber]:
    return [
        phone
        for phone in phone_numbers_of(store, user)
        if phone.reserved_for_second_factor and is_verified(store, phone.verification_id)
    ]


def second_factors(store: Store, user: User) -> list[JsonObject]:
    """Return the second factors of a user, in Clerk's format; empty if none is required."""
    if not is_enabled(store, user):
        return []
    found: list[JsonObject] = [{"strategy": "totp"}] if user.totp_verified else []
    for phone in _reserved_numbers(store, user):
        factor: JsonObject = {
            "strategy": "phone_code",
            "phone_number_id": phone.id,
            "safe_identifier": phone.phone_number,
            "primary": phone.id == user.primary_phone_number_id,
            "default": phone.default_second_factor,
        }
        found.append(factor)
    return [*found, {"strategy": "backup_code"}] if user.backup_codes else found
