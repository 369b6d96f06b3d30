"""Sign users in: identify the user, verify factors and start a session.

It must not know HTTP, or how a factor is verified.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._domain.errors import InvalidStateError, InvalidValueError, not_found
from clerk_core.local._domain.second_factors import second_factors
from clerk_core.local._domain.sessions import (
    change_client,
    find_client_by_id,
    start_session,
    with_actor,
)
from clerk_core.local._domain.users import (
    check_can_sign_in,
    check_password,
    find_by_identifier,
    find_user,
    with_password,
)
from clerk_core.local._storage.rows import (
    Client,
    Session,
    SignIn,
    SignInToken,
    User,
    Verification,
    new_id,
)
from clerk_core.local._storage.store import Store

_ABANDON_LIFETIME = 24 * 60 * 60 * 1000


def new_sign_in(store: Store, client: Client, now: int) -> SignIn:
    """Store and return a new attempt; it replaces the one of this client that is in progress."""
    for previous in store.all(SignIn, client_id=client.id):
        store.remove(previous)
    sign_in = SignIn(
        id=new_id("sia"),
        client_id=client.id,
        created_at=now,
        updated_at=now,
        abandon_at=now + _ABANDON_LIFETIME,
    )
    store.put(sign_in)
    change_client(store, client.id, sign_in_id=sign_in.id)
    return sign_in


def find_sign_in(store: Store, client_id: str, sign_in_id: str) -> SignIn:
    """Return the attempt of this client with this id, or raise `NotFoundError`."""
    sign_in = store.one(SignIn, id=sign_in_id, client_id=client_id)
    if sign_in is None:
        raise not_found("Sign-in", sign_in_id)
    return sign_in


def status_of(sign_in: SignIn, now: int) -> str:
    """Return the status of an attempt at this time; attempts in progress are abandoned."""
    is_over = sign_in.status != "complete" and sign_in.abandon_at <= now
    return "abandoned" if is_over else sign_in.status


def identify(store: Store, sign_in: SignIn, identifier: str, now: int) -> SignIn:
    """Return the attempt of the user with this email address, phone number or username.

    Raises:
        InvalidValueError: There is no such user.
        ForbiddenError: The user is banned or locked.
    """
    user = find_by_identifier(store, identifier)
    if user is None:
        raise InvalidValueError(
            "form_identifier_not_found", "Couldn't find your account.", parameter="identifier"
        )
    return of_user(store, replace(sign_in, identifier=identifier.strip()), user, now)


def of_user(store: Store, sign_in: SignIn, user: User, now: int) -> SignIn:
    """Store and return the attempt of a user, who may sign in."""
    check_can_sign_in(user, now)
    sign_in = replace(sign_in, user_id=user.id, status="needs_first_factor", updated_at=now)
    store.put(sign_in)
    return sign_in


def user_of(store: Store, sign_in: SignIn) -> User:
    """Return the user who signs in.

    Raises:
        InvalidStateError: The user is not identified yet.
    """
    if sign_in.user_id is None:
        raise InvalidStateError(
            "sign_in_no_identification_for_user", "The sign-in has no identifier yet."
        )
    return find_user(store, sign_in.user_id)


def prepare_first_factor(
    store: Store, sign_in: SignIn, verification: Verification, now: int
) -> SignIn:
    """Store and return the attempt with a verification of its first factor in progress."""
    check_status(sign_in, "needs_first_factor", now)
    prepared = replace(sign_in, first_factor_id=verification.id, updated_at=now)
    store.put(prepared)
    return prepared


def pass_first_factor(
    store: Store,
    sign_in: SignIn,
    verification: Verification,
    now: int,
    *,
    is_sufficient: bool = False,
) -> SignIn:
    """Store and return the attempt after its first factor was verified.

    The status is the next step, or `complete`.

    Args:
        store: The store.
        sign_in: The attempt.
        verification: The verification of the first factor.
        now: The current time in Unix milliseconds.
        is_sufficient: Require no second factor, because the application itself signs the user in.
    """
    check_status(sign_in, "needs_first_factor", now)
    store.put(verification)
    if verification.strategy.startswith("reset_password"):
        status = "needs_new_password"
    elif is_sufficient:
        status = "complete"
    else:
        status = _after_first_factor(store, sign_in)
    passed = replace(sign_in, first_factor_id=verification.id, status=status, updated_at=now)
    store.put(passed)
    return passed


def _after_first_factor(store: Store, sign_in: SignIn) -> str:
    is_enabled = second_factors(store, user_of(store, sign_in))
    return "needs_second_factor" if is_enabled else "complete"


def prepare_second_factor(
    store: Store, sign_in: SignIn, verification: Verification, now: int
) -> SignIn:
    """Store and return the attempt with a verification of its second factor in progress."""
    check_status(sign_in, "needs_second_factor", now)
    prepared = replace(sign_in, second_factor_id=verification.id, updated_at=now)
    store.put(prepared)
    return prepared


def pass_second_factor(
    store: Store, sign_in: SignIn, verification: Verification, now: int
) -> SignIn:
    """Store and return the attempt after its second factor was verified."""
    check_status(sign_in, "needs_second_factor", now)
    store.put(verification)
    passed = replace(sign_in, second_factor_id=verification.id, status="complete", updated_at=now)
    store.put(passed)
    return passed


def pass_new_password(store: Store, sign_in: SignIn, password: str, now: int) -> SignIn:
    """Set the new password, and store and return the attempt.

    Raises:
        InvalidStateError: The attempt did not prove the email address.
        InvalidValueError: The password is too short.
    """
    check_status(sign_in, "needs_new_password", now)
    check_password(password)
    user = user_of(store, sign_in)
    store.put(with_password(replace(user, updated_at=now), password, now))
    status = _after_first_factor(store, sign_in)
    passed = replace(sign_in, status=status, updated_at=now)
    store.put(passed)
    return passed


def check_status(sign_in: SignIn, expected: str, now: int) -> None:
    """Raise `InvalidStateError` if the attempt is not at this step."""
    status = status_of(sign_in, now)
    if status != expected:
        raise InvalidStateError(
            "sign_in_wrong_state",
            f"The status of the sign-in is {status}. This requires {expected}.",
        )


def complete(
    store: Store,
    sign_in: SignIn,
    now: int,
    *,
    strategy: str,
    user_agent: str,
    multi_session: bool,
    keep_in_client: bool = False,
) -> Session:
    """Start and return the session of an attempt whose factors are verified.

    Args:
        store: The store.
        sign_in: The attempt.
        now: The current time in Unix milliseconds.
        strategy: The strategy of the first factor.
        user_agent: The `User-Agent` header of the browser.
        multi_session: Keep the other sessions of the browser.
        keep_in_client: Show the attempt in the client until the session is activated.

    Raises:
        ForbiddenError: The user was banned or locked in between.
    """
    user = user_of(store, sign_in)
    check_can_sign_in(user, now)
    session = start_session(
        store,
        user,
        find_client_by_id(store, sign_in.client_id),
        now,
        sign_in.organization_id,
        user_agent=user_agent,
        keep_others=multi_session,
    )
    token_id = sign_in.sign_in_token_id
    token = store.one(SignInToken, id=token_id) if token_id else None
    session = with_actor(store, session, token, now)
    if sign_in.second_factor_id is not None:
        session = replace(session, second_factor_at=now)
        store.put(session)
    store.put(replace(sign_in, status="complete", created_session_id=session.id, updated_at=now))
    change_client(
        store,
        sign_in.client_id,
        last_authentication_strategy=strategy,
        sign_in_id=sign_in.id if keep_in_client else None,
    )
    return session
