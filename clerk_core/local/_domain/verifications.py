"""Verifications: proofs that a user knows a password or received a code.

It must not know HTTP, or what a verification is for.
"""

from __future__ import annotations

from clerk_core.local._domain.errors import InvalidStateError, InvalidValueError
from clerk_core.local._domain.users import has_password
from clerk_core.local._storage.rows import User, Verification, new_id


def verified(strategy: str, now: int) -> Verification:
    """Return a successful verification; do not store it."""
    return Verification(
        id=new_id("ver"), strategy=strategy, status="verified", attempts=1, created_at=now
    )


def verify_password(user: User, password: str, now: int) -> Verification:
    """Return the verification of the password of a user; do not store it.

    Raises:
        InvalidStateError: The user has no password.
        InvalidValueError: It is another password.
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
