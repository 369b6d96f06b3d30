from __future__ import annotations

from collections.abc import Iterator

import pytest

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.local_helpers import Browser, Clock
from tests.local.oauth.client import Client, application, registered, signed_in


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings(
        dynamic_oauth_client_registration=True,
        oauth_jwt_access_tokens=False,
        oauth_scopes=("notes:read",),
    )


@pytest.fixture
def local(clock: Clock, settings: InstanceSettings) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


@pytest.fixture
def ada_browser(local: LocalClerk, ada: SeededUser) -> Browser:
    return signed_in(local, ada)


@pytest.fixture
def client(local: LocalClerk) -> Client:
    """Return a confidential client."""
    return application(local)


@pytest.fixture
def public(local: LocalClerk) -> Client:
    """Return a public client that registered itself."""
    return registered(local)
