from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.caching.redis_server import RedisServer, redis_server


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    """A redis-server for all tests of a module, which leave it running."""
    with redis_server() as running:
        yield running


@pytest.fixture(autouse=True)
def _clean_environment(clean_environment: None) -> None:
    """Remove the settings of Clerk from the environment."""
