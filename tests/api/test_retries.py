from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._api.calls import call
from clerk_core._api.operations.users import Users
from clerk_core._api.retries import (
    Failure,
    NoResponse,
    Outcome,
    delay_before_retry,
    seconds_to_wait,
)
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import TransportError
from tests.support import settings

IDEMPOTENT = ["GET", "PUT", "DELETE"]
OTHERS = ["POST", "PATCH"]
LIMITED = HttpResponse(429, [("retry-after", "2")])
PASSING = [HttpResponse(status) for status in (429, 500, 502, 503, 504)]
DATE = "Mon, 23 Nov 2026 12:00:00 GMT"


def failed(failure: Failure) -> NoResponse:
    return NoResponse(TransportError(), failure)


def pause(
    method: str,
    outcome: Outcome,
    *,
    retry: int = 1,
    left: float = 10,
    jitter: float = 0.5,
    may_repeat: bool = True,
) -> float | None:
    request = HttpRequest(method, "https://api.clerk.example/v1/users", may_repeat=may_repeat)
    return delay_before_retry(request, outcome, retry=retry, left=left, jitter=jitter)


# Which requests are retried


@pytest.mark.parametrize("method", IDEMPOTENT)
@pytest.mark.parametrize(
    "outcome",
    [*PASSING, LIMITED, failed(Failure.UNSENT), failed(Failure.CONNECTION_LOST)],
    ids=repr,
)
def test_idempotent_request_is_retried_after_transient_failures(
    method: str, outcome: Outcome
) -> None:
    assert pause(method, outcome) is not None


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize("outcome", [LIMITED, failed(Failure.UNSENT)], ids=repr)
def test_unprocessed_request_is_retried_with_any_method(method: str, outcome: Outcome) -> None:
    assert pause(method, outcome) is not None


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize(
    "outcome",
    [
        *PASSING,
        HttpResponse(503, [("retry-after", "1")]),
        HttpResponse(500, [("retry-after", "1")]),
        failed(Failure.CONNECTION_LOST),
    ],
    ids=repr,
)
def test_possibly_processed_request_is_not_retried(method: str, outcome: Outcome) -> None:
    assert pause(method, outcome) is None


@pytest.mark.parametrize("method", [*IDEMPOTENT, *OTHERS])
@pytest.mark.parametrize(
    "outcome",
    [
        *(HttpResponse(status) for status in (200, 204, 307, 400, 401, 404, 409, 422, 501, 505)),
        HttpResponse(404, [("retry-after", "1")]),
        failed(Failure.FINAL),
    ],
    ids=repr,
)
def test_final_responses_are_not_retried(method: str, outcome: Outcome) -> None:
    assert pause(method, outcome) is None


@pytest.mark.parametrize("outcome", [*PASSING, LIMITED, failed(Failure.UNSENT)], ids=repr)
def test_request_with_may_repeat_false_is_not_retried(outcome: Outcome) -> None:
    assert pause("GET", outcome, may_repeat=False) is None


def test_only_operations_may_be_retried() -> None:
    flow = Users.get.flow(settings(), "user_1")
    assert next(flow).may_repeat
    assert not next(call(settings(), "GET", "/jwks")).may_repeat


# Pauses


def test_pauses_double_up_to_a_maximum() -> None:
    pauses = [pause("GET", PASSING[1], retry=retry, left=99, jitter=1) for retry in range(1, 9)]

    assert pauses == [0.25, 0.5, 1, 2, 4, 8, 8, 8]
    assert pause("GET", PASSING[1], retry=10**9, left=99, jitter=1) == 8


def test_jitter_is_up_to_half_of_a_pause() -> None:
    assert pause("GET", PASSING[1], jitter=0) == 0.125
    assert pause("GET", PASSING[1], jitter=0.5) == 0.1875


def test_pause_is_retry_after_plus_jitter() -> None:
    assert pause("GET", LIMITED, jitter=0) == 2.125
    assert pause("GET", LIMITED, jitter=1) == 2.25
    assert pause("POST", HttpResponse(429, [("retry-after", "0")]), jitter=1) == 0.25


def test_pause_longer_than_the_remaining_time_is_none() -> None:
    response = HttpResponse(503, [("retry-after", "60")])

    assert pause("GET", response) is None
    assert pause("GET", PASSING[1], left=0.3, jitter=1) is None
    assert pause("GET", PASSING[1], left=0.5, jitter=1) == 0.25


@given(
    retry=st.integers(1, 10**6),
    left=st.floats(0, 60),
    jitter=st.floats(0, 1),
    retry_after=st.one_of(st.none(), st.integers(0, 100)),
)
def test_pause_is_between_retry_after_and_the_remaining_time(
    retry: int, left: float, jitter: float, retry_after: int | None
) -> None:
    headers = [] if retry_after is None else [("retry-after", str(retry_after))]
    waited = pause("GET", HttpResponse(429, headers), retry=retry, left=left, jitter=jitter)

    assert waited is None or (retry_after or 0) < waited < left


# Retry-After


def seconds_for(retry_after: str, date: str = DATE) -> float | None:
    return seconds_to_wait(HttpResponse(429, [("Retry-After", retry_after), ("Date", date)]))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 12 ", 12),
        ("999999", 999_999),
        ("Mon, 23 Nov 2026 12:00:05 GMT", 5),
        ("Mon, 23 Nov 2026 11:59:00 GMT", 0),
        ("Monday, 23-Nov-26 12:00:07 GMT", 7),
    ],
)
def test_retry_after_may_be_seconds_or_a_date(value: str, seconds: float) -> None:
    assert seconds_for(value) == seconds


@pytest.mark.parametrize(
    "value",
    [
        "",
        "-1",
        "1.5",
        "soon",
        "1, 2",
        "²",
        "9" * 400,
        "Mon, 99 Nov 2026 12:00:05 GMT",
        "Mon, 23 Nov 2026 12:00:05",
        "Mon, 23 Nov 99999999999999999 12:00:05",
        "Mon, 23 Nov 2026 12:00:05 +99999999",
        "Mon, 23 Nov 2026 12:00:05 GMT" + " " * 99 + "x",
    ],
)
def test_invalid_retry_after_is_ignored(value: str) -> None:
    assert seconds_for(value) is None


@pytest.mark.parametrize("date", ["", "today", "Mon, 23 Nov 2026 12:00:00"])
def test_retry_after_date_requires_a_date_header(date: str) -> None:
    assert seconds_for("Mon, 23 Nov 2026 12:00:05 GMT", date) is None


def test_response_without_retry_after_has_none() -> None:
    assert seconds_to_wait(HttpResponse(429)) is None


_DATE_LIKE = st.lists(
    st.sampled_from(
        [*"0123456789:;,+- ", "Mon", "Nov", "GMT", "-0000", "2026", "12:00:05", "\x00", "é"]
    ),
    max_size=30,
).map("".join)


@given(st.one_of(st.text(), _DATE_LIKE), st.one_of(st.text(), _DATE_LIKE))
def test_arbitrary_headers_are_parsed_without_error(retry_after: str, date: str) -> None:
    for pair in itertools.permutations([retry_after, date, DATE], 2):
        seconds = seconds_for(*pair)
        assert seconds is None or seconds >= 0
