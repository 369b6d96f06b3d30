"""Iterate over all results of an operation that lists, page by page.

@paginate(list)
def iterate(self) -> Iterator[User]:
    \"\"\"Iterate over all users.\"\"\"
    ...
"""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Sequence
from functools import update_wrapper
from types import GenericAlias, MethodType
from typing import Any, Generic, ParamSpec, TypeVar, cast, get_args, overload

from clerk_core._api.modes import AsyncMode, Operations, SyncMode
from clerk_core._api.operation import Operation
from clerk_core._api.pages import Page
from clerk_core._flow import Flow
from clerk_core._lazy import lazy
from clerk_core._settings.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

_PAGE_SIZE = 100

# The lines about `limit` in the docstrings of a `list` operation and of an iterator.
_LIMIT = re.compile(r"^    limit: .*(\n     .*)*", re.MULTILINE)
_LIMIT_OF_ALL = "    limit: The maximum number of results on all pages; unlimited by default."


class Paginator(Generic[P, R]):
    """A method that iterates over all results of an operation that lists, each one once.

    It has the parameters of the operation, but `limit` is the maximum number of all results, not of
    those on a page.

    Args:
        listing: The operation.
        declaration: The function with the name, the docstring and the result type of the method.
    """

    def __init__(self, listing: Operation[P, Page[R]], declaration: Callable[..., object]) -> None:
        self.listing = listing
        self.declaration = declaration
        self.name: str = declaration.__name__
        self.__doc__ = declaration.__doc__

    @lazy
    def _method(self) -> Callable[..., object]:
        return self._made()

    @lazy
    def _async_method(self) -> Callable[..., object]:
        method = self._made()
        signature = inspect.signature(method)
        kind = GenericAlias(AsyncIterator, get_args(signature.return_annotation))
        cast("Any", method).__signature__ = signature.replace(return_annotation=kind)
        return method

    def _made(self) -> Callable[..., object]:
        def method(operations: Operations[Any], /, *args: object, **named: object) -> object:
            # Bound now, so that wrong arguments are reported at the call.
            given = self.listing.arguments(args, named, method.__qualname__)
            return operations.mode.walk(Pages(self.listing, given))

        update_wrapper(method, self.declaration)
        own = inspect.signature(self.declaration, eval_str=True)
        parameters = [*own.parameters.values(), *self.listing.declared.parameters.values()]
        cast("Any", method).__signature__ = own.replace(parameters=parameters)
        method.__doc__ = _with_arguments(self.declaration.__doc__, self.listing.__doc__)
        return method

    @overload
    def __get__(self, instance: None, owner: type) -> Paginator[P, R]: ...
    @overload
    def __get__(
        self, instance: Operations[SyncMode], owner: type
    ) -> Callable[P, Generator[R, None, None]]: ...
    @overload
    def __get__(
        self, instance: Operations[AsyncMode], owner: type
    ) -> Callable[P, AsyncGenerator[R, None]]: ...
    def __get__(self, instance: Operations[Any] | None, owner: type) -> object:
        if instance is None:
            return self
        is_async = isinstance(instance.mode, AsyncMode)
        return MethodType(self._async_method if is_async else self._method, instance)


def paginate(
    listing: Operation[P, Page[R]],
) -> Callable[[Callable[..., object]], Paginator[P, R]]:
    """Return a decorator that declares the iterator over all pages of an operation."""

    def declare(declaration: Callable[..., object]) -> Paginator[P, R]:
        return Paginator(listing, declaration)

    return declare


class Pages(Generic[R]):
    """The state of an iteration: which page comes next, and which results were returned before."""

    def __init__(self, listing: Operation[..., Page[R]], given: dict[str, object]) -> None:
        limit, offset = given.pop("limit", None), given.pop("offset", None)
        self._left = int(limit) if isinstance(limit, (int, float)) else None
        self._size = _PAGE_SIZE if self._left is None else min(_PAGE_SIZE, self._left)
        self._offset = int(offset) if isinstance(offset, (int, float)) else 0
        self._listing = listing
        self._given = given
        self._seen: set[object] = set()
        self._last: Sequence[R] | None = None
        self.is_over: bool = self._left is not None and self._left <= 0

    def next(self, settings: Settings) -> Flow[Sequence[R]]:
        """Return the results of the next page that were not on previous pages."""
        asked = {**self._given, "limit": self._size, "offset": self._offset}
        page = yield from self._listing.call(settings, asked)
        self._offset += len(page)
        # An endpoint that ignores `limit` and `offset` returns more, or the same page again.
        self.is_over = len(page) != self._size or page == self._last
        self._last = page
        fresh = [one for one in page if self._is_new(one)][: self._left]
        if self._left is not None:
            self._left -= len(fresh)
            self.is_over = self.is_over or self._left <= 0
        return fresh

    def _is_new(self, one: R) -> bool:
        # An item that is created during the iteration moves another one to the next page.
        identifier = getattr(one, "id", "")
        is_new = not identifier or identifier not in self._seen
        self._seen.add(identifier)
        return is_new


def _with_arguments(text: str | None, listing: str | None) -> str | None:
    """Return a docstring extended by the Args section of the operation's docstring."""
    heading = "Args:"
    described = inspect.cleandoc(listing or "").partition(heading)[2]
    if not text or not described:
        return text
    return f"{inspect.cleandoc(text)}\n\n{heading}{_LIMIT.sub(_LIMIT_OF_ALL, described)}"
