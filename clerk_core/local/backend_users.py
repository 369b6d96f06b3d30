"""The Backend API's users: listed, counted, read, created, changed, deleted.

It may not know how a user is kept, nor who asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clerk_core.local.call import Call
from clerk_core.local.errors import (
    ApiError,
    invalid_parameter,
    json_response,
    missing_parameter,
    not_found,
)
from clerk_core.local.parameters import (
    merge,
    metadata,
    optional_text,
    page,
    refuse_other_arguments,
    refuse_other_fields,
    several,
    texts,
)
from clerk_core.local.rows import JsonObject, Session, User, new_id
from clerk_core.local.sessions import end_session, status_of
from clerk_core.local.users import (
    create_user,
    email_addresses_of,
    save_user,
    user_resource,
    with_password,
)
from clerk_core.words.messages import HttpResponse

_FILTERS = ("email_address", "user_id", "external_id", "username", "query")
_ORDERS: dict[str, Callable[[User], str | int]] = {
    "created_at": lambda user: user.created_at,
    "updated_at": lambda user: user.updated_at,
    "last_sign_in_at": lambda user: user.last_sign_in_at or 0,
    "first_name": lambda user: (user.first_name or "").casefold(),
    "last_name": lambda user: (user.last_name or "").casefold(),
    "username": lambda user: (user.username or "").casefold(),
}
_NAMES = ("external_id", "first_name", "last_name", "locale", "username")
_METADATA = ("public_metadata", "private_metadata", "unsafe_metadata")
# What these skip is not checked here anyway.
_SKIPS = ("skip_password_checks", "skip_password_requirement", "skip_legal_checks")
_SHORTEST_PASSWORD = 8


def _list_users(call: Call) -> HttpResponse:
    refuse_other_arguments(call, (*_FILTERS, "limit", "offset", "order_by"))
    order = call.argument("order_by") or "-created_at"
    name = order.lstrip("+- ")  # an unescaped plus sign arrives as a space
    if name not in _ORDERS:
        raise invalid_parameter("order_by", f"one of {', '.join(_ORDERS)}, after + or -")
    users = sorted(_filtered(call), key=_ORDERS[name])
    if order.startswith("-"):
        users.reverse()
    return json_response([user_resource(call.store, user, call.url) for user in page(call, users)])


def _count_users(call: Call) -> HttpResponse:
    refuse_other_arguments(call, _FILTERS)
    return json_response({"object": "total_count", "total_count": len(_filtered(call))})


def _filtered(call: Call) -> list[User]:
    return [user for user in call.store.all(User) if _matches(call, user)]


def _matches(call: Call, user: User) -> bool:
    addresses = [email.email_address.casefold() for email in email_addresses_of(call.store, user)]
    wanted = [address.casefold() for address in several(call, "email_address")]
    if wanted and not set(wanted) & set(addresses):
        return False
    if not _admits(several(call, "user_id"), user.id):
        return False
    if not _admits(several(call, "external_id"), user.external_id):
        return False
    if not _admits(several(call, "username"), user.username):
        return False
    query = (call.argument("query") or "").casefold()
    words = (*addresses, user.id, user.username, user.first_name, user.last_name, user.full_name)
    return any(query in (word or "").casefold() for word in words)


def _admits(wanted: list[str], value: str | None) -> bool:
    """Whether a list of values, each after an optional + or -, lets this one through."""
    excluded = {item[1:] for item in wanted if item.startswith("-")}
    included = {item.lstrip("+ ") for item in wanted if not item.startswith("-")}
    return value not in excluded and (not included or value in included)


def _create_user(call: Call) -> HttpResponse:
    body = call.body()
    refuse_other_fields(body, ("email_address", "password", *_NAMES, *_METADATA, *_SKIPS))
    addresses = texts(body, "email_address")
    if not all(_looks_like_email(address) for address in addresses):
        raise invalid_parameter("email_address", "a list of email addresses")
    user = User(
        id=new_id("user"),
        public_metadata=merge({}, metadata(body, "public_metadata")),
        private_metadata=merge({}, metadata(body, "private_metadata")),
        unsafe_metadata=merge({}, metadata(body, "unsafe_metadata")),
        created_at=call.now,
        updated_at=call.now,
    )
    user = _set_password(_set_names(user, body), body, call.now)
    if not addresses and user.username is None:
        raise missing_parameter("email_address")
    return _answer(call, create_user(call.store, user, addresses))


def _looks_like_email(address: str) -> bool:
    local, at, domain = address.rpartition("@")
    return bool(local and at and domain) and not any(letter.isspace() for letter in address)


def _set_names(user: User, body: JsonObject) -> User:
    def given_or(kept: str | None, name: str) -> str | None:
        return optional_text(body, name) if name in body else kept

    return replace(
        user,
        external_id=given_or(user.external_id, "external_id"),
        first_name=given_or(user.first_name, "first_name"),
        last_name=given_or(user.last_name, "last_name"),
        locale=given_or(user.locale, "locale"),
        username=given_or(user.username, "username"),
    )


def _set_password(user: User, body: JsonObject, now: int) -> User:
    password = optional_text(body, "password")
    if password is None:
        return user
    if len(password) < _SHORTEST_PASSWORD and body.get("skip_password_checks") is not True:
        raise ApiError(
            422,
            "form_password_length_too_short",
            f"Passwords must be {_SHORTEST_PASSWORD} characters or more.",
            parameter="password",
        )
    return with_password(user, password, now)


def _get_user(call: Call, user_id: str) -> HttpResponse:
    return _answer(call, _find_user(call, user_id))


def _update_user(call: Call, user_id: str) -> HttpResponse:
    user = _find_user(call, user_id)
    body = call.body()
    refuse_other_fields(
        body,
        (
            "password",
            "sign_out_of_other_sessions",
            "primary_email_address_id",
            *_NAMES,
            *_SKIPS,
        ),
    )
    user = _set_names(replace(user, updated_at=call.now), body)
    user = _set_password(user, body, call.now)
    primary = optional_text(body, "primary_email_address_id")
    if primary is not None:
        if primary not in [email.id for email in email_addresses_of(call.store, user)]:
            raise not_found("Email address", primary)
        user = replace(user, primary_email_address_id=primary)
    save_user(call.store, user)
    if body.get("sign_out_of_other_sessions") is True:
        _sign_out_everywhere(call, user)
    return _answer(call, user)


def _sign_out_everywhere(call: Call, user: User) -> None:
    for session in call.store.all(Session, user_id=user.id):
        if status_of(session, call.now) == "active":
            end_session(call.store, session, call.now, "revoked")


def _update_metadata(call: Call, user_id: str) -> HttpResponse:
    user = _find_user(call, user_id)
    body = call.body()
    refuse_other_fields(body, _METADATA)
    user = replace(
        user,
        public_metadata=merge(user.public_metadata, metadata(body, "public_metadata")),
        private_metadata=merge(user.private_metadata, metadata(body, "private_metadata")),
        unsafe_metadata=merge(user.unsafe_metadata, metadata(body, "unsafe_metadata")),
        updated_at=call.now,
    )
    save_user(call.store, user)
    return _answer(call, user)


def _delete_user(call: Call, user_id: str) -> HttpResponse:
    user = _find_user(call, user_id)
    _sign_out_everywhere(call, user)
    call.store.remove(user)
    return json_response({"object": "user", "id": user.id, "deleted": True})


def _find_user(call: Call, user_id: str) -> User:
    user = call.store.one(User, id=user_id)
    if user is None:
        raise not_found("User", user_id)
    return user


def _answer(call: Call, user: User) -> HttpResponse:
    return json_response(user_resource(call.store, user, call.url))


USER_ROUTES = (
    ("GET", "/v1/users", _list_users),
    ("POST", "/v1/users", _create_user),
    ("GET", "/v1/users/count", _count_users),
    ("GET", "/v1/users/<user_id>", _get_user),
    ("PATCH", "/v1/users/<user_id>", _update_user),
    ("DELETE", "/v1/users/<user_id>", _delete_user),
    ("PATCH", "/v1/users/<user_id>/metadata", _update_metadata),
)
