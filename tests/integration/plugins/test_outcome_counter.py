"""The example of an observer: it counts what becomes of requests."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from clerk_core import Clerk, Request
from clerk_core._integration.plugins.loading import load_observers
from clerk_core._integration.plugins.outcome_counter import OutcomeCounter
from clerk_core.testing._tokens import (
    SECRET_KEY,
    bearer,
    public_pem,
    publishable_key,
    tampered,
    token,
)


@pytest.fixture
def counter() -> OutcomeCounter:
    return OutcomeCounter()


@pytest.fixture
def clerk(counter: OutcomeCounter) -> Clerk:
    return Clerk(
        publishable_key=publishable_key(),
        secret_key=SECRET_KEY,
        jwt_key=public_pem(),
        observers=load_observers([counter]),
    )


def _ask(clerk: Clerk, *headers: tuple[str, str]) -> None:
    clerk.authenticate(Request("GET", "http://localhost/", headers))


def test_clerk_observer_of_the_counter_counts_outcomes_by_their_reason(
    clerk: Clerk, counter: OutcomeCounter
) -> None:
    _ask(clerk, bearer())
    _ask(clerk, bearer("user_2"))
    _ask(clerk)
    _ask(clerk, ("authorization", f"Bearer {tampered(token())}"))
    _ask(clerk, ("accept", "text/html"))

    assert counter.counts() == {
        "signed-in": 2,
        "dev-browser-missing": 2,
        "token-invalid-signature": 1,
    }


def test_the_reasons_are_plain_text_for_a_metrics_page(
    clerk: Clerk, counter: OutcomeCounter
) -> None:
    _ask(clerk)

    (reason,) = counter.counts()
    assert type(reason) is str
    assert json.dumps(counter.counts()) == '{"dev-browser-missing": 1}'


def test_nothing_is_counted_before_the_first_request(counter: OutcomeCounter) -> None:
    assert counter.counts() == {}


def test_what_was_told_does_not_change_afterwards(clerk: Clerk, counter: OutcomeCounter) -> None:
    told = counter.counts()
    _ask(clerk)

    assert told == {}
    counter.counts()["dev-browser-missing"] = 7
    assert counter.counts() == {"dev-browser-missing": 1}


def test_no_request_of_a_crowd_of_threads_is_lost(clerk: Clerk, counter: OutcomeCounter) -> None:
    shown = ("authorization", f"Bearer {token()}")

    def ask(number: int) -> None:
        _ask(clerk, *([shown] if number % 2 else []))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(2000)))

    assert counter.counts() == {"signed-in": 1000, "dev-browser-missing": 1000}
