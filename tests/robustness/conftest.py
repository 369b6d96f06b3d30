"""What these tests share: a clock, a Backend API that counts, and the ways to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.robustness.faces import FACES, Api, Clock, Decide, options

Deciding = Callable[..., Decide]


@pytest.fixture(autouse=True)
def _settings(no_settings_of_this_machine: None) -> None:
    pass


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time that the clients go by."""
    made = Clock()
    monkeypatch.setattr("clerk_core._client.time", made)
    return made


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture(params=list(FACES))
def deciding(request: pytest.FixtureRequest, api: Api, clock: Clock) -> Iterator[Deciding]:
    """Makes, from options, what decides about requests."""
    with ExitStack() as opened:

        def made(**over: Any) -> Decide:
            return opened.enter_context(FACES[request.param](api, clock, options(**over)))

        yield made


@pytest.fixture
def decide(deciding: Deciding) -> Decide:
    """Decides with keys that have to be fetched."""
    return deciding()
