"""What the tests of adapters share beside the contract: an instance, and no other settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.metadata import distribution
from typing import TypeAlias

import pytest

from clerk_core._integration.plugins import loading
from clerk_core.asgi import ASGIApp
from clerk_core.testing import AsgiSite
from clerk_core.testing._instance import Instance

Serve: TypeAlias = Callable[[ASGIApp], AsgiSite]


@pytest.fixture(autouse=True)
def _settings(no_settings_of_this_machine: None) -> None:
    pass


@pytest.fixture(scope="module", autouse=True)
def _own_plugins_only() -> Iterator[None]:
    """Look for plugins in this distribution alone: these tests install Clerk two thousand times."""
    own = distribution("clerk-core")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "distributions", lambda: [own])
        yield


@pytest.fixture(scope="session")
def running_instance() -> Iterator[Instance]:
    with Instance() as running:
        yield running


@pytest.fixture
def instance(running_instance: Instance) -> Instance:
    running_instance.forget()
    return running_instance


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves ASGI applications until the end of the test."""
    with ExitStack() as opened:

        def served(app: ASGIApp) -> AsgiSite:
            site = AsgiSite(app)
            opened.callback(site.close)
            return site

        yield served
