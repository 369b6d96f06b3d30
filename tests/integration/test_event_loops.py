"""Clients in event loops: asyncio and trio, consecutive loops, closed and unclosed ones."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import time
import weakref
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import anyio
import pytest

from clerk_core import AsyncClerk, Keyring, Request, authenticate, run_async
from clerk_core._event_loop import result_of
from clerk_core._http.async_transport import AsyncSender
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import TransportError
from clerk_core.testing._held_connection import HeldConnection
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import SECRET_KEY, bearer
from tests.authentication.steps.support import api_request
from tests.integration.loopback import Connection, LoopbackServer, respond_with
from tests.support import NOW, key_set, mint, settings

Run = Callable[[Callable[[], Awaitable[Any]]], Any]
PATIENCE = 20.0


def _on_asyncio(do: Callable[[], Awaitable[Any]]) -> Any:
    return anyio.run(do, backend="asyncio")


def _on_trio(do: Callable[[], Awaitable[Any]]) -> Any:
    return anyio.run(do, backend="trio")


@pytest.fixture(params=[_on_asyncio, _on_trio], ids=["asyncio", "trio"])
def run_in_loop(request: pytest.FixtureRequest) -> Run:
    """Return a function that runs a coroutine function in a new event loop."""
    chosen: Run = request.param
    return chosen


async def _all(*coroutines: Callable[[], Awaitable[Any]]) -> list[Any]:
    """Await coroutines concurrently, in any event loop."""
    results: dict[int, Any] = {}

    async def one(number: int) -> None:
        results[number] = await coroutines[number]()

    async with anyio.create_task_group() as group:
        for number in range(len(coroutines)):
            group.start_soon(one, number)
    return [results[number] for number in range(len(coroutines))]


# --- asyncio and trio ----------------------------------------------------------------------------


def test_client_works_in_asyncio_and_trio(run_in_loop: Run) -> None:
    async def sign_in_and_call() -> None:
        async with AsyncClerk(**{**instance.options(), "jwt_key": None}) as clerk:
            request = Request("GET", "http://localhost/", [bearer("user_7")])
            state = await clerk.authenticate(request)
            assert state.auth().user_id == "user_7"
            assert (await clerk.users.get("user_7")).id == "user_7"

    with Instance() as instance:
        run_in_loop(sign_in_and_call)


def test_concurrent_tasks_fetch_keys_once_in_asyncio_and_trio(run_in_loop: Run) -> None:
    with Instance() as instance:

        async def authenticate_without_keys() -> list[Any]:
            async with AsyncClerk(**{**instance.options(), "jwt_key": None}) as clerk:
                requests = [
                    Request("GET", "http://localhost/", [bearer(f"user_{number}")])
                    for number in range(10)
                ]
                states = await _all(*(lambda one=one: clerk.authenticate(one) for one in requests))
                return [state.auth().user_id for state in states]

        assert run_in_loop(authenticate_without_keys) == [f"user_{number}" for number in range(10)]
        assert instance.calls == ["GET /v1/jwks"]


def test_tasks_of_asyncio_and_trio_share_a_fetch() -> None:
    keyring, using, requests = Keyring(), settings(jwt_key=None), list[str]()
    both = threading.Barrier(2)

    async def decide() -> str | None:
        async def send(request: HttpRequest) -> HttpResponse:
            requests.append(request.url)
            await anyio.sleep(0)
            return key_set()

        # Both loops run before either of them sends a request.
        await anyio.to_thread.run_sync(both.wait, PATIENCE)
        flow = authenticate(api_request(f"Bearer {mint()}"), using, now=NOW, keyring=keyring)
        return (await run_async(flow, send)).auth().user_id

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda run: run(decide), (_on_asyncio, _on_trio)))

    assert found == ["user_1", "user_1"]
    assert len(requests) == 1


def test_result_from_another_thread_is_awaited(run_in_loop: Run) -> None:
    outcome, waiting = Future[str](), threading.Event()

    async def wait() -> str:
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.to_thread.run_sync, resolve)
            waiting.set()
            return await result_of(outcome, PATIENCE)
        raise AssertionError

    def resolve() -> None:
        assert waiting.wait(PATIENCE)
        outcome.set_result("landed")

    assert run_in_loop(wait) == "landed"


def test_finished_result_is_returned_at_once(run_in_loop: Run) -> None:
    outcome = Future[str]()
    outcome.set_result("there")

    assert run_in_loop(lambda: result_of(outcome, 0)) == "there"


def test_waiting_for_a_result_times_out(
    run_in_loop: Run,
) -> None:
    outcome = Future[str]()

    with pytest.raises(TimeoutError):
        run_in_loop(lambda: result_of(outcome, 0.01))
    outcome.set_result("late")


def test_call_times_out_in_asyncio_and_trio(run_in_loop: Run) -> None:
    def hang(connection: Connection) -> None:
        connection.receive()
        connection.wait()

    async def call() -> None:
        sender = AsyncSender(1.0)
        try:
            await sender(HttpRequest("GET", server.url))
        finally:
            await sender.close()

    with LoopbackServer(hang) as server, pytest.raises(TransportError) as caught:
        run_in_loop(call)
    assert caught.value.code == "timed-out"


def test_call_is_retried_in_asyncio_and_trio(run_in_loop: Run) -> None:
    answers = [HttpResponse(503), HttpResponse(200)]

    async def call() -> int:
        sender = AsyncSender(PATIENCE, retries=2)
        try:
            return (await sender(HttpRequest("GET", server.url, may_repeat=True))).status
        finally:
            await sender.close()

    with LoopbackServer(respond_with(lambda _: answers.pop(0))) as server:
        assert run_in_loop(call) == 200


def test_cancelled_call_does_not_affect_the_next_one(run_in_loop: Run) -> None:
    received = threading.Event()

    def hang_once(connection: Connection) -> None:
        if not received.is_set():
            connection.receive()
            received.set()
            connection.wait()
        respond_with(lambda _: HttpResponse(200))(connection)

    async def cancel_and_call() -> int:
        sender = AsyncSender(PATIENCE)
        async with anyio.create_task_group() as group:
            group.start_soon(sender, HttpRequest("GET", server.url))
            await anyio.to_thread.run_sync(received.wait, PATIENCE)
            group.cancel_scope.cancel()
        try:
            return (await sender(HttpRequest("GET", server.url))).status
        finally:
            await sender.close()

    with LoopbackServer(hang_once) as server:
        assert run_in_loop(cancel_and_call) == 200


# --- one loop after another ----------------------------------------------------------------------


def unclosed(test: Callable[..., None]) -> Callable[..., None]:
    """Ignore the warnings of asyncio and trio about unclosed resources."""
    for kind in ("pytest.PytestUnraisableExceptionWarning", "ResourceWarning"):
        test = pytest.mark.filterwarnings(f"ignore::{kind}")(test)
    return test


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
@unclosed
def test_unclosed_loops_leave_no_open_files() -> None:
    with Instance() as instance:
        clerk = AsyncClerk(**instance.options())

        async def get_user() -> None:
            assert (await clerk.users.get("user_7")).id == "user_7"

        asyncio.new_event_loop().run_until_complete(get_user())
        gc.collect()
        before = _open_files()
        for _ in range(60):
            asyncio.new_event_loop().run_until_complete(get_user())
        # The garbage collector removes unclosed loops with their connections.
        gc.collect()
        # The server in this process closes its sockets after the clients close theirs.
        until = time.monotonic() + PATIENCE
        while _open_files() > before + 10:
            assert time.monotonic() < until
            time.sleep(0.01)


@unclosed
def test_connections_of_a_loop_end_with_it(run_in_loop: Run) -> None:
    sender = AsyncSender(PATIENCE)
    pools: list[Any] = []

    async def once() -> None:
        await sender(HttpRequest("GET", server.url))
        pools.extend(map(weakref.ref, sender._connections.pools().values()))

    with LoopbackServer(respond_with(lambda _: HttpResponse(200))) as server:
        for _ in range(3):
            run_in_loop(once)
        gc.collect()
        assert [pool() for pool in pools] == [None] * 3


def test_end_of_asyncio_run_closes_connections() -> None:
    with HeldConnection() as held:
        clerk = AsyncClerk(secret_key=SECRET_KEY, api_url=held.url)

        async def call() -> str:
            return (await clerk.users.get("user_7")).id

        assert asyncio.run(call()) == "user_7"

        # Although the client is still in use, and could make a call in another loop.
        assert held.closed.wait(PATIENCE)


@unclosed
def test_connections_of_a_client_end_with_it_in_a_running_loop(run_in_loop: Run) -> None:
    async def discard_sender() -> None:
        sender = AsyncSender(PATIENCE)
        await sender(HttpRequest("GET", server.url))
        (pool,) = map(weakref.ref, sender._connections.pools().values())
        del sender
        gc.collect()
        # asyncio closes them in a task.
        with anyio.fail_after(PATIENCE):
            while pool() is not None:
                await anyio.sleep(0.01)
                gc.collect()

    with LoopbackServer(respond_with(lambda _: HttpResponse(200))) as server:
        run_in_loop(discard_sender)


def test_loop_that_runs_again_reuses_its_connections() -> None:
    loop, other, sender = asyncio.new_event_loop(), asyncio.new_event_loop(), AsyncSender(PATIENCE)
    request = HttpRequest("GET", "")

    with LoopbackServer(respond_with(lambda _: HttpResponse(200))) as server:
        request = HttpRequest("GET", server.url)
        for one in (loop, other, loop, other, loop):
            one.run_until_complete(sender(request))
        assert server.connections == 2
        for one in (loop, other):
            one.run_until_complete(sender.close())
            one.close()
