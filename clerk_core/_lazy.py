"""A property computed when first asked for, then kept.

`functools.cached_property` takes a lock that all instances share before Python 3.12, which is most
of the cost of what is kept here. Two threads may compute a value twice; values are pure, so
neither can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801 - used as a decorator, like property
    """Decorates a method without parameters; its value is kept as an attribute of the instance."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> lazy[T]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> lazy[T] | T:
        if instance is None:
            return self
        value = self._compute(instance)
        # Found there from now on: this descriptor has no __set__, so it is asked only once.
        # In this way, because the class may forbid setting attributes, or hide its `__dict__`.
        object.__setattr__(instance, self._name, value)
        return value
