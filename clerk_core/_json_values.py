"""Check the types of parsed JSON values, for type checkers."""

from __future__ import annotations

from typing import TypeGuard


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Return whether a value is a JSON object."""
    return isinstance(value, dict)


def is_objects(value: object) -> TypeGuard[list[dict[str, object]]]:
    """Return whether a value is a JSON array of objects."""
    return is_array(value) and all(is_object(one) for one in value)


def is_strings(value: object) -> TypeGuard[list[str]]:
    """Return whether a value is a JSON array of strings."""
    return is_array(value) and all(isinstance(one, str) for one in value)


def is_array(value: object) -> TypeGuard[list[object]]:
    """Return whether a value is a JSON array."""
    return isinstance(value, list)
