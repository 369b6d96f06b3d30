"""Define a page of a list: a sequence with the total number of items, if the API returns it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast, overload

R = TypeVar("R")


class Page(Sequence[R]):
    """One page of the results of a `list` operation.

    Attributes:
        total_count: The number of results on all pages; None if the API does not return it.
    """

    __slots__ = ("_items", "total_count")

    def __init__(self, items: Sequence[R], total_count: int | None = None) -> None:
        self._items = tuple(items)
        self.total_count: int | None = total_count

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[R, ...]: ...
    def __getitem__(self, index: int | slice) -> R | tuple[R, ...]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Page):
            page = cast("Page[object]", other)
            return self._items == page._items and self.total_count == page.total_count
        return list(self._items) == other if isinstance(other, list) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return f"Page({list(self._items)!r}, total_count={self.total_count})"
