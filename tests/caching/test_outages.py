"""A cache that is away, frozen, full or wrong admits nobody, refuses nobody and delays little."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clerk_core import Clerk
from clerk_core.caching import _senders
from clerk_core.caching._sealing import Seal
from tests.caching.counting import Instance
from tests.caching.redis_server import RedisServer, redis_server

VERIFY = "POST /api_keys/verify"
KINDS = ["sync", "async"]


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    made = Instance(time.time)
    with made.local:
        yield made
        made.close()


@pytest.fixture
def key(instance: Instance) -> str:
    key = instance.api_key()
    instance.calls.clear()
    return key


class Broken:
    """A cache whose calls all do the same, and are counted."""

    def __init__(self, do: Callable[[], Any]) -> None:
        self.calls = 0
        self._do = do

    def _call(self, *arguments: object) -> Any:
        self.calls += 1
        return self._do()

    get = set = add = delete = _call


def fail() -> None:
    raise OSError("redis://:s3cr3t@cache.example is away")


@pytest.mark.parametrize("kind", KINDS)
def test_cache_that_fails_is_not_asked_again_at_once_and_logged_once(
    instance: Instance, key: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "clerk_core")
    cache = Broken(fail)
    process = instance.client(kind, cache=cache)

    for token in [key, "ak_invented"] * 10:
        assert process.authenticate(token).is_authenticated == (token == key)

    assert cache.calls == 1
    # In this process, each was verified once.
    assert instance.calls[VERIFY] == 2
    (text,) = [one.getMessage() for one in caplog.records if "cache" in one.getMessage()]
    assert "OSError" in text
    assert "s3cr3t" not in text


def test_cache_is_asked_again_after_a_pause(
    instance: Instance, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_senders, "PAUSE_AFTER_FAILURE", 0.0)
    cache = Broken(fail)
    process = instance.client(cache=cache)

    assert process.authenticate(key).is_authenticated
    assert cache.calls > 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [True, 1, "text", b"", b"\x01" * 99, None])
def test_cache_that_returns_anything_admits_nobody(
    instance: Instance, key: str, kind: str, value: object
) -> None:
    process = instance.client(kind, cache=Broken(lambda: value))

    assert process.authenticate(key).is_authenticated
    assert process.authenticate("ak_invented").reason == "token-invalid"


@pytest.mark.parametrize("kind", KINDS)
def test_redis_that_is_killed_or_frozen_changes_no_result(
    instance: Instance, key: str, kind: str
) -> None:
    # With the time-outs that applications have.
    with redis_server() as server:
        others = [instance.client(kind, cache=server.url) for _ in range(4)]
        for interrupt in (server.freeze, server.kill):
            assert instance.client(kind, cache=server.url).authenticate(key).is_authenticated
            interrupt()
            for process in others:
                assert process.authenticate(key).is_authenticated
                assert not process.authenticate("ak_invented").is_authenticated
            server.thaw()


def test_full_redis_changes_no_result(instance: Instance, key: str) -> None:
    with redis_server("--maxmemory", "1kb", "--maxmemory-policy", "noeviction") as server:
        process = instance.client(cache=server.patient_url)

        for _ in range(2):
            assert process.authenticate(key).is_authenticated
            assert not process.authenticate("ak_invented").is_authenticated

        assert server.client.keys("*") == []
        assert instance.calls[VERIFY] == 2


def test_redis_that_comes_back_is_used_again(
    instance: Instance, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_senders, "PAUSE_AFTER_FAILURE", 0.0)
    with redis_server() as server:
        process = instance.client(cache=server.patient_url)
        server.kill()
        assert process.authenticate("ak_invented").reason == "token-invalid"
        server.start()

        assert process.authenticate(key).is_authenticated
        assert instance.client(cache=server.patient_url).authenticate(key).is_authenticated
        assert instance.calls[VERIFY] == 2


def test_entry_is_valid_only_for_its_instance_kind_and_token() -> None:
    entry = Seal("sk_test_1", "api_key", b"token").close(b"content", 100.0, 60.0)

    opened = Seal("sk_test_1", "api_key", b"token").open(entry, 159.0)
    assert opened is not None
    assert (opened.content, round(opened.seconds_left, 3)) == (b"content", 1.0)
    for secret, kind, token in (
        ("sk_test_2", "api_key", b"token"),
        ("sk_test_1", "oauth_token", b"token"),
        ("sk_test_1", "api_key", b"token2"),
    ):
        assert Seal(secret, kind, token).open(entry, 100.0) is None
        assert Seal(secret, kind, token).name != Seal("sk_test_1", "api_key", b"token").name
    assert Seal("sk_test_1", "api_key", b"token").open(entry, 160.0) is None
    assert Seal("sk_test_1", "api_key", b"token").close(b"content", 100.0, 60.0) != entry


def test_url_of_the_environment_is_used(
    instance: Instance, key: str, server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLERK_CACHE_URL", server.patient_url)
    server.client.flushall()

    assert instance.client().authenticate(key).is_authenticated
    assert len(server.client.keys("*")) == 1
    given: Any = instance.local.options()
    with Clerk(**given) as clerk:
        assert "redis" not in repr(clerk)
