"""Define the base class of the resources that the Backend API returns.

A resource parses its JSON lazily, by the annotations of its class. Responses are never rejected:
fields that are missing, null or of another type are None (lists and mappings are empty), unknown
values are returned as they are, and unknown fields are in `raw`. A resource cannot be serialized,
and its repr shows the ID only, because it may contain private data.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import (
    TYPE_CHECKING,
    ClassVar,
    TypeAlias,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from clerk_core._frozen import FrozenValue
from clerk_core._json_values import is_array, is_object

R = TypeVar("R", bound="Resource")

JsonObject: TypeAlias = dict[str, object]
"""A copy of a JSON object such as metadata; empty if it is missing."""
JsonValue: TypeAlias = object
"""Any JSON value; None if it is missing."""

_Reader = Callable[[object], object]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Clerk's "Unix timestamps" are seconds or milliseconds. As milliseconds, this is the year 1973.
_FEWEST_MILLISECONDS = 10**11
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|([+-]\d\d:\d\d))?)?", re.ASCII
)


class Resource(FrozenValue):
    """A resource of the Backend API.

    Args:
        document: The JSON object of the response.
    """

    __slots__ = ("_fields",)

    _fields: dict[str, object]
    _readers: ClassVar[Mapping[str, _Reader]]

    def __init__(self, document: object) -> None:
        fields = document if is_object(document) else {}
        object.__setattr__(self, "_fields", fields)

    @property
    def id(self) -> str:
        """The ID of the resource; empty if it has none."""
        value = self._fields.get("id")
        return value if isinstance(value, str) else ""

    @property
    def raw(self) -> dict[str, object]:
        """A copy of the JSON, including private metadata. Never send it to a browser."""
        return copy.deepcopy(self._fields)

    def at(self, name: str) -> datetime | None:
        """Return the time in a field such as `created_at`, in UTC; None if it is missing.

        Args:
            name: The name of the field.

        Raises:
            AttributeError: Neither the class nor the response has a field of this name.
        """
        if name not in self._fields and name not in self._readers_by_name():
            raise AttributeError(f"{type(self).__name__} has no field {name!r}")
        return _time(self._fields.get(name))

    # Hidden from type checkers, which would accept any name; they use the annotations.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            reader = self._readers_by_name().get(name)
            if reader is None:
                kind = type(self).__name__
                raise AttributeError(f"{kind} has no field {name!r}; see raw for others")
            return reader(self._fields.get(name))

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._readers_by_name()})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Resource):
            return NotImplemented
        return type(self) is type(other) and self._fields == other._fields

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r})"

    @classmethod
    def _readers_by_name(cls) -> Mapping[str, _Reader]:
        """The functions that parse the fields, by name."""
        if "_readers" not in cls.__dict__:
            # The namespace of the annotations; some of its classes are imported lazily.
            from clerk_core import models

            hints = get_type_hints(cls, localns=dict(vars(models)))
            cls._readers = {n: _reader(hint) for n, hint in hints.items() if not n.startswith("_")}
        return cls._readers


def _reader(hint: object) -> _Reader:
    wanted = [one for one in get_args(hint) if one is not type(None)]
    if get_origin(hint) is tuple:
        return _reader_of_list(wanted[0])
    if get_origin(hint) is dict:
        return lambda value: copy.deepcopy(value) if is_object(value) else {}
    if hint is object:
        return copy.deepcopy
    return _reader_of_one(wanted[0])


def _reader_of_one(kind: object) -> _Reader:
    if isinstance(kind, type) and issubclass(kind, Resource):
        return lambda value: kind(value) if is_object(value) else None
    if kind is float:
        return _float
    # Not isinstance, because a boolean must not count as a number.
    return lambda value: value if type(value) is kind else None


def _float(value: object) -> float | None:
    try:
        return float(cast("float", value)) if type(value) in (int, float) else None
    except OverflowError:
        return None


def _reader_of_list(kind: object) -> _Reader:
    read = _reader_of_one(kind)

    def reader(value: object) -> object:
        listed = value if is_array(value) else []
        found = (read(one) for one in listed)
        return tuple(one for one in found if one is not None)

    return reader


def _time(value: object) -> datetime | None:
    """Return the time of Unix seconds or milliseconds, or of an RFC 3339 string."""
    try:
        if type(value) in (int, float):
            return _time_of_number(cast("float", value))
        return _time_of_text(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        # The date does not exist.
        return None


def _time_of_number(value: float) -> datetime:
    is_seconds = abs(value) < _FEWEST_MILLISECONDS
    return _EPOCH + (timedelta(seconds=value) if is_seconds else timedelta(milliseconds=value))


def _time_of_text(text: str) -> datetime | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    day, clock, fraction, offset = found.groups()
    # Python 3.10 parses exactly six digits.
    exact = f"{day}T{clock or '00:00:00'}.{fraction or '':0<6.6}{offset or '+00:00'}"
    return datetime.fromisoformat(exact).astimezone(timezone.utc)
