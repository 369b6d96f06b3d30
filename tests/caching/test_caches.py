"""Every cache stores, adds, expires and removes in the same way."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from clerk_core.caching import Cache, MemoryCache, RedisCache
from clerk_core.caching import _memory as memory_module
from clerk_core.caching._views import open_cache, to_async
from clerk_core.errors import ConfigurationError
from tests.caching.redis_server import RedisServer, redis_server
from tests.support import PATIENCE


@pytest.fixture(params=["memory", "redis"])
def cache(request: pytest.FixtureRequest, server: RedisServer) -> Cache:
    server.client.flushall()
    return MemoryCache() if request.param == "memory" else RedisCache(server.patient_url)


def wait_until(is_true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_value_is_stored_replaced_and_removed(cache: Cache) -> None:
    assert cache.get("key") is None
    cache.set("key", b"\x00one", 60)
    assert cache.get("key") == b"\x00one"
    cache.set("key", b"two", 60)
    assert cache.get("key") == b"two"
    cache.delete("key")
    cache.delete("key")
    assert cache.get("key") is None


def test_value_expires(cache: Cache) -> None:
    cache.set("key", b"one", 0.05)
    wait_until(lambda: cache.get("key") is None)
    assert cache.add("key", b"two", 60)
    assert cache.get("key") == b"two"


def test_only_the_first_of_many_threads_adds_a_value(cache: Cache) -> None:
    with ThreadPoolExecutor(8) as threads:
        added = list(threads.map(lambda n: cache.add("key", b"%d" % n, 60), range(40)))

    assert added.count(True) == 1
    assert cache.get("key") == b"%d" % added.index(True)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_cache_works_in_every_event_loop(cache: Cache, backend: str) -> None:
    shared = to_async(cache)

    async def use() -> tuple[bool, bytes | None, bytes | None]:
        added = await shared.add("key", b"one", 60)
        await shared.set("other", b"two", 60)
        await shared.delete("other")
        return added, await shared.get("key"), await shared.get("other")

    for expected in (True, False):
        assert anyio.run(use, backend=backend) == (expected, b"one", None)


def test_memory_cache_has_a_limit_in_bytes() -> None:
    cache = MemoryCache(max_bytes=10_000)

    for number in range(100):
        cache.set(f"key {number}", b"x" * 800, 60)
    cache.set("too large", b"x" * 20_000, 60)

    kept = [number for number in range(100) if cache.get(f"key {number}") is not None]
    assert kept == list(range(91, 100))
    assert cache.get("too large") is None


def test_memory_cache_works_in_the_child_of_a_fork_that_happened_in_a_call() -> None:
    cache = MemoryCache()

    with cache._lock:
        memory_module._unlock_all()
        assert cache.add("key", b"one", 60)


def test_redis_keys_expire_in_redis(server: RedisServer) -> None:
    cache = RedisCache(server.patient_url)
    cache.set("set", b"1", 60)
    cache.add("added", b"1", 60)

    assert 0 < server.client.pttl("set") <= 60_000
    assert 0 < server.client.pttl("added") <= 60_000


def test_connection_that_redis_closed_is_replaced(server: RedisServer) -> None:
    cache = RedisCache(server.patient_url)
    cache.set("key", b"one", 60)

    for _ in range(3):
        server.client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        assert cache.get("key") == b"one"


def test_frozen_redis_raises_after_the_time_out(server: RedisServer) -> None:
    with redis_server() as frozen:
        cache = RedisCache(f"{frozen.url}?socket_timeout=0.02&socket_connect_timeout=0.02")
        cache.set("key", b"one", 60)
        frozen.freeze()
        with pytest.raises(redis.TimeoutError):
            cache.get("key")
        frozen.thaw()
        assert RedisCache(frozen.patient_url).get("key") == b"one"


def test_full_redis_raises_and_can_be_read() -> None:
    with redis_server("--maxmemory", "2mb", "--maxmemory-policy", "noeviction") as full:
        cache = RedisCache(full.patient_url)
        cache.set("key", b"one", 60)

        with suppress(redis.RedisError):
            for number in range(100):
                cache.set(f"filler {number}", b"x" * 100_000, 60)
        with pytest.raises(redis.OutOfMemoryError):
            cache.set("one more", b"x" * 100_000, 60)

        assert cache.get("key") == b"one"


def test_cache_follows_a_failover_of_the_name_it_was_given() -> None:
    with redis_server() as first, redis_server() as second:
        second.client.replicaof("127.0.0.1", str(first.port))
        # A name that leads to the primary, as a provider's name does.
        name: Any = {"port": first.port}

        class Connection(redis.Connection):
            def _connect(self) -> Any:
                self.port = name["port"]
                return super()._connect()  # type: ignore[no-untyped-call]

        pool = redis.ConnectionPool(
            connection_class=Connection,
            port=first.port,
            retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        )
        cache = RedisCache(redis.Redis(connection_pool=pool))
        cache.set("before", b"1", 60)

        second.client.replicaof("NO", "ONE")
        first.client.replicaof("127.0.0.1", str(second.port))
        name["port"] = second.port
        with pytest.raises(redis.ReadOnlyError):
            cache.set("after", b"1", 60)
        cache.set("after", b"2", 60)

        assert second.client.get("after") == b"2"


# Sentinel looks for replicas every ten seconds.
@pytest.mark.full
def test_cache_follows_a_failover_that_sentinel_leads(tmp_path: Path) -> None:
    with redis_server() as first, redis_server() as second:
        second.client.replicaof("127.0.0.1", str(first.port))
        configuration = tmp_path / "sentinel.conf"
        configuration.write_text(f"sentinel monitor primary 127.0.0.1 {first.port} 1\n")
        with redis_server(str(configuration), "--sentinel") as sentinel:
            sentinels: Any = Sentinel
            found = sentinels([("127.0.0.1", sentinel.port)])
            cache = RedisCache(found.master_for("primary", socket_timeout=PATIENCE))
            cache.set("before", b"1", 60)
            wait_until(lambda: bool(sentinel.client.sentinel_slaves("primary")))
            wait_until(lambda: second.client.get("before") == b"1")

            sentinel.client.execute_command("SENTINEL", "FAILOVER", "primary")
            wait_until(lambda: role_of(second) == "master")
            wait_until(lambda: role_of(first) == "slave")
            wait_until(lambda: stores(cache, "after"))

            assert second.client.get("after") == b"1"
            assert cache.get("before") == b"1"


def role_of(server: RedisServer) -> str:
    """Return the role of a server; empty while it closes connections because its role changes."""
    with suppress(redis.RedisError):
        return str(server.client.info("replication")["role"])
    return ""


def stores(cache: Cache, key: str) -> bool:
    with suppress(redis.RedisError):
        cache.set(key, b"1", 60)
        return True
    return False


@pytest.mark.full
def test_url_of_a_cluster_is_used_with_its_client() -> None:
    with redis_server("--cluster-enabled", "yes") as node:
        node.client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        wait_until(lambda: node.client.cluster("INFO")["cluster_state"] == "ok")
        url = f"{node.url}?socket_timeout=5&socket_connect_timeout=5"
        cache = RedisCache(url.replace("redis:", "redis+cluster:"))

        assert cache.add("key", b"one", 60)
        assert not cache.add("key", b"two", 60)
        cache.set("other", b"two", 60)
        cache.delete("other")
        assert (cache.get("key"), cache.get("other")) == (b"one", None)
        assert isinstance(cache.client, redis.RedisCluster)
        cache.client.close()


def test_cache_uses_a_client_of_the_application(server: RedisServer) -> None:
    cache = RedisCache(server.client)
    cache.set("key", b"one", 60)

    assert cache.client.get("key") == b"one"


@pytest.mark.parametrize(
    "url",
    [
        "redis://:s3cr3t@localhost:port/0",
        "http://:s3cr3t@localhost",
        "redis://",
        "s3cr3t",
        "redis://:s3cr3t@localhost/0?socket_timeout=soon",
    ],
)
def test_invalid_url_is_rejected_without_being_shown(url: str) -> None:
    with pytest.raises(ConfigurationError) as error_info:
        RedisCache(url)

    assert error_info.value.code == "cache-url-invalid"
    assert "s3cr3t" not in str(error_info.value)
    assert error_info.value.__suppress_context__ or error_info.value.__context__ is None


def test_client_that_decodes_responses_is_rejected() -> None:
    with pytest.raises(ConfigurationError, match="decode_responses"):
        RedisCache(redis.Redis(decode_responses=True))


def test_valkey_and_tls_urls_are_accepted() -> None:
    cache = RedisCache("valkeys://:s3cr3t@cache.example:6380/1")

    connection = cache.client.connection_pool.connection_kwargs
    assert (connection["host"], connection["port"], connection["db"]) == ("cache.example", 6380, 1)
    assert cache.client.connection_pool.connection_class is redis.SSLConnection
    with pytest.raises(TypeError):
        pickle.dumps(cache)
    assert "s3cr3t" not in repr(cache)


def test_url_of_the_environment_opens_a_cache() -> None:
    assert isinstance(open_cache(None, {"CLERK_CACHE_URL": "redis://localhost"}), RedisCache)
    assert open_cache(None, {"CLERK_CACHE_URL": " "}) is None
    own = MemoryCache()
    assert open_cache(own, {"CLERK_CACHE_URL": "redis://localhost"}) is own
    wrong: Any = object()
    with pytest.raises(TypeError, match="cache must be a URL or a Cache"):
        open_cache(wrong, {})


def test_redis_is_imported_only_for_a_redis_cache() -> None:
    statements = "import sys, clerk_core.caching; print('redis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", statements], capture_output=True, check=True)

    assert done.stdout.strip() == b"False"


def test_missing_client_of_redis_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)

    with pytest.raises(ConfigurationError, match=r"clerk-core\[redis\]"):
        RedisCache("redis://localhost")
