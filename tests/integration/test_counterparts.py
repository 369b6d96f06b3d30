"""Sync and async counterparts of clients and requests: nothing is done twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from clerk_core import (
    AsgiMiddleware,
    AsyncClerk,
    AsyncRequestAuth,
    Clerk,
    ConfigurationError,
    Request,
    RequestAuth,
    RequestState,
)
from clerk_core._integration.installation import AsyncInstallation, Installation
from clerk_core._integration.request_functions import ConnectionFunctions
from clerk_core.testing._held_connection import PATIENCE, HeldConnection
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import SECRET_KEY, bearer, publishable_key

OPTIONS: dict[str, Any] = {"publishable_key": publishable_key(), "secret_key": SECRET_KEY}


def request(*headers: tuple[str, str]) -> Request:
    return Request("GET", "http://localhost/", headers)


@pytest.fixture(scope="module")
def running() -> Iterator[Instance]:
    with Instance() as instance:
        yield instance


@pytest.fixture
def api(running: Instance) -> Instance:
    running.forget()
    return running


def options(api: Instance) -> dict[str, Any]:
    return {**OPTIONS, "api_url": api.options()["api_url"]}


def test_sync_and_async_clients_fetch_the_keys_once(api: Instance) -> None:
    clerk = Clerk(**options(api))
    signed_in = request(bearer())

    assert clerk.authenticate(signed_in).is_authenticated
    assert asyncio.run(_authenticated(clerk.to_async(), signed_in))

    assert api.calls == ["GET /v1/jwks"]


async def _authenticated(clerk: AsyncClerk, signed_in: Request) -> bool:
    async with clerk:
        return (await clerk.authenticate(signed_in)).is_authenticated


def test_counterpart_of_a_client_is_created_once() -> None:
    clerk = Clerk(**OPTIONS)

    assert clerk.to_async() is clerk.to_async()
    assert clerk.to_async().to_sync() is clerk
    assert clerk.to_async().settings is clerk.settings


def test_counterpart_has_the_same_timeout_and_retries() -> None:
    clerk = Clerk(**OPTIONS).with_options(timeout=3.0, retries=7)

    sender = clerk.to_async()._send.to_sync()
    assert (sender._timeout, sender._retries) == (3.0, 7)


def test_counterparts_of_sharing_clients_share_connections() -> None:
    first = Clerk(**OPTIONS)
    second = Clerk(**{**OPTIONS, "secret_key": f"sk_test_{2:040}"}, sharing=first)

    assert second.to_async()._send.to_sync()._connections is first._send._connections

    one = AsyncClerk(**OPTIONS)
    other = AsyncClerk(**{**OPTIONS, "secret_key": f"sk_test_{2:040}"}, sharing=one)

    assert other.to_sync()._send._connections is one.to_sync()._send._connections


def test_async_counterpart_uses_one_connection_in_many_event_loops() -> None:
    # The server accepts one connection only.
    with HeldConnection() as held, Clerk(**OPTIONS, api_url=held.url, timeout=5) as clerk:

        async def user_id() -> str:
            return (await clerk.to_async().users.get("user_1")).id

        assert [asyncio.run(user_id()) for _ in range(3)] == ["user_7"] * 3


def test_closing_a_client_closes_its_sync_counterpart() -> None:
    with HeldConnection() as held:
        clerk = AsyncClerk(**OPTIONS, api_url=held.url)
        clerk.to_sync().users.get("user_1")
        assert not held.closed.is_set()

        asyncio.run(clerk.close())

        assert held.closed.wait(PATIENCE)


def test_transport_for_sync_and_async_serves_the_counterpart() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"id": "user_1"}))

    async def user_id() -> str | None:
        return (await Clerk(**OPTIONS, transport=transport).to_async().users.get("user_1")).id

    assert asyncio.run(user_id()) == "user_1"
    sync = AsyncClerk(**OPTIONS, transport=transport).to_sync()
    assert sync.users.get("user_1").id == "user_1"


def test_async_transport_has_no_sync_counterpart() -> None:
    with pytest.raises(ConfigurationError, match="counterpart cannot send"):
        AsyncClerk(**OPTIONS, transport=httpx.AsyncHTTPTransport()).to_sync()


def test_request_is_authenticated_once_for_sync_and_async_code(api: Instance) -> None:
    results: list[RequestState] = []
    clerk = Clerk(**options(api), observers=[results.append])

    sync_auth = RequestAuth.authenticate(clerk, request(bearer("user_7")))
    async_auth = sync_auth.to_async()

    assert isinstance(async_auth, AsyncRequestAuth)
    assert async_auth.auth().user_id == "user_7"
    assert async_auth.to_sync().auth().user_id == "user_7"
    assert async_auth.to_sync().client is clerk
    assert len(results) == 1


def test_user_is_fetched_once_for_sync_and_async_code(api: Instance) -> None:
    clerk = Clerk(**options(api))
    sync_auth = RequestAuth.authenticate(clerk, request(bearer("user_7")))
    user = sync_auth.current_user()

    async def again() -> Any:
        return await sync_auth.to_async().current_user()

    assert asyncio.run(again()) is user


def test_skipped_request_is_skipped_for_sync_and_async_code() -> None:
    skipped = Installation(**OPTIONS, skip="/").request_auth(request(bearer()))
    for one in (skipped, skipped.to_async(), skipped.to_async().to_sync()):
        assert one.redirect is None
        assert one.headers == ()
        with pytest.raises(ConfigurationError, match="skip"):
            one.auth()

    async def in_async_code() -> AsyncRequestAuth:
        return await AsyncInstallation(**OPTIONS, skip="/").request_auth(request())

    with pytest.raises(ConfigurationError, match="skip"):
        asyncio.run(in_async_code()).to_sync().auth()


def test_sync_functions_accept_the_request(api: Instance) -> None:
    clerk = Clerk(**options(api))
    found = {"a": RequestAuth.authenticate(clerk, request(bearer("user_7")))}
    functions = ConnectionFunctions(found.__getitem__)

    assert functions.auth("a").user_id == "user_7"
    assert functions.auth("a", accepts_token="any").user_id == "user_7"
    assert functions.clerk_client("a") is clerk
    assert functions.current_user("a") is not None
    with pytest.raises(KeyError):
        functions.auth("b")


def test_middleware_can_be_closed_without_a_lifespan() -> None:
    closed: list[bool] = []

    class Transport(httpx.AsyncBaseTransport):
        async def aclose(self) -> None:
            closed.append(True)

    async def app(scope: Any, receive: Any, send: Any) -> None: ...

    asyncio.run(AsgiMiddleware(app, **OPTIONS, transport=Transport()).close())

    assert closed == [True]
