"""Parse and validate parameters; errors are 422 and name the parameter, as those of Clerk.

It must not know the operations that use a parameter.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TypeVar, cast

from clerk_core._json_values import is_object, is_strings
from clerk_core.local._call import Call
from clerk_core.local._domain.tokens import MAX_TOKEN_LIFETIME
from clerk_core.local._responses import invalid_parameter, missing_parameter, unknown_parameter
from clerk_core.local._storage.rows import JsonObject

T = TypeVar("T")

_WHOLE = re.compile(r"([0-9]{1,18})(?:\.0)?")
_PAGE_SIZE = 10
_MAX_PAGE_SIZE = 500


def check_query_names(call: Call, known: Collection[str]) -> None:
    """Raise an error (422) for unsupported query parameters, because ignoring a filter is wrong."""
    for name in call.query:
        if name.removesuffix("[]") not in known:
            raise unknown_parameter(name)


def check_field_names(body: JsonObject, known: Collection[str]) -> None:
    """Raise an error (422) for unsupported fields, unless their value is null or false."""
    for name, value in body.items():
        if name not in known and value is not None and value is not False:
            raise unknown_parameter(name)


def query_values(call: Call, name: str) -> list[str]:
    """Return all values of a query parameter, written as `name=a&name=b` or `name[]=a`."""
    return [*call.query.get(name, []), *call.query.get(f"{name}[]", [])]


def page(call: Call, items: Sequence[T]) -> Sequence[T]:
    """Return the items that `limit` and `offset` select."""
    offset = _whole_number(call, "offset", 0, 0, None)
    return items[offset : offset + _whole_number(call, "limit", _PAGE_SIZE, 1, _MAX_PAGE_SIZE)]


def _whole_number(call: Call, name: str, default: int, least: int, most: int | None) -> int:
    text = call.argument(name)
    if text is None:
        return default
    # Clerk's Python SDK sends 10.0 where the specification has the type number.
    whole = _WHOLE.fullmatch(text)
    number = int(whole[1]) if whole else least - 1
    if number < least or (most is not None and number > most):
        raise invalid_parameter(name, _limits(least, most))
    return number


def _limits(least: int, most: int | None) -> str:
    limits = f"of at least {least}" if most is None else f"from {least} to {most}"
    return f"an integer {limits}"


def optional_text(body: JsonObject, name: str) -> str | None:
    """Return a string field, or None if it is null, empty or missing."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid_parameter(name, "a string")
    return value or None


def required_text(body: JsonObject, name: str) -> str:
    """Return a non-empty string field."""
    value = optional_text(body, name)
    if value is None:
        raise missing_parameter(name)
    return value


def changed_text(body: JsonObject, name: str, kept: str | None) -> str | None:
    """Return a string field, or `kept` if the field is missing."""
    return optional_text(body, name) if name in body else kept


def whole_number(body: JsonObject, name: str, least: int, most: int | None = None) -> int | None:
    """Return an integer field from `least` to `most`, or None if it is null or missing."""
    value = body.get(name)
    if value is None:
        return None
    # A bool is an int in Python, though not in JSON.
    if type(value) is not int or value < least or (most is not None and value > most):
        raise invalid_parameter(name, _limits(least, most))
    return value


def flag(body: JsonObject, name: str, default: bool) -> bool:
    """Return a boolean field, or the default if it is null or missing."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise invalid_parameter(name, "true or false")
    return value


def texts(body: JsonObject, name: str) -> list[str]:
    """Return a field with a list of strings; empty if it is null or missing."""
    value = body.get(name)
    if value is None:
        return []
    if not is_strings(value):
        raise invalid_parameter(name, "a list of strings")
    return value


def metadata(body: JsonObject, name: str) -> JsonObject:
    """Return a field with a JSON object; empty if it is null or missing."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid_parameter(name, "an object")
    return cast("JsonObject", value)


def merge(old: JsonObject, new: JsonObject) -> JsonObject:
    """Return a deep merge of `new` into `old`; null deletes a key."""
    merged = dict(old)
    for name, value in new.items():
        before = merged.get(name)
        if value is None:
            merged.pop(name, None)
        elif is_object(value):
            merged[name] = merge(before if is_object(before) else {}, value)
        else:
            merged[name] = value
    return merged


def changed_metadata(
    body: JsonObject, name: str, kept: JsonObject, *, replacing: bool = False
) -> JsonObject:
    """Return `kept` merged with a metadata field, or with `replacing`, the field alone."""
    if body.get(name) is None:
        return kept
    return merge({} if replacing else kept, metadata(body, name))


def expiration(body: JsonObject, otherwise: int | None, now: int) -> int | None:
    """Return the expiration of a token in Unix milliseconds, or None if it does not expire.

    Args:
        body: The request body, with an optional field `seconds_until_expiration`.
        otherwise: The lifetime in seconds if the field is missing; None for no expiration.
        now: The current time in Unix milliseconds.
    """
    seconds = body.get("seconds_until_expiration")
    if seconds is None:
        seconds = otherwise
    if seconds is None:
        return None
    # A bool is an int in Python, though not in JSON.
    if (
        not isinstance(seconds, (int, float))
        or isinstance(seconds, bool)
        or not (0 < seconds <= MAX_TOKEN_LIFETIME)
    ):
        raise invalid_parameter(
            "seconds_until_expiration", f"greater than 0 and at most {MAX_TOKEN_LIFETIME}"
        )
    return now + int(seconds * 1000)


def revocation_reason(call: Call) -> str | None:
    """Return the revocation reason of the request body, or None."""
    body = call.body()
    check_field_names(body, ("revocation_reason",))
    return optional_text(body, "revocation_reason")
