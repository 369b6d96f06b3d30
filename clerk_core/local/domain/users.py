"""Users: made, changed, found by password, and shown as Clerk's user resource.

Uniqueness is checked here, so a refusal names the parameter. It may not know HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

from clerk_core.local.responses import ApiError
from clerk_core.local.storage.rows import EmailAddress, JsonObject, User, new_id
from clerk_core.local.storage.store import Store

_DAY = 24 * 60 * 60 * 1000


def create_user(store: Store, user: User, email_addresses: Sequence[str]) -> User:
    """Keep a new user; the first address is primary. Raises `ApiError` (422) on a duplicate."""
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
    """Keep the user; raises `ApiError` (422) if another one has its username or external id."""
    for name, value in (("username", user.username), ("external_id", user.external_id)):
        other = store.one(User, **{name: value}) if value is not None else None
        if other is not None and other.id != user.id:
            raise taken(name)
    store.put(user)


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
    """Raise `ApiError` (403) for a user who may not sign in."""
    if user.banned:
        raise ApiError(403, "user_banned", "This user is banned.")
    if is_locked(user, now):
        raise ApiError(403, "user_locked", "This user is locked for now.")


def user_resource(store: Store, user: User, url: str, now: int) -> JsonObject:
    """The user as the Backend API shows it; `url` is the instance's own."""
    last_active = user.last_sign_in_at
    locked_for = max((user.locked_until or 0) - now, 0) // 1000
    return {
        "id": user.id,
        "object": "user",
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "locale": user.locale,
        "image_url": avatar_url(url),
        "has_image": False,
        "primary_email_address_id": user.primary_email_address_id,
        "primary_phone_number_id": None,
        "primary_web3_wallet_id": None,
        "password_enabled": user.password_hash is not None,
        "two_factor_enabled": False,
        "totp_enabled": False,
        "backup_code_enabled": False,
        "email_addresses": [_email_resource(email) for email in email_addresses_of(store, user)],
        "phone_numbers": [],
        "web3_wallets": [],
        "passkeys": [],
        "external_accounts": [],
        "saml_accounts": [],
        "enterprise_accounts": [],
        "public_metadata": user.public_metadata,
        "private_metadata": user.private_metadata,
        "unsafe_metadata": user.unsafe_metadata,
        "external_id": user.external_id,
        "last_sign_in_at": user.last_sign_in_at,
        "banned": user.banned,
        "locked": is_locked(user, now),
        "lockout_expires_in_seconds": locked_for or None,
        "verification_attempts_remaining": 0 if is_locked(user, now) else 100,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
        "delete_self_enabled": True,
        "create_organization_enabled": True,
        # Clerk tells the last activity by the day.
        "last_active_at": None if last_active is None else last_active - last_active % _DAY,
        "mfa_enabled_at": None,
        "mfa_disabled_at": None,
        "password_last_updated_at": user.password_updated_at,
        "legal_accepted_at": None,
    }


def avatar_url(url: str) -> str:
    """The picture of every user and organization."""
    return f"{url}/static/avatar.svg"


def _email_resource(email: EmailAddress) -> JsonObject:
    return {
        "id": email.id,
        "object": "email_address",
        "email_address": email.email_address,
        "reserved": False,
        "verification": {
            "object": "verification_admin",
            "status": "verified",
            "strategy": "admin",
            "attempts": None,
            "expire_at": None,
        },
        "linked_to": [],
        "matches_sso_connection": False,
        "created_at": email.created_at,
        "updated_at": email.created_at,
    }


def taken(name: str) -> ApiError:
    """422: another one has this value already."""
    return ApiError(
        422,
        "form_identifier_exists",
        f"That {name.replace('_', ' ')} is taken. Please try another.",
        parameter=name,
    )
