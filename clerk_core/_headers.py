"""Represent header fields of HTTP messages, from the types that servers and frameworks use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeAlias, TypeGuard, cast

from clerk_core._frozen import FrozenValue

_SPACE = " \t"
_EXPECTED = (
    "headers must be a mapping, or pairs, of str; the headers of ASGI are bytes, to be decoded as "
    "Latin-1"
)


class HasItems(Protocol):
    """A mapping or similar object: `email.message.Message`, `wsgiref.headers.Headers`."""

    def items(self) -> Iterable[tuple[str, str | Sequence[str]]]:
        """Return the names and values."""
        ...


HeaderSource: TypeAlias = HasItems | Iterable[tuple[str, str]]
"""Header fields as a mapping or as pairs. A value of a mapping may be a list of values."""


class Headers(FrozenValue):
    """Header fields in their original order. Names are case-insensitive (RFC 9110, 5.1).

    Iterating returns all pairs, including duplicates. `get` joins the values of one name.

    Args:
        source: A mapping or pairs of `str`. A value of a mapping may be a list of values.

    Raises:
        TypeError: A name or a value is not a `str`.
    """

    __slots__ = ("_combined", "_pairs")

    _pairs: tuple[tuple[str, str], ...]
    _combined: dict[str, str] | None

    def __init__(self, source: HeaderSource = ()) -> None:
        self._set(source._pairs if isinstance(source, Headers) else _pairs_of(source))

    @classmethod
    def of_text(cls, pairs: Iterable[tuple[str, str]]) -> Headers:
        """Return headers from pairs of `str`, without checking the types."""
        headers: Headers = object.__new__(cls)
        headers._set(tuple(pairs))
        return headers

    def _set(self, pairs: tuple[tuple[str, str], ...]) -> None:
        object.__setattr__(self, "_pairs", pairs)
        object.__setattr__(self, "_combined", None)

    def get(self, name: str) -> str | None:
        """Return the joined values of a field; None if it is absent.

        They are joined with commas (RFC 9110, 5.3), cookies with semicolons (RFC 9113, 8.2.3).

        Args:
            name: The name, in any case.
        """
        combined = self._combined
        if combined is None:
            combined = self._combine()
            object.__setattr__(self, "_combined", combined)
        value = combined.get(name)
        return combined.get(name.lower()) if value is None else value

    def get_all(self, name: str) -> list[str]:
        """Return all values of a field in order, for fields such as `set-cookie`.

        Args:
            name: The name, in any case.
        """
        return [value for key, value in self._pairs if key.lower() == name.lower()]

    def _combine(self) -> dict[str, str]:
        # White space around a value does not belong to it (RFC 9110, 5.5).
        combined = {name.lower(): value.strip(_SPACE) for name, value in self._pairs}
        if len(combined) == len(self._pairs):
            return combined
        combined.clear()
        for pair_name, value in self._pairs:
            name, stripped = pair_name.lower(), value.strip(_SPACE)
            if name in combined:
                between = "; " if name == "cookie" else ", "
                combined[name] += between + stripped
            else:
                combined[name] = stripped
        return combined

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._pairs == other._pairs

    def __hash__(self) -> int:
        return hash(self._pairs)

    def __repr__(self) -> str:
        return f"Headers({', '.join(name for name, _ in self._pairs)})"


def _pairs_of(source: object) -> tuple[tuple[str, str], ...]:
    items = getattr(source, "items", None)
    found = items() if callable(items) else source
    if isinstance(found, (str, bytes)) or not isinstance(found, Iterable):
        raise TypeError(f"{_EXPECTED}; got {_kind(source)}")
    return tuple(pair for item in cast("Iterable[object]", found) for pair in _fields(item))


def _fields(item: object) -> list[tuple[str, str]]:
    """Return the fields of one item. Errors do not show its value, which may be a secret."""
    if not _is_pair(item):
        raise TypeError(f"{_EXPECTED}; got {_kind(item)} in place of a pair")
    name, value = item
    values = cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else [value]
    if not isinstance(name, str):
        raise TypeError(f"{_EXPECTED}; got a name of {_kind(name)}")
    fields: list[tuple[str, str]] = []
    for one in values:
        if not isinstance(one, str):
            raise TypeError(f"{_EXPECTED}; got a value of {_kind(one)} for {name!r}")
        fields.append((name, one))
    return fields


def _is_pair(item: object) -> TypeGuard[Sequence[object]]:
    if isinstance(item, (str, bytes)) or not isinstance(item, Sequence):
        return False
    return len(cast("Sequence[object]", item)) == 2


def _kind(value: object) -> str:
    return "None" if value is None else f"type {type(value).__name__}"
