"""Filter users by query parameters, for lists of users and of memberships.

It must not know the response.
"""

from __future__ import annotations

from clerk_core.local._api.listing import Orders, matches_query, matches_values
from clerk_core.local._api.parameters import query_values
from clerk_core.local._call import Call
from clerk_core.local._domain.users import email_addresses_of, phone_numbers_of
from clerk_core.local._responses import invalid_parameter
from clerk_core.local._storage.rows import Membership, User

_TIMES = ("created_at", "last_sign_in_at", "last_active_at")
_QUERIES = ("query", "email_address_query", "phone_number_query", "username_query", "name_query")
FILTERS = (
    *(
        "email_address",
        "phone_number",
        "user_id",
        "external_id",
        "username",
        "organization_id",
        "banned",
    ),
    *_QUERIES,
    *(f"{name}_{side}" for name in _TIMES for side in ("before", "after")),
    "last_active_at_since",
)
ORDERS: Orders[User] = {
    "created_at": lambda user: user.created_at,
    "updated_at": lambda user: user.updated_at,
    "last_sign_in_at": lambda user: user.last_sign_in_at or 0,
    "last_active_at": lambda user: user.last_sign_in_at or 0,
    "first_name": lambda user: (user.first_name or "").casefold(),
    "last_name": lambda user: (user.last_name or "").casefold(),
    "username": lambda user: (user.username or "").casefold(),
}


def matches(call: Call, user: User) -> bool:
    """Return whether the user matches the query parameters.

    Raises:
        ApiError: 422 if a parameter is invalid.
    """
    return (
        _matches_values(call, user)
        and _matches_texts(call, user)
        and all(_matches_time(call, name, _time(user, name)) for name in _TIMES)
    )


def _matches_values(call: Call, user: User) -> bool:
    addresses = {email.email_address.casefold() for email in email_addresses_of(call.store, user)}
    wanted = {address.casefold() for address in query_values(call, "email_address")}
    numbers = [phone.phone_number for phone in phone_numbers_of(call.store, user)]
    organizations = [one.organization_id for one in call.store.all(Membership, user_id=user.id)]
    return (
        (not wanted or bool(wanted & addresses))
        and _matches_any(query_values(call, "phone_number"), numbers)
        and matches_values(query_values(call, "user_id"), [user.id])
        and matches_values(query_values(call, "external_id"), [user.external_id])
        and matches_values(query_values(call, "username"), [user.username])
        and matches_values(query_values(call, "organization_id"), organizations)
        and call.argument("banned") in (None, str(user.banned).lower())
    )


def _matches_any(wanted: list[str], values: list[str]) -> bool:
    return not wanted or not set(wanted).isdisjoint(values)


def _matches_texts(call: Call, user: User) -> bool:
    addresses = [email.email_address for email in email_addresses_of(call.store, user)]
    numbers = [phone.phone_number for phone in phone_numbers_of(call.store, user)]
    names = [user.first_name, user.last_name, user.full_name]
    return (
        matches_query(call, [*addresses, *numbers, user.id, user.username, *names])
        and matches_query(call, addresses, "email_address_query")
        and matches_query(call, numbers, "phone_number_query")
        and matches_query(call, [user.username], "username_query")
        and matches_query(call, names, "name_query")
    )


def _time(user: User, name: str) -> int | None:
    return user.created_at if name == "created_at" else user.last_sign_in_at


def _matches_time(call: Call, name: str, value: int | None) -> bool:
    before = _milliseconds(call, f"{name}_before")
    after = _milliseconds(call, f"{name}_after")
    since = _milliseconds(call, "last_active_at_since") if name == "last_active_at" else None
    if before is after is since is None:
        return True
    return (
        value is not None
        and (before is None or value < before)
        and (after is None or value > after)
        and (since is None or value >= since)
    )


def _milliseconds(call: Call, name: str) -> int | None:
    text = call.argument(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise invalid_parameter(name, "a time in Unix milliseconds")
    return int(text)
