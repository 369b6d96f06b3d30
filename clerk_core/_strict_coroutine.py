"""Define a coroutine without a truth value, so that a forgotten `await` raises an error.

Other coroutines are true, so `if auth(request, accepts_token="api_key"):` would admit everybody.
"""

from __future__ import annotations

import sys
from collections.abc import Coroutine, Generator
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

T = TypeVar("T", covariant=True)

# True in mypy: it would treat all code after a `__bool__` that never returns as unreachable, and
# not check it.
MYPY: Final = False

_PRINTS_TASKS = "asyncio.base_tasks"


class StrictCoroutine(Coroutine[Any, Any, T]):
    """A coroutine whose truth value and attributes cannot be read.

    Args:
        coroutine: The coroutine to run when this one is awaited.
        call: The call that returned it, for messages.
    """

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

    if TYPE_CHECKING:
        if not MYPY:

            def __bool__(self) -> NoReturn: ...

    else:

        def __bool__(self) -> bool:
            # In Python 3.12 and later, `repr` of a task tests whether the task has a coroutine.
            if sys._getframe(1).f_globals.get("__name__") == _PRINTS_TASKS:
                return True
            raise TypeError(f"{self._call} must be awaited: write `await {self._call}`")

        def __getattr__(self, name: str) -> NoReturn:
            raise AttributeError(
                f"{self._call} must be awaited before reading {name!r}: write "
                f"`(await {self._call}).{name}`"
            )

    def __repr__(self) -> str:
        return f"<{self._call}, not awaited>"
