"""Add, change and delete the phone numbers of users.

It must not know HTTP, or how a number is verified.
"""

from __future__ import annotations

import re
from dataclasses import replace

from clerk_core.local._domain.errors import (
    ForbiddenError,
    InvalidStateError,
    InvalidValueError,
    not_found,
    taken,
)
from clerk_core.local._domain.users import is_verified, phone_numbers_of, verified_addresses_of
from clerk_core.local._storage.rows import PhoneNumber, User, new_id
from clerk_core.local._storage.store import Store

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_SEPARATORS = re.compile(r"[\s().-]")


def normalized(number: str) -> str:
    """Return a phone number in the format E.164.

    Raises:
        InvalidValueError: It is not a phone number with a country code.
    """
    bare = _SEPARATORS.sub("", number)
    if not _NUMBER.fullmatch(bare):
        raise InvalidValueError(
            "form_param_format_invalid",
            "phone_number must be a valid phone number with a country code, such as +15555550100.",
            parameter="phone_number",
        )
    return bare


def check_is_free(store: Store, number: str) -> None:
    """Raise `InvalidValueError` if a user has this phone number."""
    if store.one(PhoneNumber, phone_number=number) is not None:
        raise taken("phone_number")


def add_phone_number(
    store: Store, user: User, number: str, verification_id: str | None, now: int
) -> PhoneNumber:
    """Store and return a phone number; the first verified one becomes the primary one.

    Raises:
        InvalidValueError: The number is invalid, or a user has it.
    """
    number = normalized(number)
    check_is_free(store, number)
    phone = PhoneNumber(
        id=new_id("idn"),
        user_id=user.id,
        phone_number=number,
        verification_id=verification_id,
        created_at=now,
    )
    store.put(phone)
    make_primary_if_first(store, phone)
    return phone


def make_primary_if_first(store: Store, phone: PhoneNumber) -> None:
    """Store a verified number as the primary one of its user, unless the user has one."""
    user = store.one(User, id=phone.user_id)
    if user and not user.primary_phone_number_id and is_verified(store, phone.verification_id):
        store.put(replace(user, primary_phone_number_id=phone.id))


def find_phone_number(store: Store, user: User, phone_id: str) -> PhoneNumber:
    """Return the phone number of this user with this id, or raise `NotFoundError`."""
    phone = store.one(PhoneNumber, id=phone_id, user_id=user.id)
    if phone is None:
        raise not_found("Phone number", phone_id)
    return phone


def delete_phone_number(store: Store, user: User, phone: PhoneNumber) -> None:
    """Delete a phone number; if it was the primary one, another verified one becomes primary.

    Raises:
        ForbiddenError: The user could not sign in any more.
    """
    others = [one for one in phone_numbers_of(store, user) if one.id != phone.id]
    verified = [one for one in others if is_verified(store, one.verification_id)]
    if not (verified or user.username or verified_addresses_of(store, user)):
        raise ForbiddenError(
            "last_required_identification_deletion_failed",
            "You must have at least one verified phone number.",
        )
    if user.primary_phone_number_id == phone.id:
        primary = verified[0].id if verified else None
        store.put(replace(user, primary_phone_number_id=primary))
    store.remove(phone)


def set_primary_phone_number(store: Store, user: User, phone_id: str) -> User:
    """Return the user with another primary phone number; do not store it.

    Raises:
        InvalidStateError: The phone number is not verified.
    """
    phone = find_phone_number(store, user, phone_id)
    check_is_verified(store, phone)
    return replace(user, primary_phone_number_id=phone.id)


def check_is_verified(store: Store, phone: PhoneNumber) -> None:
    """Raise `InvalidStateError` if the phone number is not verified."""
    if not is_verified(store, phone.verification_id):
        raise InvalidStateError(
            "primary_identification_not_verified", "Verify the phone number first."
        )
