"""A coroutine without a truth value: a forgotten `await` is an error, and never a yes.

Any other coroutine is true, so that `if auth(request, accepts_token="api_key"):` would admit
everybody.
"""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

T = TypeVar("T", covariant=True)

# mypy takes it for true. It knows no error for the truth of an object, and would take all code
# behind a `__bool__` that never returns for unreachable, and check none of it.
MYPY: Final = False


class StrictCoroutine(Coroutine[Any, Any, T]):
    """Runs `coroutine` when it is awaited; `call` is how its maker is called, for messages."""

    __slots__ = ("_call", "_coroutine")

    def __init__(self, coroutine: Coroutine[Any, Any, T], call: str) -> None:
        self._coroutine = coroutine
        self._call = call

    def __await__(self) -> Generator[Any, Any, T]:
        return self._coroutine.__await__()

    def send(self, value: Any, /) -> Any:
        """Resume the coroutine."""
        return self._coroutine.send(value)

    def throw(self, *error: Any) -> Any:
        """Raise an exception in the coroutine."""
        return self._coroutine.throw(*error)

    def close(self) -> None:
        """Stop the coroutine."""
        self._coroutine.close()

    if not MYPY:

        def __bool__(self) -> NoReturn:
            # Python would warn as well that it was never awaited.
            self.close()
            raise TypeError(f"{self._call} has to be awaited: write `await {self._call}`")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            raise AttributeError(
                f"{self._call} has to be awaited before {name!r} is read: write "
                f"`(await {self._call}).{name}`"
            )

    def __repr__(self) -> str:
        return f"<{self._call}, not awaited>"
