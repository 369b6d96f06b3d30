"""A forgotten `await` never admits a request, and warnings name the call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import httpx
import pytest

from clerk_core import AsyncClerk, AsyncRequestAuth, AsyncSessionAuth, Request
from clerk_core import aiohttp as clerk_aiohttp
from clerk_core import fastapi as clerk_fastapi
from clerk_core import litestar as clerk_litestar
from clerk_core import quart as clerk_quart
from clerk_core import starlette as clerk_starlette
from clerk_core._flow import Flow
from clerk_core._integration.request_functions import (
    AsyncConnectionFunctions,
    AsyncRequestFunctions,
)
from clerk_core._strict_coroutine import StrictCoroutine
from tests.integration.test_client import bearer, token
from tests.support import PATIENCE, SECRET_KEY, public_pem, publishable_key

ADAPTERS = [clerk_aiohttp, clerk_fastapi, clerk_litestar, clerk_quart, clerk_starlette]


def client() -> AsyncClerk:
    return AsyncClerk(
        publishable_key=publishable_key(),
        secret_key=SECRET_KEY,
        jwt_key=public_pem(),
        transport=httpx.MockTransport(lambda request: httpx.Response(200, json={"id": "user_1"})),
    )


def my_flow() -> Flow[None]:
    yield from ()


CALLS: list[tuple[str, Callable[[AsyncClerk], Any]]] = [
    ("Users.get", lambda clerk: clerk.users.get("user_1")),
    ("Sessions.create_token", lambda clerk: clerk.sessions.create_token("sess_1")),
    ("AsyncClerk.authenticate", lambda clerk: clerk.authenticate(Request("GET", "http://a.test/"))),
    ("my_flow", lambda clerk: clerk.run(my_flow())),
]


@pytest.mark.parametrize(("name", "call"), CALLS, ids=[name for name, _ in CALLS])
def test_unawaited_call_is_named_in_the_warning(
    name: str, call: Callable[[AsyncClerk], Any]
) -> None:
    with pytest.warns(RuntimeWarning, match=f"coroutine '{name}' was never awaited"):
        call(client())


def test_unawaited_get_token_is_named_in_the_warning() -> None:
    async def main() -> None:
        request = await AsyncRequestAuth.authenticate(client(), bearer(token()))
        auth = request.auth()
        assert isinstance(auth, AsyncSessionAuth)
        auth.get_token(template="supabase")

    with pytest.warns(RuntimeWarning, match=r"coroutine 'SessionAuth\.get_token' was never"):
        asyncio.run(main())


def test_operations_can_be_started_as_tasks() -> None:
    async def main() -> tuple[str, str]:
        clerk = client()
        task = asyncio.create_task(clerk.users.get("user_1"))
        user, other = await asyncio.gather(task, clerk.users.get("user_1"))
        return user.id, other.id

    assert asyncio.run(main()) == ("user_1", "user_1")


# Coroutines have no truth value, so that `if auth(request, accepts_token="api_key"):` raises.


async def start_request_auth() -> AsyncRequestAuth:
    return await AsyncRequestAuth.authenticate(client(), Request("GET", "http://a.test/"))


UNAWAITED: list[tuple[str, Callable[[AsyncRequestAuth], object]]] = [
    (
        "auth(accepts_token='api_key')",
        lambda request_auth: request_auth.auth(accepts_token="api_key"),
    ),
    ("auth(accepts_token='any')", lambda request_auth: request_auth.auth(accepts_token="any")),
    (
        "auth(accepts_token=['m2m_token'])",
        lambda request_auth: request_auth.auth(accepts_token=["m2m_token"]),
    ),
    (
        "auth(accepts_token='api_key')",
        lambda request_auth: AsyncRequestFunctions(lambda: request_auth).auth(
            accepts_token="api_key"
        ),
    ),
    (
        "auth(accepts_token='api_key')",
        lambda request_auth: AsyncConnectionFunctions[int](lambda _: request_auth).auth(
            1, accepts_token="api_key"
        ),
    ),
    ("current_user()", lambda request_auth: request_auth.current_user()),
    (
        "current_user()",
        lambda request_auth: AsyncRequestFunctions(lambda: request_auth).current_user(),
    ),
    (
        "current_user()",
        lambda request_auth: AsyncConnectionFunctions[int](lambda _: request_auth).current_user(1),
    ),
    (
        "authenticate()",
        lambda request_auth: request_auth.client.authenticate(Request("GET", "http://a.test/")),
    ),
    ("get_token()", lambda request_auth: request_auth.auth().get_token()),
    ("Users.get()", lambda request_auth: request_auth.client.users.get("user_1")),
    (
        "Users.verify_password()",
        lambda request_auth: request_auth.client.users.verify_password("user_1", password="wrong"),
    ),
    ("M2M.verify_token()", lambda request_auth: request_auth.client.m2m.verify_token(token="mt_1")),
    ("my_flow()", lambda request_auth: request_auth.client.run(my_flow())),
]


@pytest.mark.parametrize(("call", "make"), UNAWAITED)
def test_unawaited_result_has_no_truth_value(
    call: str, make: Callable[[AsyncRequestAuth], object]
) -> None:
    async def main() -> None:
        for truth in (bool, lambda value: not value, lambda value: value or 1):
            made: Any = make(await start_request_auth())
            with pytest.raises(TypeError) as raised:
                truth(made)
            made.close()
            assert str(raised.value) == f"{call} must be awaited: write `await {call}`"

    asyncio.run(main())


@pytest.mark.parametrize(("call", "make"), UNAWAITED)
def test_unawaited_result_has_no_attributes(
    call: str, make: Callable[[AsyncRequestAuth], Any]
) -> None:
    async def main() -> None:
        made = make(await start_request_auth())
        with pytest.raises(AttributeError, match="must be awaited before reading 'user_id'"):
            made.user_id  # noqa: B018
        made.close()

    asyncio.run(main())


@pytest.mark.parametrize(("call", "make"), UNAWAITED)
def test_unawaited_result_is_a_coroutine(
    call: str, make: Callable[[AsyncRequestAuth], Any]
) -> None:
    async def main() -> None:
        request_auth = await start_request_auth()
        for made in (
            make(request_auth),
            asyncio.create_task(make(request_auth)),
            asyncio.gather(make(request_auth)),
        ):
            assert isinstance(made, Awaitable)
            await made
        made = make(request_auth)
        assert isinstance(made, Coroutine)
        assert call in repr(made)
        made.close()

    asyncio.run(main())


async def pausing(resume: asyncio.Event) -> str:
    await resume.wait()
    return repr(asyncio.current_task())


def test_task_that_runs_it_can_be_printed() -> None:
    async def main() -> None:
        resume = asyncio.Event()
        task = asyncio.create_task(StrictCoroutine(pausing(resume), "pausing()"))
        # Before it has started, and while it waits.
        for _ in range(2):
            assert "pending" in repr(task)
            await asyncio.sleep(0)
        resume.set()
        assert "pending" in await asyncio.wait_for(task, PATIENCE)

    asyncio.run(main())


def test_testing_the_truth_value_does_not_stop_a_running_task() -> None:
    async def main() -> None:
        resume = asyncio.Event()
        running = StrictCoroutine(pausing(resume), "pausing()")
        task = asyncio.create_task(running)
        await asyncio.sleep(0)
        with pytest.raises(TypeError, match="must be awaited"):
            bool(running)
        resume.set()
        assert await asyncio.wait_for(task, PATIENCE)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("auth", lambda request_auth: request_auth.auth(accepts_token="api_key")),
        ("current_user", lambda request_auth: request_auth.current_user()),
    ],
)
def test_forgotten_await_warns_with_the_function_name(
    name: str, make: Callable[[AsyncRequestAuth], object]
) -> None:
    async def main() -> None:
        make(await start_request_auth())

    with pytest.warns(RuntimeWarning, match=f"coroutine '{name}' was never awaited"):
        asyncio.run(main())


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("name", ["auth", "current_user"])
def test_async_adapters_use_these_functions(adapter: Any, name: str) -> None:
    assert isinstance(
        getattr(adapter, name).__self__, (AsyncRequestFunctions, AsyncConnectionFunctions)
    )


# Wrong arguments


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_unknown_argument_of_auth_raises_with_a_suggestion(adapter: Any) -> None:
    arguments = [] if adapter is clerk_quart else [object()]

    with pytest.raises(TypeError) as raised:
        adapter.auth(*arguments, accept_tokens="api_key")

    assert str(raised.value) == (
        "auth() got an unexpected keyword argument 'accept_tokens'. Did you mean 'accepts_token'?"
    )


@pytest.mark.parametrize(
    "wrong", ["session", "api-key", ["api_key", "oauth"], "", None, 5, {"api_key": 1}, [["any"]]]
)
def test_unknown_token_type_raises_before_awaiting(
    wrong: Any,
) -> None:
    async def main() -> None:
        request_auth = await start_request_auth()
        with pytest.raises(
            TypeError, match=r"^auth\(\) argument 'accepts_token' must be 'any', or"
        ):
            request_auth.auth(accepts_token=wrong)

    asyncio.run(main())
