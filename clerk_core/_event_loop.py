"""What the drivers need of an event loop, of asyncio or of trio.

Both are loaded only where somebody awaits. It knows nothing of what is waited for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def result_of(outcome: Future[T], timeout: float | None) -> T:
    """Return the result of a future that another task, loop or thread will resolve.

    Args:
        outcome: The future. Giving up does not cancel it.
        timeout: The seconds to wait at most; None for no limit.

    Raises:
        TimeoutError: There was no result in time.
    """
    if not outcome.done():
        import anyio

        landed = anyio.Event()
        # Emptied at the end: the future keeps its callbacks, which must not keep the loop.
        waiting = [(_call_soon_of_running_loop(), landed.set)]

        def wake(_: Future[T]) -> None:
            # Whoever waited may have given up, and the loop may have ended.
            with suppress(IndexError, RuntimeError):
                call_soon, callback = waiting.pop()
                call_soon(callback)

        outcome.add_done_callback(wake)
        try:
            with anyio.fail_after(timeout):
                await landed.wait()
        finally:
            waiting.clear()
    return outcome.result()


def _call_soon_of_running_loop() -> Callable[[Callable[[], Any]], Any]:
    """Return what has a function called in the running loop, from whatever thread."""
    token = running_trio()
    if token is not None:
        call_soon: Callable[[Callable[[], Any]], Any] = token.run_sync_soon
        return call_soon
    import asyncio

    return asyncio.get_running_loop().call_soon_threadsafe


def running_trio() -> Any:
    """Return the token of the running trio loop; None where asyncio runs."""
    trio: Any = sys.modules.get("trio")
    if trio is not None:
        with suppress(RuntimeError):
            return trio.lowlevel.current_trio_token()
    return None
