"""Fixtures of the tests of adapters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.metadata import distribution
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pytest

from clerk_core._integration.plugins import loading
from clerk_core.asgi import ASGIApp
from clerk_core.testing._instance import Instance
from clerk_core.testing.contract import AsgiSite

if TYPE_CHECKING:
    from quart import Quart

Serve: TypeAlias = Callable[[ASGIApp], AsgiSite]
ServeQuart: TypeAlias = "Callable[[Quart], AsgiSite]"


@pytest.fixture(autouse=True)
def _settings(clean_environment: None) -> None:
    pass


@pytest.fixture(scope="module", autouse=True)
def _own_plugins_only() -> Iterator[None]:
    """Look for plugins in this distribution only: these tests install Clerk 2,000 times."""
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
    """Yield a function that serves an ASGI application until the end of the test."""
    with ExitStack() as sites:

        def start(app: ASGIApp) -> AsgiSite:
            site = AsgiSite(app)
            sites.callback(site.close)
            return site

        yield start


@pytest.fixture
def serve_quart(serve: Serve) -> ServeQuart:
    # Quart types the messages of ASGI more narrowly.
    return lambda app: serve(cast("Any", app))
