"""A forgotten `await` admits nobody, and is named as the user wrote it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import httpx
import pytest

from clerk_core import AsyncClerk, AsyncRequestAuth, AsyncSessionAuth, Request
from clerk_core import aiohttp as clerk_aiohttp
from clerk_core import fastapi as clerk_fastapi
from clerk_core import quart as clerk_quart
from clerk_core import starlette as clerk_starlette
from clerk_core._flow import Flow
from clerk_core._integration.request_functions import (
    AsyncConnectionFunctions,
    AsyncRequestFunctions,
)
from tests.integration.test_client import bearer, token
from tests.support import SECRET_KEY, public_pem, publishable_key


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
def test_what_is_not_awaited_is_named_as_it_was_called(
    name: str, call: Callable[[AsyncClerk], Any]
) -> None:
    with pytest.warns(RuntimeWarning, match=f"coroutine '{name}' was never awaited"):
        call(client())


def test_a_token_that_is_not_awaited_is_named_as_it_was_called() -> None:
    async def main() -> None:
        request = await AsyncRequestAuth.authenticate(client(), bearer(token()))
        auth = request.auth()
        assert isinstance(auth, AsyncSessionAuth)
        auth.get_token(template="supabase")

    with pytest.warns(RuntimeWarning, match=r"coroutine 'SessionAuth\.get_token' was never"):
        asyncio.run(main())


def test_operations_are_started_as_tasks() -> None:
    async def main() -> tuple[str, str]:
        clerk = client()
        task = asyncio.create_task(clerk.users.get("user_1"))
        user, other = await asyncio.gather(task, clerk.users.get("user_1"))
        return user.id, other.id

    assert asyncio.run(main()) == ("user_1", "user_1")


# What was not awaited has no truth: `if auth(request, accepts_token="api_key"):` lets nobody in.


async def started() -> AsyncRequestAuth:
    return await AsyncRequestAuth.authenticate(client(), Request("GET", "http://a.test/"))


UNAWAITED: list[tuple[str, Callable[[AsyncRequestAuth], object]]] = [
    ("auth(accepts_token='api_key')", lambda visit: visit.auth(accepts_token="api_key")),
    ("auth(accepts_token='any')", lambda visit: visit.auth(accepts_token="any")),
    ("auth(accepts_token=['m2m_token'])", lambda visit: visit.auth(accepts_token=["m2m_token"])),
    (
        "auth(accepts_token='api_key')",
        lambda visit: AsyncRequestFunctions(lambda: visit).auth(accepts_token="api_key"),
    ),
    (
        "auth(accepts_token='api_key')",
        lambda visit: AsyncConnectionFunctions[int](lambda _: visit).auth(
            1, accepts_token="api_key"
        ),
    ),
    ("current_user()", lambda visit: visit.current_user()),
    ("current_user()", lambda visit: AsyncRequestFunctions(lambda: visit).current_user()),
    (
        "current_user()",
        lambda visit: AsyncConnectionFunctions[int](lambda _: visit).current_user(1),
    ),
    (
        "authenticate()",
        lambda visit: visit.client.authenticate(Request("GET", "http://a.test/")),
    ),
    ("get_token()", lambda visit: visit.auth().get_token()),
    ("Users.get()", lambda visit: visit.client.users.get("user_1")),
    (
        "Users.verify_password()",
        lambda visit: visit.client.users.verify_password("user_1", password="wrong"),
    ),
    ("M2M.verify_token()", lambda visit: visit.client.m2m.verify_token(token="mt_1")),
    ("my_flow()", lambda visit: visit.client.run(my_flow())),
]


@pytest.mark.parametrize(("call", "make"), UNAWAITED)
def test_what_is_not_awaited_is_neither_true_nor_false(
    call: str, make: Callable[[AsyncRequestAuth], object]
) -> None:
    async def main() -> None:
        for truth in (bool, lambda value: not value, lambda value: value or 1):
            with pytest.raises(TypeError) as raised:
                truth(make(await started()))
            assert str(raised.value) == f"{call} has to be awaited: write `await {call}`"

    asyncio.run(main())


@pytest.mark.parametrize(("call", "make"), UNAWAITED)
def test_nothing_is_read_of_what_is_not_awaited(
    call: str, make: Callable[[AsyncRequestAuth], Any]
) -> None:
    async def main() -> None:
        made = make(await started())
        with pytest.raises(AttributeError, match="has to be awaited before 'user_id' is read"):
            made.user_id  # noqa: B018
        made.close()

    asyncio.run(main())


@pytest.mark.parametrize(("call", "make"), UNAWAITED)
def test_what_has_to_be_awaited_is_a_coroutine(
    call: str, make: Callable[[AsyncRequestAuth], Any]
) -> None:
    async def main() -> None:
        visit = await started()
        for made in (make(visit), asyncio.create_task(make(visit)), asyncio.gather(make(visit))):
            assert isinstance(made, Awaitable)
            await made
        made = make(visit)
        assert isinstance(made, Coroutine)
        assert call in repr(made)
        made.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("auth", lambda visit: visit.auth(accepts_token="api_key")),
        ("current_user", lambda visit: visit.current_user()),
    ],
)
def test_a_forgotten_await_is_warned_of_by_the_name_that_was_called(
    name: str, make: Callable[[AsyncRequestAuth], object]
) -> None:
    async def main() -> None:
        make(await started())

    with pytest.warns(RuntimeWarning, match=f"coroutine '{name}' was never awaited"):
        asyncio.run(main())


@pytest.mark.parametrize("adapter", [clerk_aiohttp, clerk_fastapi, clerk_quart, clerk_starlette])
@pytest.mark.parametrize("name", ["auth", "current_user"])
def test_the_functions_of_every_adapter_that_awaits_are_these(adapter: Any, name: str) -> None:
    assert isinstance(
        getattr(adapter, name).__self__, (AsyncRequestFunctions, AsyncConnectionFunctions)
    )


# Other slips.


@pytest.mark.parametrize("adapter", [clerk_aiohttp, clerk_fastapi, clerk_quart, clerk_starlette])
def test_an_unknown_keyword_of_auth_is_named_with_the_nearest(adapter: Any) -> None:
    arguments = [] if adapter is clerk_quart else [object()]

    with pytest.raises(TypeError) as raised:
        adapter.auth(*arguments, accept_tokens="api_key")

    assert str(raised.value) == (
        "auth() got an unexpected keyword argument 'accept_tokens'. Did you mean 'accepts_token'?"
    )


@pytest.mark.parametrize(
    "wrong", ["session", "api-key", ["api_key", "oauth"], "", None, 5, {"api_key": 1}, [["any"]]]
)
def test_a_kind_of_token_that_does_not_exist_is_an_error_before_anything_is_awaited(
    wrong: Any,
) -> None:
    async def main() -> None:
        visit = await started()
        with pytest.raises(
            TypeError, match=r"^auth\(\) argument 'accepts_token' must be 'any', or"
        ):
            visit.auth(accepts_token=wrong)

    asyncio.run(main())
