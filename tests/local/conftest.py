from __future__ import annotations

from collections.abc import Iterator

import pytest

from clerk_core import Clerk
from clerk_core.local import LocalClerk, LocalServer, SeededUser
from tests.local.local_helpers import Backend, Browser, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def local(clock: Clock) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock) as instance:
        yield instance


@pytest.fixture
def people(local: LocalClerk) -> tuple[SeededUser, ...]:
    return local.seed()


@pytest.fixture
def ada(people: tuple[SeededUser, ...]) -> SeededUser:
    return people[0]


@pytest.fixture
def grace(people: tuple[SeededUser, ...]) -> SeededUser:
    return people[1]


@pytest.fixture
def backend(local: LocalClerk) -> Backend:
    return Backend(local)


@pytest.fixture
def browser(local: LocalClerk) -> Browser:
    return Browser(local)


@pytest.fixture
def clerk(local: LocalClerk) -> Iterator[Clerk]:
    """Return a client that is configured for the instance."""
    with LocalServer(local), Clerk(**local.options()) as client:
        yield client
