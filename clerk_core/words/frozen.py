"""A base for values that hold a secret: set once, and taken for a mapping by no encoder.

`json`, `dataclasses.asdict`, Flask's `jsonify` and FastAPI's `jsonable_encoder` all find nothing to
walk: there is no `__dict__` and there are no dataclass fields.
"""

from __future__ import annotations

from typing import NoReturn

from clerk_core.words.compat import Self


class Frozen:
    """Derive with `__slots__`, and set them in the initializer with `object.__setattr__`."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(
            f"cannot pickle or copy {type(self).__name__!r} object: it may hold a secret"
        )


class FrozenValue(Frozen):
    """What is compared by its value: a copy of it is the object itself, and it is not pickled."""

    __slots__ = ()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self
