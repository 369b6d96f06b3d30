from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._api.calls import call
from clerk_core._api.operations.users import Users
from clerk_core._api.retries import (
    Failure,
    NoAnswer,
    Outcome,
    pause_before_repeat,
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


def no_answer(failure: Failure) -> NoAnswer:
    return NoAnswer(TransportError(), failure)


def pause(
    method: str,
    outcome: Outcome,
    *,
    repeat: int = 1,
    left: float = 10,
    chance: float = 0.5,
    may_repeat: bool = True,
) -> float | None:
    request = HttpRequest(method, "https://api.clerk.example/v1/users", may_repeat=may_repeat)
    return pause_before_repeat(request, outcome, repeat=repeat, left=left, chance=chance)


# What is safe


@pytest.mark.parametrize("method", IDEMPOTENT)
@pytest.mark.parametrize(
    "outcome",
    [*PASSING, LIMITED, no_answer(Failure.UNSENT), no_answer(Failure.BROKEN_OFF)],
    ids=repr,
)
def test_what_may_be_done_twice_is_repeated_after_what_passes(
    method: str, outcome: Outcome
) -> None:
    assert pause(method, outcome) is not None


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize("outcome", [LIMITED, no_answer(Failure.UNSENT)], ids=repr)
def test_what_was_not_carried_out_is_repeated_whatever_it_is(method: str, outcome: Outcome) -> None:
    assert pause(method, outcome) is not None


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize(
    "outcome",
    [
        *PASSING,
        HttpResponse(503, [("retry-after", "1")]),
        HttpResponse(500, [("retry-after", "1")]),
        no_answer(Failure.BROKEN_OFF),
    ],
    ids=repr,
)
def test_what_may_have_been_carried_out_is_not_repeated(method: str, outcome: Outcome) -> None:
    assert pause(method, outcome) is None


@pytest.mark.parametrize("method", [*IDEMPOTENT, *OTHERS])
@pytest.mark.parametrize(
    "outcome",
    [
        *(HttpResponse(status) for status in (200, 204, 307, 400, 401, 404, 409, 422, 501, 505)),
        HttpResponse(404, [("retry-after", "1")]),
        no_answer(Failure.FINAL),
    ],
    ids=repr,
)
def test_what_another_attempt_cannot_change_is_not_repeated(method: str, outcome: Outcome) -> None:
    assert pause(method, outcome) is None


@pytest.mark.parametrize("outcome", [*PASSING, LIMITED, no_answer(Failure.UNSENT)], ids=repr)
def test_a_request_with_rules_of_its_own_is_not_repeated(outcome: Outcome) -> None:
    assert pause("GET", outcome, may_repeat=False) is None


def test_operations_may_be_repeated_and_other_calls_may_not() -> None:
    flow = Users.get.flow(settings(), "user_1")
    assert next(flow).may_repeat
    assert not next(call(settings(), "GET", "/jwks")).may_repeat


# How long


def test_the_pauses_double_up_to_the_longest() -> None:
    pauses = [pause("GET", PASSING[1], repeat=repeat, left=99, chance=1) for repeat in range(1, 9)]

    assert pauses == [0.25, 0.5, 1, 2, 4, 8, 8, 8]
    assert pause("GET", PASSING[1], repeat=10**9, left=99, chance=1) == 8


def test_chance_takes_up_to_half_of_a_pause() -> None:
    assert pause("GET", PASSING[1], chance=0) == 0.125
    assert pause("GET", PASSING[1], chance=0.5) == 0.1875


def test_a_pause_is_as_long_as_the_answer_asks_and_a_little_longer() -> None:
    assert pause("GET", LIMITED, chance=0) == 2.125
    assert pause("GET", LIMITED, chance=1) == 2.25
    assert pause("POST", HttpResponse(429, [("retry-after", "0")]), chance=1) == 0.25


def test_a_pause_that_the_deadline_has_no_room_for_is_none() -> None:
    asked = HttpResponse(503, [("retry-after", "60")])

    assert pause("GET", asked) is None
    assert pause("GET", PASSING[1], left=0.3, chance=1) is None
    assert pause("GET", PASSING[1], left=0.5, chance=1) == 0.25


@given(
    repeat=st.integers(1, 10**6),
    left=st.floats(0, 60),
    chance=st.floats(0, 1),
    asked=st.one_of(st.none(), st.integers(0, 100)),
)
def test_no_pause_outlasts_the_deadline_or_is_shorter_than_asked(
    repeat: int, left: float, chance: float, asked: int | None
) -> None:
    headers = [] if asked is None else [("retry-after", str(asked))]
    waited = pause("GET", HttpResponse(429, headers), repeat=repeat, left=left, chance=chance)

    assert waited is None or (asked or 0) < waited < left


# Retry-After


def asked_by(retry_after: str, date: str = DATE) -> float | None:
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
def test_seconds_and_dates_are_read(value: str, seconds: float) -> None:
    assert asked_by(value) == seconds


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
def test_what_is_neither_is_passed_over(value: str) -> None:
    assert asked_by(value) is None


@pytest.mark.parametrize("date", ["", "today", "Mon, 23 Nov 2026 12:00:00"])
def test_a_date_needs_the_date_of_the_answer(date: str) -> None:
    assert asked_by("Mon, 23 Nov 2026 12:00:05 GMT", date) is None


def test_an_answer_that_asks_for_nothing_has_no_time_to_wait() -> None:
    assert seconds_to_wait(HttpResponse(429)) is None


_DATE_LIKE = st.lists(
    st.sampled_from(
        [*"0123456789:;,+- ", "Mon", "Nov", "GMT", "-0000", "2026", "12:00:05", "\x00", "é"]
    ),
    max_size=30,
).map("".join)


@given(st.one_of(st.text(), _DATE_LIKE), st.one_of(st.text(), _DATE_LIKE))
def test_no_header_breaks_the_reading(retry_after: str, date: str) -> None:
    for pair in itertools.permutations([retry_after, date, DATE], 2):
        seconds = asked_by(*pair)
        assert seconds is None or seconds >= 0
