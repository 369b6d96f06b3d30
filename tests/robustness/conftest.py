"""Shared fixtures: a clock, a fake Backend API, and the entry points of authentication."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.robustness.entry_points import ENTRY_POINTS, Api, Clock, Decide, options

DecideWith = Callable[..., Decide]


@pytest.fixture(autouse=True)
def _settings(clean_environment: None) -> None:
    pass


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock that the clients use."""
    made = Clock()
    monkeypatch.setattr("clerk_core._clock.now", made.time)
    return made


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture(params=list(ENTRY_POINTS))
def decide_with(request: pytest.FixtureRequest, api: Api, clock: Clock) -> Iterator[DecideWith]:
    """Return a factory of `decide` functions with the given options, for each entry point."""
    with ExitStack() as opened:

        def factory(**over: Any) -> Decide:
            return opened.enter_context(ENTRY_POINTS[request.param](api, clock, options(**over)))

        yield factory


@pytest.fixture
def decide(decide_with: DecideWith) -> Decide:
    """Return a `decide` function that has to fetch keys."""
    return decide_with()
