from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from clerk_core import AsyncClerk, Request
from clerk_core.outcome.auth import SessionAuth
from clerk_core.words.flow import Flow
from tests.edges.test_clerk import bearer, token
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
    ("AsyncUsers.get", lambda clerk: clerk.users.get("user_1")),
    ("AsyncSessions.create_token", lambda clerk: clerk.sessions.create_token("sess_1")),
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
        state = await client().authenticate(bearer(token()))
        auth = state.auth()
        assert isinstance(auth, SessionAuth)
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
