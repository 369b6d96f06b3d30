"""Bulk calls: bounded, in order, within the rate limit, and without a lost error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import httpx
import pytest

from clerk_core import (
    AsyncClerk,
    BulkProgress,
    BulkResult,
    Clerk,
    NotFoundError,
    RateLimitedError,
    async_bulk,
    bulk,
)

LIMITED = RateLimitedError("wait", code="rate-limited", status=429, retry_after=0.1)
UNKNOWN = NotFoundError("unknown", code="resource_not_found", status=404)


def in_threads(
    call: Callable[[Any], Any], items: Any, **options: Any
) -> list[BulkResult[Any, Any]]:
    return list(bulk(call, items, **options))


def in_tasks(call: Callable[[Any], Any], items: Any, **options: Any) -> list[BulkResult[Any, Any]]:
    async def call_later(item: Any) -> Any:
        await anyio.sleep(0)
        return call(item)

    async def main() -> list[BulkResult[Any, Any]]:
        return [result async for result in async_bulk(call_later, items, **options)]

    return anyio.run(main)


def in_trio(call: Callable[[Any], Any], items: Any, **options: Any) -> list[BulkResult[Any, Any]]:
    async def call_later(item: Any) -> Any:
        return call(item)

    async def main() -> list[BulkResult[Any, Any]]:
        return [result async for result in async_bulk(call_later, items, **options)]

    return anyio.run(main, backend="trio")


every = pytest.mark.parametrize("run", [in_threads, in_tasks, in_trio])


@every
def test_results_are_in_order_and_errors_are_among_them(run: Any) -> None:
    def call(item: int) -> int:
        if item % 10 == 3:
            raise UNKNOWN
        return item * 2

    results = run(call, range(150), concurrency=4)

    assert [one.item for one in results] == list(range(150))
    assert all(one.error is UNKNOWN for one in results if one.item % 10 == 3)
    assert all(one.result == one.item * 2 for one in results if one.error is None)
    assert sum(one.error is not None for one in results) == 15


@every
def test_rate_limit_pauses_all_calls_and_refused_ones_are_made_again(run: Any) -> None:
    refused: list[int] = []

    def call(item: int) -> int:
        if item in (2, 5) and item not in refused:
            refused.append(item)
            raise LIMITED
        return item

    started = time.monotonic()
    results = run(call, range(20), concurrency=3)

    assert [one.result for one in results] == list(range(20))
    assert sorted(refused) == [2, 5]
    assert time.monotonic() - started >= 0.1


@every
def test_rate_limit_that_does_not_end_is_a_result(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clerk_core._bulk._PATIENCE", 0.05)

    def call(item: int) -> int:
        raise LIMITED

    results = run(call, [1], concurrency=1)

    assert [one.error for one in results] == [LIMITED]


@every
def test_any_other_exception_stops_the_calls(run: Any) -> None:
    called: list[int] = []

    def call(item: int) -> int:
        called.append(item)
        if item == 5:
            raise KeyError("of the application")
        return item

    with pytest.raises(KeyError, match="of the application"):
        run(call, range(10_000), concurrency=2)
    assert len(called) < 200


@every
def test_progress_counts_items_and_failures(run: Any) -> None:
    seen: list[BulkProgress] = []

    def call(item: int) -> None:
        if item == 1:
            raise UNKNOWN

    run(call, [0, 1, 2], on_progress=seen.append)
    run(call, iter([0]), on_progress=seen.append)

    assert seen == [
        BulkProgress(1, 0, 3),
        BulkProgress(2, 1, 3),
        BulkProgress(3, 1, 3),
        BulkProgress(1, 0, None),
    ]


@every
@pytest.mark.parametrize("concurrency", [0, -1])
def test_concurrency_must_be_positive(run: Any, concurrency: int) -> None:
    with pytest.raises(ValueError, match="concurrency"):
        run(str, [1], concurrency=concurrency)


def test_items_of_an_iterator_are_taken_in_groups() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100_000):
            taken.append(number)
            yield number

    results = bulk(str, items(), concurrency=2)
    assert next(results).result == "0"
    results.close()

    assert len(taken) < 50


def test_no_more_calls_than_allowed_run_at_a_time() -> None:
    lock, running, most = threading.Lock(), 0, 0

    def call(item: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.005)
        with lock:
            running -= 1

    list(bulk(call, range(40), concurrency=3))

    assert 1 < most <= 3


def test_abandoned_results_leave_no_thread() -> None:
    results = bulk(str, range(1000), concurrency=4)
    next(results)
    results.close()

    assert not [one for one in threading.enumerate() if one.name.startswith("clerk-bulk")]


def test_operations_of_both_clients_are_calls() -> None:
    deleted: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        deleted.append(request.url.path)
        return httpx.Response(200, json={"id": "x", "deleted": True})

    transport: Any = httpx.MockTransport(answer)
    users = [f"user_{number}" for number in range(5)]

    async def main() -> None:
        async with AsyncClerk(secret_key="sk_test_1", transport=transport) as clerk:
            async for result in async_bulk(clerk.users.delete, users):
                assert result.result is not None
                assert result.result.deleted

    with Clerk(secret_key="sk_test_1", transport=transport) as clerk:
        assert all(result.error is None for result in bulk(clerk.users.delete, users))
    anyio.run(main)

    assert sorted(deleted) == sorted([f"/v1/users/{user}" for user in users] * 2)
