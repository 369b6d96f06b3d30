"""Provide the functions of event loops that drivers need, for asyncio and trio.

Both libraries are imported only when something is awaited.
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
        outcome: The future. A time-out does not cancel it.
        timeout: The maximum number of seconds to wait; None for no limit.

    Raises:
        TimeoutError: There was no result in time.
    """
    if not outcome.done():
        import anyio

        landed = anyio.Event()
        # Emptied at the end, because the future keeps its callbacks, and they would keep the loop.
        waiting = [(_call_soon_of_running_loop(), landed.set)]

        def wake(_: Future[T]) -> None:
            # The waiter may have timed out, and its loop may have ended.
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
    """Return the thread-safe function that schedules a callback in the running loop."""
    token = running_trio()
    if token is not None:
        call_soon: Callable[[Callable[[], Any]], Any] = token.run_sync_soon
        return call_soon
    import asyncio

    return asyncio.get_running_loop().call_soon_threadsafe


def running_trio() -> Any:
    """Return the token of the running trio loop; None in asyncio."""
    trio: Any = sys.modules.get("trio")
    if trio is not None:
        with suppress(RuntimeError):
            return trio.lowlevel.current_trio_token()
    return None
