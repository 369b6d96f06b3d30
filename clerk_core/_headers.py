"""Header fields of HTTP messages, made from whatever form servers and frameworks have them in."""

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
    """A mapping, or what is like one: `email.message.Message`, `wsgiref.headers.Headers`."""

    def items(self) -> Iterable[tuple[str, str | Sequence[str]]]:
        """Return the names and values."""
        ...


HeaderSource: TypeAlias = HasItems | Iterable[tuple[str, str]]
"""Names and values, as a mapping or as pairs; in a mapping a value may be a list of values."""


class Headers(FrozenValue):
    """Header fields in the order they came, duplicates kept, names in any case (RFC 9110, 5.1).

    Iterating gives the pairs as they came; `get` joins the values of one name.

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
        """Return headers of pairs that are known to be `str`, which is not checked."""
        headers: Headers = object.__new__(cls)
        headers._set(tuple(pairs))
        return headers

    def _set(self, pairs: tuple[tuple[str, str], ...]) -> None:
        object.__setattr__(self, "_pairs", pairs)
        object.__setattr__(self, "_combined", None)

    def get(self, name: str) -> str | None:
        """Return the values of `name` joined as one; None if it is not there.

        They are joined with a comma (RFC 9110, 5.3), cookies with a semicolon (RFC 9113, 8.2.3).
        """
        combined = self._combined
        if combined is None:
            combined = self._combine()
            object.__setattr__(self, "_combined", combined)
        value = combined.get(name)
        if value is None:
            value = combined.get(name.lower())
        # White space around a value is no part of it (RFC 9110, 5.5).
        return value.strip(_SPACE) if value else value

    def get_all(self, name: str) -> list[str]:
        """Return every value of `name` in order: for fields such as `set-cookie`."""
        return [value for key, value in self._pairs if key.lower() == name.lower()]

    def _combine(self) -> dict[str, str]:
        combined = {key.lower(): value for key, value in self._pairs}
        if len(combined) == len(self._pairs):
            return combined
        combined.clear()
        for key, value in self._pairs:
            name = key.lower()
            if name in combined:
                between = "; " if name == "cookie" else ", "
                combined[name] = combined[name].strip(_SPACE) + between + value.strip(_SPACE)
            else:
                combined[name] = value
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
    """Return the fields of one item. No error shows its content, which may be a secret."""
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
