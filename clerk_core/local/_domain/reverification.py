"""Verify a signed-in user again before a sensitive change.

It must not know HTTP.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._domain.errors import ForbiddenError, InvalidStateError
from clerk_core.local._storage.rows import Session, Verification, new_id
from clerk_core.local._storage.store import Store

_MAX_AGE = 10 * 60 * 1000
_STRATEGY = "reverification"


def check_recent(session: Session, now: int) -> None:
    """Raise `ForbiddenError` if the session was verified more than ten minutes ago."""
    if now - max(session.first_factor_at, session.second_factor_at or 0) >= _MAX_AGE:
        raise ForbiddenError(
            "session_reverification_required",
            "You need to provide additional verification to perform this operation.",
        )


def start(store: Store, session: Session, level: str, now: int) -> Verification:
    """Start to verify a session again, at a level such as `first_factor`; return the attempt."""
    attempt = Verification(
        id=new_id("ver"), strategy=_STRATEGY, data={"level": level}, created_at=now
    )
    store.put(attempt)
    store.put(replace(session, reverification_id=attempt.id))
    return attempt


def attempt_of(store: Store, session: Session) -> Verification:
    """Return the attempt that verifies the session again.

    Raises:
        InvalidStateError: There is no attempt.
    """
    found = None
    if session.reverification_id is not None:
        found = store.one(Verification, id=session.reverification_id)
    if found is None:
        raise InvalidStateError(
            "reverification_missing", "There is no reverification. Start one first."
        )
    return found


def with_data(store: Store, attempt: Verification, **data: object) -> Verification:
    """Store and return the attempt with further data."""
    attempt = replace(attempt, data={**attempt.data, **data})
    store.put(attempt)
    return attempt


def pass_first_factor(store: Store, session: Session, now: int) -> Session:
    """Store and return the session after its first factor was verified again."""
    session = replace(session, first_factor_at=now)
    store.put(session)
    return session


def pass_second_factor(store: Store, session: Session, now: int) -> Session:
    """Store and return the session after its second factor was verified again."""
    session = replace(session, second_factor_at=now)
    store.put(session)
    return session
