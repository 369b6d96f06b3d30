"""Connect users with accounts of providers such as Google, which a page of the instance imitates.

It must not know HTTP, or what a connection is for.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import Any

from clerk_core.local._domain.errors import InvalidValueError, NotFoundError, not_found
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._domain.users import find_by_email_address
from clerk_core.local._domain.verifications import status_of
from clerk_core.local._storage.rows import (
    ExternalAccount,
    User,
    Verification,
    new_id,
    random_text,
)
from clerk_core.local._storage.store import Store

_PREFIX = "oauth_"
_LIFETIME = 10 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Profile:
    """The account of a person at a provider, who is known there by the email address."""

    provider: str
    email_address: str
    first_name: str | None = None
    last_name: str | None = None

    @property
    def provider_user_id(self) -> str:
        """The ID of the account at the provider."""
        return hashlib.sha256(self.email_address.casefold().encode()).hexdigest()[:24]


def is_oauth(strategy: str) -> bool:
    """Return whether a strategy is that of a provider, such as `oauth_google`."""
    return strategy.startswith(_PREFIX)


def provider_of(strategy: str) -> str:
    """Return the name of the provider of a strategy."""
    return strategy.removeprefix(_PREFIX)


def start_oauth(
    store: Store, settings: InstanceSettings, strategy: str, redirect_url: str, now: int
) -> Verification:
    """Store and return a verification; its code is the state that the provider sends back.

    Raises:
        InvalidValueError: The provider is not enabled.
    """
    if provider_of(strategy) not in settings.social or not is_oauth(strategy):
        raise InvalidValueError(
            "strategy_for_user_invalid",
            "The provider is not enabled.",
            f"{strategy} is not enabled. Add it to `social` in the settings of the instance.",
            parameter="strategy",
        )
    verification = Verification(
        id=new_id("ver"),
        strategy=strategy,
        code=random_text(32),
        data={"redirect_url": redirect_url},
        expire_at=now + _LIFETIME,
        created_at=now,
    )
    store.put(verification)
    return verification


def find_by_state(store: Store, state: str, now: int) -> Verification:
    """Return the verification in progress with this state.

    Raises:
        NotFoundError: There is none, or it was finished or has expired.
    """
    found = store.one(Verification, code=state) if state else None
    if found is None or not is_oauth(found.strategy) or status_of(found, now) != "unverified":
        raise NotFoundError("oauth_state_invalid", "This sign-in was finished or has expired.")
    return found


def finish(
    store: Store,
    verification: Verification,
    status: str,
    profile: Profile | None = None,
    error_code: str | None = None,
) -> Verification:
    """Store and return a verification after the provider sent the person back."""
    data = dict(verification.data)
    if profile is not None:
        data["profile"] = asdict(profile)
    finished = replace(verification, status=status, data=data, error_code=error_code, attempts=1)
    store.put(finished)
    return finished


def profile_of(verification: Verification) -> Profile | None:
    """Return the account that a finished verification is about, or None."""
    data: Any = verification.data.get("profile")
    return None if data is None else Profile(**data)


def find_user_of(store: Store, profile: Profile) -> User | None:
    """Return the user who is connected with an account, or has its email address, or None."""
    account = find_account(store, profile)
    if account is not None:
        return store.one(User, id=account.user_id)
    return find_by_email_address(store, profile.email_address)


def find_account(store: Store, profile: Profile) -> ExternalAccount | None:
    """Return the connection with an account of a provider, or None."""
    return store.one(
        ExternalAccount, provider=profile.provider, provider_user_id=profile.provider_user_id
    )


def connect(
    store: Store, user: User, profile: Profile, verification: Verification, now: int
) -> ExternalAccount:
    """Store and return the connection of a user with an account."""
    account = find_account(store, profile) or pending_account(user, verification, now)
    return confirm(store, account, profile, verification, now)


def confirm(
    store: Store, account: ExternalAccount, profile: Profile, verification: Verification, now: int
) -> ExternalAccount:
    """Store and return a connection that the provider confirmed."""
    account = replace(
        account,
        provider_user_id=profile.provider_user_id,
        email_address=profile.email_address,
        first_name=profile.first_name,
        last_name=profile.last_name,
        verification_id=verification.id,
        updated_at=now,
    )
    store.put(account)
    return account


def pending_account(user: User, verification: Verification, now: int) -> ExternalAccount:
    """Return a connection that the provider has to confirm; do not store it."""
    return ExternalAccount(
        id=new_id("eac"),
        user_id=user.id,
        provider=provider_of(verification.strategy),
        verification_id=verification.id,
        created_at=now,
        updated_at=now,
    )


def accounts_of(store: Store, user: User) -> list[ExternalAccount]:
    """Return the connections of the user that are confirmed, oldest first."""
    found = store.all(ExternalAccount, user_id=user.id)
    return [account for account in found if account.provider_user_id is not None]


def find_own_account(store: Store, user: User, account_id: str) -> ExternalAccount:
    """Return the connection of this user with this id, or raise `NotFoundError`."""
    account = store.one(ExternalAccount, id=account_id, user_id=user.id)
    if account is None:
        raise not_found("External account", account_id)
    return account
