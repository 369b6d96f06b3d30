"""Create and change users, and check their passwords.

Uniqueness is checked here, so that the error names the parameter. It must not know HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

from clerk_core.local._domain.errors import ForbiddenError, InvalidValueError, not_found, taken
from clerk_core.local._storage.rows import EmailAddress, PhoneNumber, User, Verification, new_id
from clerk_core.local._storage.store import Store

MIN_PASSWORD_LENGTH = 8


def create_user(store: Store, user: User, email_addresses: Sequence[str]) -> User:
    """Store and return a new user; the first email address becomes the primary one.

    Raises:
        InvalidValueError: Another user has the username, external id or an address.
    """
    save_user(store, user)
    for position, address in enumerate(email_addresses):
        if store.one(EmailAddress, email_address=address) is not None:
            raise taken("email_address")
        email = EmailAddress(
            id=new_id("idn"),
            user_id=user.id,
            email_address=address,
            created_at=user.created_at,
        )
        store.put(email)
        if position == 0:
            user = replace(user, primary_email_address_id=email.id)
    store.put(user)
    return user


def save_user(store: Store, user: User) -> None:
    """Store a user.

    Raises:
        InvalidValueError: Another user has the username or external id.
    """
    for name, value in (("username", user.username), ("external_id", user.external_id)):
        other = store.one(User, **{name: value}) if value is not None else None
        if other is not None and other.id != user.id:
            raise taken(name)
    store.put(user)


def find_user(store: Store, user_id: str) -> User:
    """Return the user with this id, or raise `NotFoundError`."""
    user = store.one(User, id=user_id)
    if user is None:
        raise not_found("User", user_id)
    return user


def with_password(user: User, password: str, now: int) -> User:
    """Return a copy of the user with a new password."""
    return replace(
        user,
        password_hash=generate_password_hash(password),
        seed_password=None,
        password_updated_at=now,
        password_compromised_at=None,
    )


def check_password(password: str) -> None:
    """Raise `InvalidValueError` if a new password is too short."""
    if len(password) < MIN_PASSWORD_LENGTH:
        raise InvalidValueError(
            "form_password_length_too_short",
            f"Passwords must have at least {MIN_PASSWORD_LENGTH} characters.",
            parameter="password",
        )


def is_verified(store: Store, verification_id: str | None) -> bool:
    """Return whether a verification succeeded; True without one, for objects of administrators."""
    found = store.one(Verification, id=verification_id) if verification_id else None
    return verification_id is None or (found is not None and found.status == "verified")


def is_email_address(address: str) -> bool:
    """Return whether a string is a syntactically valid email address."""
    local, at, domain = address.rpartition("@")
    return bool(local and at and domain) and not any(letter.isspace() for letter in address)


def has_password(user: User, password: str) -> bool:
    """Return whether this is the password of the user."""
    return user.password_hash is not None and check_password_hash(user.password_hash, password)


def find_by_password(store: Store, email_address: str, password: str) -> User | None:
    """Return the user with this email address and password, or None.

    An unknown address takes as long as a wrong password, so the timing does not reveal which
    addresses exist.
    """
    user = find_by_email_address(store, email_address.strip())
    password_hash = user.password_hash if user else None
    matches = check_password_hash(password_hash or _dummy_hash(), password)
    return user if password_hash and matches else None


def find_by_identifier(store: Store, identifier: str) -> User | None:
    """Return the user with this verified email address or phone number, or username, or None."""
    text = identifier.strip()
    found = find_by_email_address(store, text) or _find_by_phone_number(store, text)
    return found or (store.one(User, username=text) if text else None)


def _find_by_phone_number(store: Store, number: str) -> User | None:
    phone = store.one(PhoneNumber, phone_number=re.sub(r"[\s().-]", "", number))
    if phone is None or not is_verified(store, phone.verification_id):
        return None
    return store.one(User, id=phone.user_id)


def find_by_email_address(store: Store, address: str) -> User | None:
    """Return the user with this verified email address, or None."""
    email = store.one(EmailAddress, email_address=address)
    if email is None or not is_verified(store, email.verification_id):
        return None
    return store.one(User, id=email.user_id)


@cache
def _dummy_hash() -> str:
    return generate_password_hash(new_id("nobody"))


def email_addresses_of(store: Store, user: User) -> list[EmailAddress]:
    """Return the email addresses of the user, oldest first."""
    return store.all(EmailAddress, user_id=user.id)


def phone_numbers_of(store: Store, user: User) -> list[PhoneNumber]:
    """Return the phone numbers of the user, oldest first."""
    return store.all(PhoneNumber, user_id=user.id)


def is_locked(user: User, now: int) -> bool:
    """Return whether the user is locked at `now`, in Unix milliseconds."""
    return user.locked_until is not None and user.locked_until > now


def check_can_sign_in(user: User, now: int) -> None:
    """Raise `ForbiddenError` if the user is banned or locked."""
    if user.banned:
        raise ForbiddenError("user_banned", "This user is banned.")
    if is_locked(user, now):
        raise ForbiddenError("user_locked", "This user is locked. Try again later.")


def verified_addresses_of(store: Store, user: User) -> list[str]:
    """Return the verified email addresses of the user, in lower case, oldest first."""
    return [
        email.email_address.casefold()
        for email in email_addresses_of(store, user)
        if is_verified(store, email.verification_id)
    ]
