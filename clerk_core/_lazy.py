"""Provide a decorator for attributes that are computed on first access.

Before Python 3.12, `functools.cached_property` acquires a lock that all instances share, which is
slow. Without a lock, two threads may compute a value twice, which is harmless for pure functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801 - used as a decorator, like property
    """A decorator that turns a method into an attribute that is computed on first access."""

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
        # The instance attribute takes precedence from now on, because there is no `__set__`.
        # `object.__setattr__` works for classes that forbid assignment or hide their `__dict__`.
        object.__setattr__(instance, self._name, value)
        return value
