"""A base for values that hold a secret: set once, and taken for a mapping by no encoder.

`json`, `dataclasses.asdict`, Flask's `jsonify` and FastAPI's `jsonable_encoder` all find nothing to
walk: there is no `__dict__` and there are no dataclass fields.
"""

from __future__ import annotations

from typing import NoReturn


class Frozen:
    """Derive with `__slots__`, and set them in the initializer with `object.__setattr__`."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds a secret: it is not copied, nor pickled")
