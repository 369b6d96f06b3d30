"""What the tests of all adapters share: the adapters, and a Backend API on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.adapters import flask_site
from tests.adapters.backend import Backend
from tests.adapters.site import Site

# One entry an adapter: from options to an application with the routes of `tests.adapters.site`.
ADAPTERS: dict[str, Callable[..., Site]] = {"flask": flask_site.build}

Build = Callable[..., Site]


@pytest.fixture(autouse=True)
def _settings(no_settings_of_this_machine: None) -> None:
    pass


@pytest.fixture
def backend() -> Iterator[Backend]:
    with Backend() as running:
        yield running


@pytest.fixture(params=list(ADAPTERS))
def build(request: pytest.FixtureRequest, backend: Backend) -> Iterator[Build]:
    """Makes an application; options replace those of a development instance."""
    with ExitStack() as opened:

        def built(**over: Any) -> Site:
            site = ADAPTERS[request.param](**{**backend.options(), **over})
            opened.callback(site.close)
            return site

        yield built


@pytest.fixture
def site(build: Build) -> Site:
    return build()
