"""Responses of Clerk are shared by all processes, and by nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest

from clerk_core import AsyncClerk, Clerk, Request, _clock
from clerk_core.caching import MemoryCache, RedisCache, _shared_response
from clerk_core.errors import ConfigurationError
from tests.caching.counting import Instance, Process
from tests.caching.redis_server import RedisServer
from tests.support import json_response

VERIFY = "POST /api_keys/verify"
KEYS = "GET /v1/jwks"
NONCE = "GET /v1/clients/handshake_payload"


class Clock:
    def __init__(self) -> None:
        self.offset = 0.0

    def __call__(self) -> float:
        return time.time() + self.offset


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_clock, "now", clock)
    return clock


@pytest.fixture
def instance(clock: Clock) -> Iterator[Instance]:
    made = Instance(clock)
    with made.local:
        yield made
        made.close()


@pytest.fixture
def url(server: RedisServer) -> str:
    server.client.flushall()
    return server.patient_url


@pytest.mark.parametrize("kinds", [("sync", "async"), ("async", "sync")], ids="-".join)
def test_machine_token_is_verified_once_for_all_processes(
    instance: Instance, url: str, kinds: tuple[str, str]
) -> None:
    key, other = instance.api_key(), instance.api_key()
    first, second = [instance.client(kind, cache=url) for kind in kinds]

    states = [process.authenticate(key) for process in (first, first, second, second)]

    assert {state.status for state in states} == {"signed-in"}
    assert len({state.auth("api_key").user_id for state in states}) == 1
    assert instance.calls[VERIFY] == 1
    assert second.authenticate(other).is_authenticated
    assert instance.calls[VERIFY] == 2


def test_refused_machine_token_is_verified_once_for_a_short_time(
    instance: Instance, url: str, clock: Clock
) -> None:
    states = [instance.client(cache=url).authenticate("ak_invented") for _ in range(3)]

    assert {state.reason for state in states} == {"token-invalid"}
    assert instance.calls[VERIFY] == 1
    clock.offset += 11
    assert not instance.client(cache=url).authenticate("ak_invented").is_authenticated
    assert instance.calls[VERIFY] == 2


def test_revoked_key_is_refused_after_the_time_that_the_application_chose(
    instance: Instance, url: str, clock: Clock
) -> None:
    key = instance.api_key()
    process = instance.client(cache=url, machine_token_cache_seconds=20)
    state = process.authenticate(key)
    process.run(lambda clerk: clerk.api_keys.revoke(state.auth("api_key").id))

    clock.offset += 19
    assert process.authenticate(key).is_authenticated
    clock.offset += 2
    assert not process.authenticate(key).is_authenticated


def test_entry_is_not_used_by_a_process_with_a_shorter_time(
    instance: Instance, url: str, clock: Clock
) -> None:
    key = instance.api_key()
    instance.client(cache=url, machine_token_cache_seconds=600).authenticate(key)
    clock.offset += 60

    instance.client(cache=url, machine_token_cache_seconds=10).authenticate(key)

    assert instance.calls[VERIFY] == 2


def test_token_that_expires_is_refused_although_its_verification_is_cached(
    instance: Instance, url: str, clock: Clock
) -> None:
    key = instance.api_key(seconds_until_expiration=30)
    first, second = instance.client(cache=url), instance.client("async", cache=url)
    assert first.authenticate(key).is_authenticated

    clock.offset += 30 + 6

    assert first.authenticate(key).reason == "token-invalid"
    assert second.authenticate(key).reason == "token-invalid"
    assert instance.calls[VERIFY] == 1


def test_nothing_is_shared_without_a_cache_or_with_a_time_of_zero(
    instance: Instance, url: str
) -> None:
    key = instance.api_key()
    off: dict[str, Any] = {"cache": url, "machine_token_cache_seconds": 0}
    for options in ({}, off):
        before = instance.calls[VERIFY]
        process = instance.client(**options)
        assert process.authenticate(key).is_authenticated
        assert process.authenticate(key).is_authenticated
        assert instance.calls[VERIFY] == before + 2


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_hundred_processes_that_start_together_fetch_the_key_set_once(
    instance: Instance, url: str, kind: str
) -> None:
    # A hundred clients with their own keys, in as many threads.
    token = session_token(instance)
    before = instance.calls[KEYS]
    shared = RedisCache(url)
    processes = [instance.client(kind, cache=shared) for _ in range(100)]

    with ThreadPoolExecutor(20) as threads:
        states = list(threads.map(lambda process: process.authenticate(token), processes))

    assert {state.status for state in states} == {"signed-in"}
    assert instance.calls[KEYS] == before + 1


def test_key_that_was_added_is_found_although_the_key_set_is_cached(
    instance: Instance, url: str, clock: Clock
) -> None:
    assert instance.client(cache=url).authenticate(session_token(instance)).is_authenticated
    clock.offset += 30
    process = instance.client(cache=url)
    assert process.authenticate(session_token(instance)).is_authenticated
    instance.local.rotate_keys()
    clock.offset += 11

    assert process.authenticate(session_token(instance)).is_authenticated


def session_token(instance: Instance) -> str:
    """Return a new session token, made with a client without a cache."""
    user_id = instance.local.seed()[0].user_id

    def create(clerk: Clerk) -> str:
        session = clerk.sessions.create(user_id=user_id)
        token = clerk.sessions.create_token(str(session.id), expires_in_seconds=3600).jwt
        assert token is not None
        return token

    token: str = instance.client().run(create)
    return token


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_refused_nonce_is_redeemed_once(instance: Instance, url: str, kind: str) -> None:
    for _ in range(3):
        assert not navigate(instance.client(kind, cache=url), "invented").is_authenticated

    assert instance.calls[NONCE] == 1


def test_accepted_nonce_is_never_shared(instance: Instance, url: str, server: RedisServer) -> None:
    cookies = {"directives": ["__session=secret-of-one-visitor"]}
    instance.respond = lambda request: httpx.Response(200, json=cookies)

    for _ in range(2):
        navigate(instance.client(cache=url), "accepted")

    assert instance.calls[NONCE] == 2
    assert server.client.keys("*") == []


def navigate(process: Process, nonce: str) -> Any:
    headers = [
        ("sec-fetch-dest", "document"),
        ("host", "localhost"),
        ("cookie", f"__clerk_db_jwt=dvb_1; __clerk_handshake_nonce={nonce}"),
    ]
    url = f"http://localhost/?__clerk_handshake_nonce={nonce}"
    return process.run(lambda clerk: clerk.authenticate(Request("GET", url, headers)))


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_current_user_is_shared_only_with_a_time(instance: Instance, url: str, kind: str) -> None:
    from clerk_core import AsyncRequestAuth, RequestAuth

    token = session_token(instance)
    path = f"GET /v1/users/{instance.local.seed()[0].user_id}"
    request = Request("GET", "http://localhost/", [("authorization", f"Bearer {token}")])

    def user(process: Process) -> Any:
        if isinstance(process.clerk, Clerk):
            return RequestAuth.authenticate(process.clerk, request).current_user()

        async def fetch(clerk: AsyncClerk) -> Any:
            return await (await AsyncRequestAuth.authenticate(clerk, request)).ask_user()

        return process.run(fetch)

    for options, expected in (({}, 2), ({"user_cache_seconds": 10}, 1)):
        before = instance.calls[path]
        found = [user(instance.client(kind, cache=url, **options)) for _ in range(2)]
        assert found[0].raw == found[1].raw
        assert found[0].id == instance.local.seed()[0].user_id
        assert instance.calls[path] == before + expected


def test_tenants_share_no_entry(instance: Instance, url: str, clock: Clock) -> None:
    other = Instance(clock)
    with other.local:
        # The same token, and the same host of the Backend API.
        first = instance.client(cache=url)
        key = instance.api_key()
        assert first.authenticate(key).is_authenticated
        tenant: Any = Clerk(sharing=first.clerk, **other.local.options())  # type: ignore[arg-type]

        assert not Process(tenant).authenticate(key).is_authenticated
        assert instance.calls[VERIFY] == 2


def test_neither_tokens_nor_secrets_are_stored(
    instance: Instance, url: str, server: RedisServer
) -> None:
    key = instance.api_key(claims={"plan": "gold"})
    process = instance.client(cache=url)
    state = process.authenticate(key)
    process.authenticate("ak_invented")
    process.authenticate(session_token(instance))

    names = server.client.keys("*")
    stored: bytes = b"".join([*names, *map(server.client.get, names)])

    assert len(names) == 3
    for secret in (key, "ak_invented", instance.local.secret_key, state.auth("api_key").id, "gold"):
        assert str(secret).encode() not in stored
    assert all(0 < server.client.ttl(name) <= 60 for name in names)


def test_others_ask_themselves_if_the_process_with_the_claim_ended(
    instance: Instance, url: str, server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_shared_response, "MAX_WAIT", 0.05)
    key = instance.api_key()
    process = instance.client(cache=url)
    process.authenticate(key)
    (name,) = server.client.keys("*")
    server.client.flushall()
    server.client.set(name.decode() + ":claim", b"1")

    assert instance.client(cache=url).authenticate(key).is_authenticated
    assert instance.calls[VERIFY] == 2


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_claim_is_released_after_a_failure(
    instance: Instance, url: str, server: RedisServer, kind: str
) -> None:
    key = instance.api_key()
    process = instance.client(kind, cache=url)
    instance.respond = lambda request: json_of(500, {})
    assert process.authenticate(key).reason == "unexpected-error"

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("")

    instance.respond = refuse
    assert process.authenticate(key).reason == "unexpected-error"
    assert server.client.keys("*") == []
    instance.respond = None
    assert process.authenticate(key).is_authenticated


def test_claim_is_released_when_a_task_is_cancelled(instance: Instance) -> None:
    cache = MemoryCache()
    key = instance.api_key()
    request = Request("GET", "http://localhost/", [("authorization", f"Bearer {key}")])

    async def never(request: httpx.Request) -> httpx.Response:
        await anyio.sleep_forever()
        raise AssertionError

    async def main() -> bool:
        options: Any = {**instance.local.options(), "cache": cache}
        slow = AsyncClerk(transport=httpx.MockTransport(never), **options)
        with anyio.move_on_after(0.05):
            await slow.authenticate(request, accepts_token="any")
        fast = AsyncClerk(transport=httpx.MockTransport(instance), **options)
        return (await fast.authenticate(request, accepts_token="any")).is_authenticated

    assert anyio.run(main)


def test_broken_response_is_not_shared(instance: Instance, url: str, server: RedisServer) -> None:
    process = instance.client(cache=url)
    for content in (b'{"id": "ak', b"[]", b"null", b'{"a": "%s"}' % (b"x" * 70_000)):
        instance.respond = lambda request, content=content: httpx.Response(
            200, content=content, headers={"content-type": "application/json"}
        )
        assert not process.authenticate("ak_1").is_authenticated

    assert server.client.keys("*") == []


def json_of(status: int, document: object) -> httpx.Response:
    response = json_response(document, status)
    return httpx.Response(status, headers=[*response.headers], content=response.content)


def test_synchronous_client_rejects_a_cache_that_has_to_be_awaited(instance: Instance) -> None:
    with pytest.raises(ConfigurationError, match="does not await"):
        instance.client(cache=AsyncMemory())


def test_asynchronous_client_uses_a_cache_that_has_to_be_awaited(instance: Instance) -> None:
    key, cache = instance.api_key(), AsyncMemory()

    for _ in range(2):
        assert instance.client("async", cache=cache).authenticate(key).is_authenticated

    assert instance.calls[VERIFY] == 1


class AsyncMemory:
    """An `AsyncCache` of an application."""

    def __init__(self) -> None:
        self._cache = MemoryCache()

    async def get(self, key: str) -> bytes | None:
        return self._cache.get(key)

    async def set(self, key: str, value: bytes, seconds: float) -> None:
        self._cache.set(key, value, seconds)

    async def add(self, key: str, value: bytes, seconds: float) -> bool:
        return self._cache.add(key, value, seconds)

    async def delete(self, key: str) -> None:
        self._cache.delete(key)


def change_all(server: RedisServer, change: Callable[[bytes], bytes]) -> None:
    for name in server.client.keys("*"):
        server.client.set(name, change(server.client.get(name)))


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value[:-1],
        lambda value: value[:20],
        lambda value: b"",
        lambda value: b"\x02" + value[1:],
        lambda value: value[:1] + b"\x00\xff" + value[3:],
        lambda value: value[:-1] + bytes([value[-1] ^ 1]),
        lambda value: b'{"id": "ak_1", "subject": "user_1"}',
    ],
    ids=["truncated", "short", "empty", "version", "expiry", "forged", "plain"],
)
def test_entry_that_was_changed_is_the_same_as_none(
    instance: Instance, url: str, server: RedisServer, change: Callable[[bytes], bytes]
) -> None:
    instance.client(cache=url).authenticate("ak_invented")
    change_all(server, change)

    assert not instance.client(cache=url).authenticate("ak_invented").is_authenticated
    assert instance.calls[VERIFY] == 2


def test_entry_under_the_name_of_another_token_admits_nobody(
    instance: Instance, url: str, server: RedisServer
) -> None:
    key = instance.api_key()
    assert instance.client(cache=url).authenticate(key).is_authenticated
    (name,) = server.client.keys("*")
    accepted = server.client.get(name)
    instance.client(cache=url).authenticate("ak_invented")

    change_all(server, lambda value: accepted)

    assert not instance.client(cache=url).authenticate("ak_invented").is_authenticated


def test_expired_entry_that_is_replayed_admits_nobody(
    instance: Instance, url: str, server: RedisServer, clock: Clock
) -> None:
    key = instance.api_key()
    process = instance.client(cache=url)
    identifier = process.authenticate(key).auth("api_key").id
    (name,) = server.client.keys("*")
    accepted = server.client.get(name)
    process.run(lambda clerk: clerk.api_keys.revoke(identifier))
    clock.offset += 61

    server.client.set(name, accepted)

    assert not instance.client(cache=url).authenticate(key).is_authenticated
