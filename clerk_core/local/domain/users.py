"""Users: made, changed, found by password, and shown as Clerk's user resource.

Uniqueness is checked here, so a refusal names the parameter. It may not know HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

from clerk_core.local.domain.errors import ForbiddenError, not_found, taken
from clerk_core.local.storage.rows import EmailAddress, User, new_id
from clerk_core.local.storage.store import Store


def create_user(store: Store, user: User, email_addresses: Sequence[str]) -> User:
    """Keep a new user; the first address is primary. Raises `InvalidValueError` on a duplicate."""
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
    """Keep the user; raises `InvalidValueError` if another one has its username or external id."""
    for name, value in (("username", user.username), ("external_id", user.external_id)):
        other = store.one(User, **{name: value}) if value is not None else None
        if other is not None and other.id != user.id:
            raise taken(name)
    store.put(user)


def find_user(store: Store, user_id: str) -> User:
    """The user of this id; raises `NotFoundError`."""
    user = store.one(User, id=user_id)
    if user is None:
        raise not_found("User", user_id)
    return user


def with_password(user: User, password: str, now: int) -> User:
    """The user with another password."""
    return replace(
        user,
        password_hash=generate_password_hash(password),
        seed_password=None,
        password_updated_at=now,
    )


def looks_like_email(address: str) -> bool:
    """Whether it can be an email address; whether it is one, only mail would tell."""
    local, at, domain = address.rpartition("@")
    return bool(local and at and domain) and not any(letter.isspace() for letter in address)


def has_password(user: User, password: str) -> bool:
    """Whether this is the user's password."""
    return user.password_hash is not None and check_password_hash(user.password_hash, password)


def find_by_password(store: Store, email_address: str, password: str) -> User | None:
    """The user with this address and password.

    It takes as long for an unknown address as for a wrong password, which tells neither apart.
    """
    email = store.one(EmailAddress, email_address=email_address.strip())
    user = store.one(User, id=email.user_id) if email else None
    kept = user.password_hash if user else None
    matches = check_password_hash(kept or _hash_of_nothing(), password)
    return user if kept and matches else None


@cache
def _hash_of_nothing() -> str:
    return generate_password_hash(new_id("nobody"))


def email_addresses_of(store: Store, user: User) -> list[EmailAddress]:
    """The user's addresses, oldest first."""
    return store.all(EmailAddress, user_id=user.id)


def is_locked(user: User, now: int) -> bool:
    """Whether the user may not sign in for now; `now` is in milliseconds."""
    return user.locked_until is not None and user.locked_until > now


def check_admitted(user: User, now: int) -> None:
    """Raise `ForbiddenError` for a user who may not sign in."""
    if user.banned:
        raise ForbiddenError("user_banned", "This user is banned.")
    if is_locked(user, now):
        raise ForbiddenError("user_locked", "This user is locked for now.")
