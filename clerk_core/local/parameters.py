"""Parameters of the Backend API, checked: each refusal is Clerk's 422 and names the parameter.

It may not know what a parameter is for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar, cast

from clerk_core.local.call import Call
from clerk_core.local.errors import invalid_parameter, unknown_parameter
from clerk_core.local.rows import JsonObject

T = TypeVar("T")

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
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least or (most is not None and number > most):
        limits = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise invalid_parameter(name, f"a whole number {limits}")
    return number


def optional_text(body: JsonObject, name: str) -> str | None:
    """A field that is text; None where it is null, empty or absent."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid_parameter(name, "a string")
    return value or None


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
