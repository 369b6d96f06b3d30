"""Implement the user operations of the Backend API.

It must not know how users are stored.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, list_response, sort_items
from clerk_core.local._api.parameters import (
    changed_metadata,
    check_field_names,
    check_query_names,
    flag,
    merge,
    metadata,
    optional_text,
    required_text,
    texts,
)
from clerk_core.local._api.resources import user_resource
from clerk_core.local._api.user_fields import FIELDS, changed_user
from clerk_core.local._api.user_filters import FILTERS, ORDERS, matches
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.accounts import delete_user
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.phone_numbers import add_phone_number, set_primary_phone_number
from clerk_core.local._domain.sessions import revoke_sessions
from clerk_core.local._domain.users import (
    create_user,
    email_addresses_of,
    find_user,
    has_password,
    is_email_address,
    save_user,
)
from clerk_core.local._responses import (
    ApiError,
    invalid_parameter,
    json_response,
    missing_parameter,
)
from clerk_core.local._storage.rows import JsonObject, User, new_id

_METADATA = ("public_metadata", "private_metadata", "unsafe_metadata")
_LOCKOUT = 60 * 60 * 1000


def _list_users(call: Call) -> HttpResponse:
    check_query_names(call, (*FILTERS, *PAGING, "order_by", "starting_after"))
    users = _after(call, sort_items(call, _filtered(call), ORDERS))
    return list_response(call, users, lambda user: _resource(call, user))


def _after(call: Call, users: list[User]) -> list[User]:
    """Return the users after the one that `starting_after` names."""
    last = call.argument("starting_after")
    if last is None:
        return users
    places = [place for place, user in enumerate(users) if user.id == last]
    if not places:
        raise invalid_parameter("starting_after", "the ID of a user in the list")
    return users[places[0] + 1 :]


def _count_users(call: Call) -> HttpResponse:
    check_query_names(call, FILTERS)
    return json_response({"object": "total_count", "total_count": len(_filtered(call))})


def _filtered(call: Call) -> list[User]:
    return [user for user in call.store.all(User) if matches(call, user)]


def _create_user(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(
        body,
        ("email_address", "phone_number", "banned", "locked", *FIELDS, *_METADATA),
    )
    addresses = texts(body, "email_address")
    if not all(is_email_address(address) for address in addresses):
        raise invalid_parameter("email_address", "a list of email addresses")
    user = User(
        id=new_id("user"),
        public_metadata=merge({}, metadata(body, "public_metadata")),
        private_metadata=merge({}, metadata(body, "private_metadata")),
        unsafe_metadata=merge({}, metadata(body, "unsafe_metadata")),
        banned=flag(body, "banned", default=False),
        locked_until=call.now + _LOCKOUT if flag(body, "locked", default=False) else None,
        created_at=call.now,
        updated_at=call.now,
    )
    user = changed_user(user, body, call.now)
    numbers = texts(body, "phone_number")
    if not addresses and not numbers and user.username is None:
        raise missing_parameter("email_address")
    create_user(call.store, user, addresses)
    for number in numbers:
        add_phone_number(call.store, user, number, None, call.now)
    return _response(call, find_user(call.store, user.id))


def _get_user(call: Call, user_id: str) -> HttpResponse:
    return _response(call, find_user(call.store, user_id))


def _update_user(call: Call, user_id: str) -> HttpResponse:
    user = find_user(call.store, user_id)
    body = call.body()
    check_field_names(
        body,
        (
            *("sign_out_of_other_sessions", "notify_primary_email_address_changed"),
            *("primary_email_address_id", "primary_phone_number_id", *FIELDS),
        ),
    )
    user = changed_user(replace(user, updated_at=call.now), body, call.now)
    phone_id = optional_text(body, "primary_phone_number_id")
    if phone_id is not None:
        user = set_primary_phone_number(call.store, user, phone_id)
    primary = optional_text(body, "primary_email_address_id")
    if primary is not None:
        if primary not in [email.id for email in email_addresses_of(call.store, user)]:
            raise not_found("Email address", primary)
        user = replace(user, primary_email_address_id=primary)
    save_user(call.store, user)
    if body.get("sign_out_of_other_sessions") is True:
        revoke_sessions(call.store, user, call.now)
    return _response(call, user)


def _merge_metadata(call: Call, user_id: str) -> HttpResponse:
    return _change_metadata(call, user_id, replacing=False)


def _replace_metadata(call: Call, user_id: str) -> HttpResponse:
    return _change_metadata(call, user_id, replacing=True)


def _change_metadata(call: Call, user_id: str, *, replacing: bool) -> HttpResponse:
    user = find_user(call.store, user_id)
    body = call.body()
    check_field_names(body, _METADATA)

    def changed(name: str, kept: JsonObject) -> JsonObject:
        return changed_metadata(body, name, kept, replacing=replacing)

    user = replace(
        user,
        public_metadata=changed("public_metadata", user.public_metadata),
        private_metadata=changed("private_metadata", user.private_metadata),
        unsafe_metadata=changed("unsafe_metadata", user.unsafe_metadata),
        updated_at=call.now,
    )
    call.store.put(user)
    return _response(call, user)


def _verify_password(call: Call, user_id: str) -> HttpResponse:
    user = find_user(call.store, user_id)
    body = call.body()
    check_field_names(body, ("password",))
    if not has_password(user, required_text(body, "password")):
        raise ApiError(
            422, "incorrect_password", "The password is incorrect.", parameter="password"
        )
    return json_response({"verified": True})


def _delete_user(call: Call, user_id: str) -> HttpResponse:
    user = find_user(call.store, user_id)
    delete_user(call.store, user, call.now)
    return json_response({"object": "user", "id": user.id, "deleted": True})


def _ban(call: Call, user_id: str) -> HttpResponse:
    return _response(call, _set_banned(call, user_id, banned=True))


def _unban(call: Call, user_id: str) -> HttpResponse:
    return _response(call, _set_banned(call, user_id, banned=False))


def _bulk_ban(call: Call) -> HttpResponse:
    return _set_all_banned(call, banned=True)


def _bulk_unban(call: Call) -> HttpResponse:
    return _set_all_banned(call, banned=False)


def _set_all_banned(call: Call, *, banned: bool) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("user_ids",))
    users = [_set_banned(call, user_id, banned=banned) for user_id in texts(body, "user_ids")]
    if not users:
        raise missing_parameter("user_ids")
    return json_response([_resource(call, user) for user in users])


def _set_banned(call: Call, user_id: str, *, banned: bool) -> User:
    user = replace(find_user(call.store, user_id), banned=banned, updated_at=call.now)
    call.store.put(user)
    if banned:
        revoke_sessions(call.store, user, call.now)
    return user


def _lock(call: Call, user_id: str) -> HttpResponse:
    return _set_locked_until(call, user_id, call.now + _LOCKOUT)


def _unlock(call: Call, user_id: str) -> HttpResponse:
    return _set_locked_until(call, user_id, None)


def _set_locked_until(call: Call, user_id: str, locked_until: int | None) -> HttpResponse:
    user = find_user(call.store, user_id)
    user = replace(user, locked_until=locked_until, updated_at=call.now)
    call.store.put(user)
    return _response(call, user)


def _resource(call: Call, user: User) -> JsonObject:
    return user_resource(call, user)


def _response(call: Call, user: User) -> HttpResponse:
    return json_response(_resource(call, user))


ROUTES: tuple[Route, ...] = (
    ("GET", "/v1/users", _list_users),
    ("POST", "/v1/users", _create_user),
    ("GET", "/v1/users/count", _count_users),
    ("GET", "/v1/users/<user_id>", _get_user),
    ("PATCH", "/v1/users/<user_id>", _update_user),
    ("DELETE", "/v1/users/<user_id>", _delete_user),
    ("PATCH", "/v1/users/<user_id>/metadata", _merge_metadata),
    ("PUT", "/v1/users/<user_id>/metadata", _replace_metadata),
    ("POST", "/v1/users/<user_id>/ban", _ban),
    ("POST", "/v1/users/<user_id>/unban", _unban),
    ("POST", "/v1/users/ban", _bulk_ban),
    ("POST", "/v1/users/unban", _bulk_unban),
    ("POST", "/v1/users/<user_id>/lock", _lock),
    ("POST", "/v1/users/<user_id>/unlock", _unlock),
    ("POST", "/v1/users/<user_id>/verify_password", _verify_password),
)
