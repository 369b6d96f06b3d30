"""Provide base classes for objects that may hold secrets, so that they cannot be serialized.

`vars`, `json`, `pickle`, `dataclasses.asdict`, Flask's `jsonify`, FastAPI's `jsonable_encoder` and
others cannot read the attributes: there is no `__dict__`, no dataclass field and no pickle state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

from clerk_core._compat import Self

T = TypeVar("T")


class Opaque:
    """The base of objects that cannot be serialized. Subclasses must define `__slots__`."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        self.__getstate__()

    def __getstate__(self) -> NoReturn:
        kind = type(self).__name__
        raise TypeError(f"cannot pickle or copy {kind!r} object: it may hold a secret")


class Frozen(Opaque):
    """The base of immutable objects. `__init__` sets slots with `object.__setattr__`."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")


class FrozenWithDict(Frozen):
    """The base of immutable objects with `lazy` attributes.

    Python finds them in the dictionary of the instance, which encoders cannot access: `vars` fails.
    """

    if not TYPE_CHECKING:

        @property
        def __dict__(self) -> NoReturn:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute '__dict__'")


class FrozenValue(Frozen):
    """The base of immutable values. A copy is the object itself."""

    __slots__ = ()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


class Secret(Frozen, Generic[T]):
    """A container that hides a value from encoders, for objects with a `__dict__`."""

    __slots__ = ("value",)

    value: T

    def __init__(self, value: T) -> None:
        object.__setattr__(self, "value", value)
