"""Call one operation for many items, several at a time, within Clerk's rate limits.

The items are taken in groups, so that an iterator of any length fits into memory, and no task or
thread outlives the group. It knows no operation: a call is a function of an item.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator, Sized
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from clerk_core.errors import ClerkError, RateLimitedError

I = TypeVar("I")  # noqa: E741 - an item
T = TypeVar("T")

CONCURRENCY = 8
"""The default number of calls at a time."""
_GROUPS = 8
"""How many items of a group there are for each call at a time."""

# All in seconds.
_FIRST_PAUSE = 1.0
"""The first pause after a 429 without `Retry-After`; each further one is twice as long."""
_LONGEST_PAUSE = 60.0
_PATIENCE = 600.0
"""How long one item is tried while the rate limit is exceeded."""


@dataclass(frozen=True, slots=True)
class BulkResult(Generic[I, T]):
    """What became of one item: `result` or `error`.

    Attributes:
        item: The item.
        result: What the call returned; None if it failed.
        error: Why the call failed; None if it succeeded.
    """

    item: I
    result: T | None = None
    error: ClerkError | None = None


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """How far a bulk call is.

    Attributes:
        done: The number of items that were called, failed ones included.
        failed: The number of items whose call failed.
        total: The number of all items; None for an iterator, which does not know.
    """

    done: int
    failed: int
    total: int | None


def bulk(
    call: Callable[[I], T],
    items: Iterable[I],
    *,
    concurrency: int = CONCURRENCY,
    on_progress: Callable[[BulkProgress], object] | None = None,
) -> Generator[BulkResult[I, T], None, None]:
    """Call a function for each item, in several threads, and yield the results in order.

    If Clerk's rate limit is exceeded, all calls pause as long as Clerk says, and the refused ones
    are made again. Other errors of `clerk_core` are results, so that one item does not stop the
    others; any other exception stops them.

    Args:
        call: The function, such as `clerk.users.delete`.
        items: The items; an iterator of any length.
        concurrency: The number of calls at a time, from 1.
        on_progress: A function that is called after each item.

    Raises:
        ValueError: `concurrency` is less than 1.
    """
    counter = _Counter(items, concurrency, on_progress)
    return _bulk(call, items, concurrency, counter)


def _bulk(
    call: Callable[[I], T], items: Iterable[I], concurrency: int, counter: _Counter
) -> Generator[BulkResult[I, T], None, None]:
    from concurrent.futures import ThreadPoolExecutor

    limit = _RateLimit()

    def attempt(item: I) -> BulkResult[I, T]:
        until = time.monotonic() + _PATIENCE
        while True:
            time.sleep(limit.seconds_left())
            try:
                return BulkResult(item, call(item))
            except RateLimitedError as error:
                if not limit.pause(error, until):
                    return BulkResult(item, error=error)
            except ClerkError as error:
                return BulkResult(item, error=error)

    pool = ThreadPoolExecutor(concurrency, "clerk-bulk")
    try:
        for group in _groups(items, concurrency):
            for result in pool.map(attempt, group):
                counter.count(result)
                yield result
    finally:
        pool.shutdown(cancel_futures=True)


def async_bulk(
    call: Callable[[I], Awaitable[T]],
    items: Iterable[I],
    *,
    concurrency: int = CONCURRENCY,
    on_progress: Callable[[BulkProgress], object] | None = None,
) -> AsyncIterator[BulkResult[I, T]]:
    """Call a coroutine function for each item, in several tasks, and yield the results in order.

    If Clerk's rate limit is exceeded, all calls pause as long as Clerk says, and the refused ones
    are made again. Other errors of `clerk_core` are results, so that one item does not stop the
    others; any other exception stops them.

    Args:
        call: The function, such as `clerk.users.delete` of an `AsyncClerk`.
        items: The items; an iterator of any length.
        concurrency: The number of calls at a time, from 1.
        on_progress: A function that is called after each item.

    Raises:
        ValueError: `concurrency` is less than 1.
    """
    counter = _Counter(items, concurrency, on_progress)
    return _async_bulk(call, items, concurrency, counter)


async def _async_bulk(
    call: Callable[[I], Awaitable[T]], items: Iterable[I], concurrency: int, counter: _Counter
) -> AsyncIterator[BulkResult[I, T]]:
    import anyio

    limit = _RateLimit()

    async def attempt(item: I) -> BulkResult[I, T]:
        until = time.monotonic() + _PATIENCE
        while True:
            await anyio.sleep(limit.seconds_left())
            try:
                return BulkResult(item, await call(item))
            except RateLimitedError as error:
                if not limit.pause(error, until):
                    return BulkResult(item, error=error)
            except ClerkError as error:
                return BulkResult(item, error=error)

    for group in _groups(items, concurrency):
        for result in await _all_of(attempt, group, concurrency):
            counter.count(result)
            yield result


async def _all_of(
    attempt: Callable[[I], Awaitable[BulkResult[I, T]]], group: list[I], concurrency: int
) -> list[BulkResult[I, T]]:
    """Return the results of a group. No task is left when this returns or raises."""
    import anyio

    results: dict[int, BulkResult[I, T]] = {}
    failures: list[Exception] = []
    waiting = iter(enumerate(group))

    async def work(cancel: Callable[[], object]) -> None:
        for number, item in waiting:
            try:
                results[number] = await attempt(item)
            except Exception as error:
                # Raised below: a group of tasks would wrap it in an exception group.
                failures.append(error)
                cancel()

    async with anyio.create_task_group() as tasks:
        for _ in range(min(concurrency, len(group))):
            tasks.start_soon(work, tasks.cancel_scope.cancel)
    for failure in failures:
        raise failure
    return [results[number] for number in range(len(group))]


def _groups(items: Iterable[I], concurrency: int) -> Iterator[list[I]]:
    remaining = iter(items)
    while group := list(islice(remaining, concurrency * _GROUPS)):
        yield group


class _Counter:
    """Counts results, and reports the progress."""

    def __init__(
        self,
        items: Iterable[object],
        concurrency: int,
        on_progress: Callable[[BulkProgress], object] | None,
    ) -> None:
        if concurrency < 1:
            raise ValueError("concurrency must be at least 1")
        self._total = len(items) if isinstance(items, Sized) else None
        self._on_progress = on_progress
        self._done = self._failed = 0

    def count(self, result: BulkResult[I, T]) -> None:
        self._done += 1
        self._failed += result.error is not None
        if self._on_progress is not None:
            self._on_progress(BulkProgress(self._done, self._failed, self._total))


class _RateLimit:
    """The pause of all calls after Clerk has refused one by its rate limit."""

    def __init__(self) -> None:
        self._until = 0.0
        self._next = _FIRST_PAUSE

    def seconds_left(self) -> float:
        """Return how long to wait before the next call."""
        return max(0.0, self._until - time.monotonic())

    def pause(self, error: RateLimitedError, until: float) -> bool:
        """Pause all calls; return False if that would be longer than `until`."""
        now = time.monotonic()
        if self._until <= now:
            # Of several calls that were refused at the same time, the first one counts.
            seconds = self._next if error.retry_after is None else max(error.retry_after, 0.1)
            self._next = min(self._next * 2, _LONGEST_PAUSE)
            self._until = now + min(seconds, _LONGEST_PAUSE)
        return self._until < until
