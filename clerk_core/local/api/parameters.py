"""Parameters of the Backend API, checked: each refusal is Clerk's 422 and names the parameter.

It may not know what a parameter is for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TypeVar, cast

from clerk_core.local.call import Call
from clerk_core.local.domain.tokens import LONGEST_TOKEN
from clerk_core.local.responses import invalid_parameter, missing_parameter, unknown_parameter
from clerk_core.local.storage.rows import JsonObject

T = TypeVar("T")

_WHOLE = re.compile(r"([0-9]{1,18})(?:\.0)?")
_PAGE_SIZE = 10
_LARGEST_PAGE = 500


def refuse_other_arguments(call: Call, known: Collection[str]) -> None:
    """Refuse query parameters that are not served: a filter left out would answer too much."""
    for name in call.query:
        if name.removesuffix("[]") not in known:
            raise unknown_parameter(name)


def refuse_other_fields(body: JsonObject, known: Collection[str]) -> None:
    """Refuse fields that are not served, unless they ask for nothing (null or false)."""
    for name, value in body.items():
        if name not in known and value is not None and value is not False:
            raise unknown_parameter(name)


def several(call: Call, name: str) -> list[str]:
    """Every value of a list-valued query parameter, written `name=a&name=b` or `name[]=a`."""
    return [*call.query.get(name, []), *call.query.get(f"{name}[]", [])]


def page(call: Call, items: Sequence[T]) -> Sequence[T]:
    """The items that `limit` and `offset` ask for."""
    offset = _whole_number(call, "offset", 0, 0, None)
    return items[offset : offset + _whole_number(call, "limit", _PAGE_SIZE, 1, _LARGEST_PAGE)]


def _whole_number(call: Call, name: str, default: int, least: int, most: int | None) -> int:
    text = call.argument(name)
    if text is None:
        return default
    # Clerk's own library for Python writes 10.0 where the specification says number.
    whole = _WHOLE.fullmatch(text)
    number = int(whole[1]) if whole else least - 1
    if number < least or (most is not None and number > most):
        raise invalid_parameter(name, _limits(least, most))
    return number


def _limits(least: int, most: int | None) -> str:
    limits = f"of at least {least}" if most is None else f"from {least} to {most}"
    return f"a whole number {limits}"


def optional_text(body: JsonObject, name: str) -> str | None:
    """A field that is text; None where it is null, empty or absent."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid_parameter(name, "a string")
    return value or None


def required_text(body: JsonObject, name: str) -> str:
    """A field that is text and not empty."""
    value = optional_text(body, name)
    if value is None:
        raise missing_parameter(name)
    return value


def changed_text(body: JsonObject, name: str, kept: str | None) -> str | None:
    """A field that is text, where it is given at all; what was there before where it is not."""
    return optional_text(body, name) if name in body else kept


def whole_number(body: JsonObject, name: str, least: int, most: int | None = None) -> int | None:
    """A field that is a whole number within limits; None where it is null or absent."""
    value = body.get(name)
    if value is None:
        return None
    # A bool is an int in Python, though not in JSON.
    if type(value) is not int or value < least or (most is not None and value > most):
        raise invalid_parameter(name, _limits(least, most))
    return value


def flag(body: JsonObject, name: str, default: bool) -> bool:
    """A field that is true or false; the default where it is null or absent."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise invalid_parameter(name, "true or false")
    return value


def texts(body: JsonObject, name: str) -> list[str]:
    """A field that is a list of text; empty where it is null or absent."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise invalid_parameter(name, "a list of strings")
    return value


def metadata(body: JsonObject, name: str) -> JsonObject:
    """A field that is an object; empty where it is null or absent."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid_parameter(name, "an object")
    return cast("JsonObject", value)


def merge(old: JsonObject, new: JsonObject) -> JsonObject:
    """A deep merge of `new` into `old`; null takes a key away."""
    merged = dict(old)
    for name, value in new.items():
        before = merged.get(name)
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = merge(before if isinstance(before, dict) else {}, value)
        else:
            merged[name] = value
    return merged


def changed_metadata(
    body: JsonObject, name: str, kept: JsonObject, *, replacing: bool = False
) -> JsonObject:
    """The metadata after a change: merged into what there was, or put in its place."""
    if body.get(name) is None:
        return kept
    return merge({} if replacing else kept, metadata(body, name))


def expiration(body: JsonObject, otherwise: int | None, now: int) -> int | None:
    """When a token expires that lives `seconds_until_expiration`, or else that many seconds."""
    seconds = body.get("seconds_until_expiration")
    if seconds is None:
        seconds = otherwise
    if seconds is None:
        return None
    # A bool is an int in Python, though not in JSON.
    if (
        not isinstance(seconds, (int, float))
        or isinstance(seconds, bool)
        or not (0 < seconds <= LONGEST_TOKEN)
    ):
        raise invalid_parameter("seconds_until_expiration", f"above 0, up to {LONGEST_TOKEN}")
    return now + int(seconds * 1000)


def revocation_reason(call: Call) -> str | None:
    """Why a token is revoked, as the body says; it may say nothing."""
    body = call.body()
    refuse_other_fields(body, ("revocation_reason",))
    return optional_text(body, "revocation_reason")
