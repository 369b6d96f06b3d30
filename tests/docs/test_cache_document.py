"""The examples of docs/cache.md run with a real Redis and a local instance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clerk_core import Clerk
from clerk_core.local import LocalClerk, LocalServer
from tests.caching.redis_server import RedisServer, redis_server
from tests.docs.examples import blocks_of_cache, run

PLACEHOLDER = "redis://127.0.0.1:6379/0"


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with redis_server() as running:
        yield running


@pytest.fixture
def local(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalClerk]:
    with LocalClerk() as running, LocalServer(running):
        for name, value in running.options().items():
            monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
        yield running


def test_application_verifies_a_key_once(
    local: LocalClerk, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = blocks_of_cache()[0]
    assert PLACEHOLDER in application
    with Clerk() as clerk:
        created = clerk.api_keys.create(name="Reports", subject=local.seed()[0].user_id)
    headers = {"authorization": f"Bearer {created.secret}"}

    for _ in range(2):
        app = run(application.replace(PLACEHOLDER, redis.patient_url), monkeypatch)["app"]
        response = app.test_client().get("/reports", headers=headers)
        assert response.get_json() == {"subject": created.subject}

    assert len(redis.client.keys("*")) == 1


def test_other_examples_create_clients_with_a_cache(
    local: LocalClerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_sentinel, of_own = [run(block, monkeypatch) for block in blocks_of_cache()[1:]]

    assert of_sentinel["clerk"].run is not None
    own = of_own["PrefixedCache"](of_own["MemoryCache"](), "staging:")
    own.set("key", b"1", 60)
    assert own.get("key") == b"1"
    assert not own.add("key", b"2", 60)
    own.delete("key")
    assert own.get("key") is None
