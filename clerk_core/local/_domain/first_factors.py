"""List the factors by which a user can sign in.

It must not know HTTP, or how a factor is verified.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clerk_core.local._domain.errors import InvalidStateError
from clerk_core.local._domain.passkeys import PASSKEY, passkeys_of
from clerk_core.local._domain.users import email_addresses_of, is_verified, phone_numbers_of
from clerk_core.local._storage.rows import JsonObject, User
from clerk_core.local._storage.store import Store


def first_factors(store: Store, user: User, *, email_link: bool = False) -> list[JsonObject]:
    """Return the factors by which a user can sign in, in Clerk's format."""
    return list(_first_factors(store, user, email_link))


def _first_factors(store: Store, user: User, email_link: bool) -> Iterator[JsonObject]:
    if user.password_hash is not None:
        yield {"strategy": "password"}
    if passkeys_of(store, user):
        yield {"strategy": PASSKEY}
    for email in email_addresses_of(store, user):
        if is_verified(store, email.verification_id):
            factor = {
                "email_address_id": email.id,
                "safe_identifier": email.email_address,
                "primary": email.id == user.primary_email_address_id,
            }
            yield {"strategy": "email_code", **factor}
            if email_link:
                yield {"strategy": "email_link", **factor}
            if user.password_hash is not None:
                yield {"strategy": "reset_password_email_code", **factor}
    for phone in phone_numbers_of(store, user):
        if is_verified(store, phone.verification_id):
            factor = {
                "phone_number_id": phone.id,
                "safe_identifier": phone.phone_number,
                "primary": phone.id == user.primary_phone_number_id,
            }
            yield {"strategy": "phone_code", **factor}
            if user.password_hash is not None:
                yield {"strategy": "reset_password_phone_code", **factor}


def find_factor(factors: Iterable[JsonObject], strategy: str, identification: str) -> JsonObject:
    """Return the factor with this strategy; an empty identification selects the primary one.

    Raises:
        InvalidStateError: The user has no such factor.
    """
    found = [
        factor
        for factor in factors
        if factor["strategy"] == strategy
        and (not identification or identification in factor.values())
    ]
    if not found:
        raise InvalidStateError(
            "strategy_for_user_invalid",
            "The verification strategy is not valid for this account.",
        )
    return next((factor for factor in found if factor.get("primary")), found[0])
