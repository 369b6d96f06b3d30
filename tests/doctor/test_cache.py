"""The doctor says whether the cache can be reached, is encrypted, and keeps what it stores."""

from __future__ import annotations

import pytest

from clerk_core._doctor.findings import check_cache
from clerk_core._doctor.probe import _check_cache
from tests.caching.redis_server import redis_server


def levels(url: str) -> dict[str, str]:
    return {finding.check: finding.level for finding in _check_cache(url)}


@pytest.mark.parametrize("policy", ["allkeys-lru", "noeviction"])
def test_policy_of_a_full_redis_is_reported(policy: str) -> None:
    with redis_server("--maxmemory", "10mb", "--maxmemory-policy", policy) as server:
        assert levels(server.patient_url) == {"cache": "ok", "cache-eviction": "warning"}
        server.client.config_set("maxmemory-policy", "volatile-ttl")
        assert levels(server.patient_url) == {"cache": "ok"}
        server.kill()
        assert levels(server.url) == {"cache": "error"}


def test_connection_without_tls_to_another_host_is_reported() -> None:
    found = list(check_cache("redis://:s3cr3t@cache.example", "ConnectionError"))

    assert [one.check for one in found] == ["cache-encryption", "cache"]
    assert "s3cr3t" not in repr(found)
    assert [one.check for one in check_cache("rediss://cache.example", "")] == ["cache"]


def test_invalid_url_and_no_url() -> None:
    assert levels("http://cache.example") == {"cache": "error"}
    assert levels(" ") == {}
