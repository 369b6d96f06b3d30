"""One local instance, a client of each kind for it, and a user created by each."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from clerk_backend_api import Clerk as Official
from clerk_backend_api import models

from clerk_core import Clerk
from clerk_core.local import LocalClerk, LocalServer
from clerk_core.models import User

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def local() -> Iterator[LocalClerk]:
    with LocalClerk() as instance, LocalServer(instance):
        yield instance


@pytest.fixture(scope="module")
def ours(local: LocalClerk) -> Iterator[Clerk]:
    with Clerk(**local.options()) as clerk:
        yield clerk


@pytest.fixture(scope="module")
def official(local: LocalClerk) -> Iterator[Official]:
    # None means no retries, so that an unknown path fails immediately.
    with (
        httpx.Client(trust_env=False) as client,
        Official(
            bearer_auth=local.secret_key,
            server_url=f"{local.url}/v1",
            client=client,
            retry_config=None,
        ) as clerk,
    ):
        yield clerk


@pytest.fixture
def ada(official: Official) -> Iterator[models.User]:
    """Return a user created by the official client."""
    user = official.users.create(
        email_address=["ada@example.com", "countess@example.com"],
        first_name="Ada",
        last_name="Lovelace",
        username="ada",
        password=PASSWORD,
        external_id="crm_7",
        public_metadata={"plan": {"name": "gold"}},
        private_metadata={"card": "4242"},
        unsafe_metadata={"theme": "dark"},
    )
    yield user
    official.users.delete(user_id=user.id)


@pytest.fixture
def grace(ours: Clerk) -> Iterator[User]:
    """Return a user created by our client."""
    user = ours.users.create(
        email_address=["grace@example.com"],
        first_name="Grace",
        password=PASSWORD,
        public_metadata={"rank": 1},
    )
    yield user
    ours.users.delete(user.id)
