"""Change a user's own account: email addresses, password and deletion.

It must not know HTTP.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._domain.errors import (
    ForbiddenError,
    InvalidStateError,
    InvalidValueError,
    not_found,
    taken,
)
from clerk_core.local._domain.images import delete_image
from clerk_core.local._domain.machine_tokens import delete_tokens_of
from clerk_core.local._domain.sessions import end_session, revoke_sessions, status_of
from clerk_core.local._domain.users import (
    check_password,
    email_addresses_of,
    has_password,
    is_email_address,
    is_verified,
    with_password,
)
from clerk_core.local._domain.verifications import unverified
from clerk_core.local._storage.rows import EmailAddress, Session, User, new_id
from clerk_core.local._storage.store import Store


def add_email_address(store: Store, user: User, address: str, now: int) -> EmailAddress:
    """Store and return an email address that the user has to verify.

    Raises:
        InvalidValueError: The address is invalid, or another user has it.
    """
    if not is_email_address(address):
        raise InvalidValueError(
            "form_param_format_invalid",
            "email_address must be a valid email address.",
            parameter="email_address",
        )
    if store.one(EmailAddress, email_address=address) is not None:
        raise taken("email_address")
    verification = unverified("email_code", now)
    store.put(verification)
    email = EmailAddress(
        id=new_id("idn"),
        user_id=user.id,
        email_address=address,
        verification_id=verification.id,
        created_at=now,
    )
    store.put(email)
    return email


def find_email_address(store: Store, user: User, email_id: str) -> EmailAddress:
    """Return the email address of this user with this id, or raise `NotFoundError`."""
    email = store.one(EmailAddress, id=email_id, user_id=user.id)
    if email is None:
        raise not_found("Email address", email_id)
    return email


def delete_email_address(store: Store, user: User, email: EmailAddress) -> None:
    """Delete an email address; if it was the primary one, another verified one becomes primary.

    Raises:
        ForbiddenError: The user has no other verified email address.
    """
    others = [one for one in email_addresses_of(store, user) if one.id != email.id]
    verified = [one for one in others if is_verified(store, one.verification_id)]
    if not verified:
        raise ForbiddenError(
            "last_required_identification_deletion_failed",
            "You must have at least one verified email address.",
        )
    if user.primary_email_address_id == email.id:
        store.put(replace(user, primary_email_address_id=verified[0].id))
    store.remove(email)


def set_primary_email_address(store: Store, user: User, email_id: str) -> User:
    """Return the user with another primary email address; do not store it.

    Raises:
        InvalidStateError: The email address is not verified.
    """
    email = find_email_address(store, user, email_id)
    if not is_verified(store, email.verification_id):
        raise InvalidStateError(
            "primary_identification_not_verified", "Verify the email address first."
        )
    return replace(user, primary_email_address_id=email.id)


def check_current_password(user: User, password: str | None) -> None:
    """Raise `InvalidValueError` if a password is given and is not that of the user."""
    if password is not None and not has_password(user, password):
        raise InvalidValueError(
            "form_password_incorrect",
            "Password is incorrect. Try again, or use another method.",
            parameter="current_password",
        )


def change_password(store: Store, user: User, password: str, now: int) -> User:
    """Store and return the user with a new password.

    Raises:
        InvalidValueError: The password is too short.
    """
    check_password(password)
    user = with_password(replace(user, updated_at=now), password, now)
    store.put(user)
    return user


def end_other_sessions(store: Store, user: User, kept_id: str, now: int) -> None:
    """Revoke all active sessions of the user except one."""
    for session in store.all(Session, user_id=user.id):
        if session.id != kept_id and status_of(session, now) == "active":
            end_session(store, session, now, "revoked")


def delete_user(store: Store, user: User, now: int) -> None:
    """Delete a user and all objects that belong to it."""
    revoke_sessions(store, user, now)
    delete_tokens_of(store, user.id)
    delete_image(store, user.image_id)
    store.remove(user)
