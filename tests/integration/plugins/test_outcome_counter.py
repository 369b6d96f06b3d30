"""`OutcomeCounter`, the example observer, counts results of requests."""

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
        observers=load_observers([counter]).of_requests,
    )


def _authenticate(clerk: Clerk, *headers: tuple[str, str]) -> None:
    clerk.authenticate(Request("GET", "http://localhost/", headers))


def test_clerk_observer_counts_results_by_reason(clerk: Clerk, counter: OutcomeCounter) -> None:
    _authenticate(clerk, bearer())
    _authenticate(clerk, bearer("user_2"))
    _authenticate(clerk)
    _authenticate(clerk, ("authorization", f"Bearer {tampered(token())}"))
    _authenticate(clerk, ("accept", "text/html"))

    assert counter.counts() == {
        "signed-in": 2,
        "dev-browser-missing": 2,
        "token-invalid-signature": 1,
    }


def test_reasons_are_plain_text(clerk: Clerk, counter: OutcomeCounter) -> None:
    _authenticate(clerk)

    (reason,) = counter.counts()
    assert type(reason) is str
    assert json.dumps(counter.counts()) == '{"dev-browser-missing": 1}'


def test_counts_are_empty_before_the_first_request(counter: OutcomeCounter) -> None:
    assert counter.counts() == {}


def test_returned_counts_are_a_copy(clerk: Clerk, counter: OutcomeCounter) -> None:
    before = counter.counts()
    _authenticate(clerk)

    assert before == {}
    counter.counts()["dev-browser-missing"] = 7
    assert counter.counts() == {"dev-browser-missing": 1}


def test_concurrent_requests_are_all_counted(clerk: Clerk, counter: OutcomeCounter) -> None:
    header = ("authorization", f"Bearer {token()}")

    def authenticate(number: int) -> None:
        _authenticate(clerk, *([header] if number % 2 else []))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(authenticate, range(2000)))

    assert counter.counts() == {"signed-in": 1000, "dev-browser-missing": 1000}
