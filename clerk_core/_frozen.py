"""Bases for what may hold a secret, which no encoder takes for a mapping and nothing pickles.

`vars`, `json`, `pickle`, `dataclasses.asdict`, Flask's `jsonify`, FastAPI's `jsonable_encoder` and
the like find nothing to walk: there is no `__dict__`, there are no dataclass fields, and there is
no state to get.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

from clerk_core._compat import Self

T = TypeVar("T")


class Opaque:
    """Derive with `__slots__`: a class without them has a `__dict__` again."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        self.__getstate__()

    def __getstate__(self) -> NoReturn:
        kind = type(self).__name__
        raise TypeError(f"cannot pickle or copy {kind!r} object: it may hold a secret")


class Frozen(Opaque):
    """What cannot be changed: set its slots in the initializer with `object.__setattr__`."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")


class FrozenWithDict(Frozen):
    """What computes attributes when they are first asked for.

    Python finds them in the dictionary of the instance, which has no name that others could find it
    by: `vars` says that there is none.
    """

    if not TYPE_CHECKING:

        @property
        def __dict__(self) -> NoReturn:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute '__dict__'")


class FrozenValue(Frozen):
    """What is compared by its value: a copy of it is the object itself."""

    __slots__ = ()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


class Secret(Frozen, Generic[T]):
    """Holds a value for an object that has a `__dict__`."""

    __slots__ = ("value",)

    value: T

    def __init__(self, value: T) -> None:
        object.__setattr__(self, "value", value)
