"""Sign users up: collect and verify fields, and create the user.

It must not know HTTP.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._domain.errors import ForbiddenError, InvalidValueError, not_found, taken
from clerk_core.local._domain.external_accounts import Profile, connect, profile_of
from clerk_core.local._domain.invitations import accept
from clerk_core.local._domain.phone_numbers import add_phone_number
from clerk_core.local._domain.sessions import change_client, find_client_by_id, start_session
from clerk_core.local._domain.settings import InstanceSettings, Presence
from clerk_core.local._domain.users import create_user, find_user, is_email_address, is_verified
from clerk_core.local._domain.verifications import verified
from clerk_core.local._storage.rows import (
    Client,
    EmailAddress,
    Invitation,
    Session,
    SignUp,
    User,
    Verification,
    new_id,
)
from clerk_core.local._storage.store import Store

_ABANDON_LIFETIME = 24 * 60 * 60 * 1000


def new_sign_up(store: Store, client: Client, now: int) -> SignUp:
    """Store and return a new attempt; it replaces the one of this client that is in progress."""
    for previous in store.all(SignUp, client_id=client.id):
        store.remove(previous)
    sign_up = SignUp(
        id=new_id("sua"),
        client_id=client.id,
        created_at=now,
        updated_at=now,
        abandon_at=now + _ABANDON_LIFETIME,
    )
    store.put(sign_up)
    change_client(store, client.id, sign_up_id=sign_up.id)
    return sign_up


def find_sign_up(store: Store, client_id: str, sign_up_id: str) -> SignUp:
    """Return the attempt of this client with this id, or raise `NotFoundError`."""
    sign_up = store.one(SignUp, id=sign_up_id, client_id=client_id)
    if sign_up is None:
        raise not_found("Sign-up", sign_up_id)
    return sign_up


def status_of(sign_up: SignUp, now: int) -> str:
    """Return the status of an attempt at this time; attempts in progress are abandoned."""
    is_over = sign_up.status != "complete" and sign_up.abandon_at <= now
    return "abandoned" if is_over else sign_up.status


def check_mode(settings: InstanceSettings) -> None:
    """Raise `ForbiddenError` if only invited users can sign up."""
    if settings.sign_up_mode == "waitlist":
        raise ForbiddenError(
            "sign_up_restricted_waitlist",
            "Sign-ups are currently unavailable. Join the waitlist to be notified.",
        )
    if settings.sign_up_mode == "restricted":
        raise ForbiddenError(
            "sign_up_mode_restricted", "You need an invitation to sign up for this application."
        )


def check_email_address(store: Store, address: str) -> None:
    """Raise `InvalidValueError` if the email address is invalid or taken."""
    if not is_email_address(address):
        raise InvalidValueError(
            "form_param_format_invalid",
            "email_address must be a valid email address.",
            parameter="email_address",
        )
    if store.one(EmailAddress, email_address=address) is not None:
        raise taken("email_address")


def check_username(store: Store, username: str) -> None:
    """Raise `InvalidValueError` if another user has this username."""
    if store.one(User, username=username) is not None:
        raise taken("username")


def fields(settings: InstanceSettings, presence: Presence) -> list[str]:
    """Return the names of the fields with this presence."""
    named: dict[str, Presence] = {
        "email_address": settings.email_address,
        "phone_number": settings.phone_number,
        "username": settings.username,
        "password": settings.password,
        "first_name": settings.first_name,
        "last_name": settings.last_name,
    }
    return [name for name, found in named.items() if found == presence]


def missing_fields(store: Store, sign_up: SignUp, settings: InstanceSettings) -> list[str]:
    """Return the names of the required fields that are not given yet.

    Whoever signs up by a provider needs no password.
    """
    verification_id = sign_up.external_verification_id
    is_external = verification_id is not None and is_verified(store, verification_id)
    given = {
        "email_address": sign_up.email_address,
        "phone_number": sign_up.phone_number,
        "username": sign_up.username,
        "password": sign_up.password_hash or is_external,
        "first_name": sign_up.first_name,
        "last_name": sign_up.last_name,
    }
    return [name for name in fields(settings, "required") if not given[name]]


def unverified_fields(store: Store, sign_up: SignUp) -> list[str]:
    """Return the names of the given fields that are not verified yet."""
    given = {
        "email_address": (sign_up.email_address, sign_up.email_verification_id),
        "phone_number": (sign_up.phone_number, sign_up.phone_verification_id),
    }
    return [
        name
        for name, (value, verification_id) in given.items()
        # Without a verification, the field was given by the user.
        if value and not (verification_id and is_verified(store, verification_id))
    ]


def with_profile(
    store: Store, sign_up: SignUp, profile: Profile, verification: Verification, now: int
) -> SignUp:
    """Store and return the attempt with the verified email address and names of an account."""
    check_email_address(store, profile.email_address)
    proof = verified(f"from_{verification.strategy}", now)
    store.put(proof)
    sign_up = replace(
        sign_up,
        external_verification_id=verification.id,
        email_address=profile.email_address,
        email_verification_id=proof.id,
        first_name=sign_up.first_name or profile.first_name,
        last_name=sign_up.last_name or profile.last_name,
        updated_at=now,
    )
    store.put(sign_up)
    return sign_up


def complete_if_ready(
    store: Store,
    sign_up: SignUp,
    settings: InstanceSettings,
    now: int,
    user_agent: str,
    *,
    keep_in_client: bool = False,
) -> SignUp:
    """Return the attempt; if no field is missing, create its user and start a session.

    With `keep_in_client`, the client has the attempt until the session is activated.
    """
    is_open = status_of(sign_up, now) == "missing_requirements"
    if not is_open or missing_fields(store, sign_up, settings) or unverified_fields(store, sign_up):
        return sign_up
    user, organization_id = _create_user(store, sign_up, now)
    session = _start_session(store, sign_up, user, organization_id, settings, now, user_agent)
    sign_up = replace(
        sign_up,
        status="complete",
        created_user_id=user.id,
        created_session_id=session.id,
        updated_at=now,
    )
    store.put(sign_up)
    if keep_in_client:
        change_client(store, sign_up.client_id, sign_up_id=sign_up.id)
    return sign_up


def _create_user(store: Store, sign_up: SignUp, now: int) -> tuple[User, str | None]:
    """Store and return a user, and the organization that it was invited to."""
    addresses = [sign_up.email_address] if sign_up.email_address else []
    # Another user may have signed up with the address in the meantime.
    for address in addresses:
        check_email_address(store, address)
    user = User(
        id=new_id("user"),
        username=sign_up.username,
        first_name=sign_up.first_name,
        last_name=sign_up.last_name,
        password_hash=sign_up.password_hash,
        password_updated_at=now if sign_up.password_hash else None,
        unsafe_metadata=sign_up.unsafe_metadata,
        created_at=now,
        updated_at=now,
    )
    create_user(store, user, addresses)
    for email in store.all(EmailAddress, user_id=user.id):
        store.put(replace(email, verification_id=sign_up.email_verification_id))
    if sign_up.phone_number:
        add_phone_number(store, user, sign_up.phone_number, sign_up.phone_verification_id, now)
    user = find_user(store, user.id)
    external_id = sign_up.external_verification_id
    external = store.one(Verification, id=external_id) if external_id else None
    profile = profile_of(external) if external and external.status == "verified" else None
    if external is not None and profile is not None:
        connect(store, user, profile, external, now)
    invitation = store.one(Invitation, id=sign_up.invitation_id) if sign_up.invitation_id else None
    if invitation is None:
        return user, None
    accept(store, invitation, user, now)
    if invitation.organization_id is None:
        user = replace(user, public_metadata=invitation.public_metadata)
        store.put(user)
    return user, invitation.organization_id


def _start_session(
    store: Store,
    sign_up: SignUp,
    user: User,
    organization_id: str | None,
    settings: InstanceSettings,
    now: int,
    user_agent: str,
) -> Session:
    session = start_session(
        store,
        user,
        find_client_by_id(store, sign_up.client_id),
        now,
        organization_id,
        user_agent=user_agent,
        keep_others=settings.multi_session,
    )
    change_client(store, sign_up.client_id, sign_up_id=None)
    return session
