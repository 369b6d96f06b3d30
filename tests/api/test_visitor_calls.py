"""Calls that any visitor can cause: remembered, paused, shared and limited in number."""

from __future__ import annotations

from contextlib import ExitStack, suppress

import pytest

from clerk_core._api import visitor_calls as limits
from clerk_core._api.visitor_calls import (
    DEADLINE,
    FEW_CALLS,
    MAX_CALLS,
    MAX_PAUSE,
    PAUSE,
    REFUSED_FOR,
    SHORT_DEADLINE,
    CallKey,
    Permit,
    VisitorCalls,
    call_key,
    is_refusal,
)
from clerk_core.errors import ClerkAPIError, TransportError
from tests.support import NOW, SECRET_KEY, settings

KEY = call_key(settings(), "nonce", "n")
TIMED_OUT = TransportError("No answer.", code="timed-out")


def key(number: int) -> CallKey:
    return call_key(settings(), "nonce", str(number))


def overloaded(status: int, retry_after: float | None = None) -> ClerkAPIError:
    return ClerkAPIError("Later.", "code", status, retry_after=retry_after)


def answered(calls: VisitorCalls, now: float = NOW) -> None:
    with calls.permit(KEY, now) as permit:
        assert permit is not None


def failed(calls: VisitorCalls, error: Exception, now: float = NOW) -> None:
    with suppress(type(error)), calls.permit(KEY, now) as permit:
        assert permit is not None
        raise error


def begun(calls: VisitorCalls, count: int, opened: ExitStack) -> list[Permit | None]:
    """The permits of so many calls at the same time, each of a key of its own."""
    return [opened.enter_context(calls.permit(key(number), NOW)) for number in range(count)]


# What was refused


def test_a_refusal_is_remembered_for_a_while() -> None:
    calls = VisitorCalls()
    assert calls.refusal(KEY, NOW) is None
    calls.refuse(KEY, "the reason", NOW)
    assert calls.refusal(KEY, NOW) == "the reason"
    assert calls.refusal(KEY, NOW + REFUSED_FOR - 0.1) == "the reason"
    assert calls.refusal(KEY, NOW + REFUSED_FOR) is None
    # The clock went back.
    assert calls.refusal(KEY, NOW - 60) is None


@pytest.mark.parametrize(
    "other",
    [
        call_key(settings(), "nonce", "other"),
        call_key(settings(), "refresh", "n"),
        call_key(settings(), "nonce", "n", ""),
        call_key(settings(), "nonce"),
        call_key(settings(secret_key="sk_test_other"), "nonce", "n"),
        call_key(settings(api_url="https://api.example"), "nonce", "n"),
        call_key(settings(machine_secret_key="ak_1"), "nonce", "n"),
    ],
)
def test_a_refusal_is_of_one_instance_one_purpose_and_one_secret(other: CallKey) -> None:
    calls = VisitorCalls()
    calls.refuse(KEY, "the reason", NOW)
    assert calls.refusal(other, NOW) is None


def test_the_parts_of_a_key_do_not_run_together() -> None:
    assert call_key(settings(), "nonce", "ab", "c") != call_key(settings(), "nonce", "a", "bc")
    assert call_key(settings(), "nonce", "\udc80") != call_key(settings(), "nonce", "\udc81")


def test_the_oldest_refusal_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_REFUSED", 3)
    calls = VisitorCalls()
    for number in range(5):
        calls.refuse(key(number), str(number), NOW)
    assert [calls.refusal(key(number), NOW) for number in range(5)] == [None, None, "2", "3", "4"]


def test_the_memories_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_REFUSED", 8)
    monkeypatch.setattr(limits, "MAX_PAUSES", 8)
    calls = VisitorCalls()
    for number in range(100):
        of_tenant = call_key(settings(secret_key=f"sk_test_{number}"), "nonce", "n")
        calls.refuse(of_tenant, "", NOW)
        calls.observe(of_tenant, NOW, TIMED_OUT, DEADLINE)
    assert all(len(memory) <= 8 for memory in vars(calls).values() if isinstance(memory, dict))


def test_no_secret_is_kept() -> None:
    calls = VisitorCalls()
    of_session = call_key(settings(), "refresh", "the expired token", "the refresh token")
    calls.refuse(of_session, "slug", NOW)
    calls.observe(of_session, NOW, TIMED_OUT, DEADLINE)
    with calls.permit(key(1), NOW, is_shared=True):
        shown = repr(vars(calls))
    for secret in ("the expired token", "the refresh token", SECRET_KEY):
        assert secret not in shown


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, True), (401, True), (404, True), (422, True), (408, False), (429, False), (500, False)],
)
def test_a_refusal_is_what_clerk_would_say_again(status: int, expected: bool) -> None:
    assert is_refusal(overloaded(status)) is expected


# Pauses


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize(
    ("retry_after", "seconds"), [(None, PAUSE), (30.0, 30.0), (0.0, 1.0), (86_400.0, MAX_PAUSE)]
)
def test_nobody_asks_an_api_that_is_overloaded(
    status: int, retry_after: float | None, seconds: float
) -> None:
    calls = VisitorCalls()
    failed(calls, overloaded(status, retry_after))
    for later in (NOW, NOW + seconds - 0.1):
        assert calls.is_paused(KEY, later)
        with calls.permit(key(7), later) as permit:
            assert permit is None
    assert not calls.is_paused(KEY, NOW + seconds)
    answered(calls, NOW + seconds)


def test_nobody_asks_an_api_that_does_not_answer() -> None:
    calls = VisitorCalls()
    failed(calls, TIMED_OUT)
    assert calls.is_paused(KEY, NOW + DEADLINE + PAUSE - 0.1)
    assert not calls.is_paused(KEY, NOW + DEADLINE + PAUSE)


@pytest.mark.parametrize(
    "error",
    [overloaded(400), overloaded(404), overloaded(500), TransportError(code="transport-failed")],
)
def test_an_answer_and_a_failure_that_costs_no_time_make_no_pause(error: Exception) -> None:
    calls = VisitorCalls()
    failed(calls, error)
    assert not calls.is_paused(KEY, NOW)


def test_a_pause_is_of_one_instance_and_one_purpose() -> None:
    calls = VisitorCalls()
    failed(calls, overloaded(429))
    assert calls.is_paused(call_key(settings(), "nonce", "other"), NOW)
    for using, purpose in (
        (settings(), "refresh"),
        (settings(secret_key="sk_test_other"), "nonce"),
        (settings(api_url="https://api.example"), "nonce"),
    ):
        assert not calls.is_paused(call_key(using, purpose, "n"), NOW)


def test_a_clock_that_went_back_ends_a_pause() -> None:
    calls = VisitorCalls()
    failed(calls, overloaded(503))
    assert not calls.is_paused(KEY, NOW - 3600)


# How many at a time


def test_few_calls_block_threads_until_the_api_is_found_to_answer() -> None:
    calls = VisitorCalls()
    with ExitStack() as opened:
        permits = begun(calls, 8, opened)
    assert permits == [Permit(DEADLINE, None)] * FEW_CALLS + [None] * (8 - FEW_CALLS)
    answered(calls)
    with ExitStack() as opened:
        permits = begun(calls, MAX_CALLS + 5, opened)
    made = [permit.timeout for permit in permits if permit is not None]
    assert made == [DEADLINE] * FEW_CALLS + [SHORT_DEADLINE] * (MAX_CALLS - FEW_CALLS)


@pytest.mark.parametrize("error", [TIMED_OUT, overloaded(503)])
def test_few_calls_block_threads_after_the_api_has_failed(error: Exception) -> None:
    calls = VisitorCalls()
    answered(calls)
    failed(calls, error)
    with ExitStack() as opened:
        permits = [
            opened.enter_context(calls.permit(key(number), NOW + MAX_PAUSE)) for number in range(8)
        ]
    assert sum(permit is not None for permit in permits) == FEW_CALLS


def test_a_call_that_ran_out_of_a_short_deadline_makes_no_pause() -> None:
    calls = VisitorCalls()
    answered(calls)
    with ExitStack() as opened:
        begun(calls, FEW_CALLS, opened)
        failed(calls, TIMED_OUT)
        assert not calls.is_paused(KEY, NOW)
        with calls.permit(key(99), NOW) as permit:
            assert permit is None


def test_tasks_that_await_are_limited_in_number_alone() -> None:
    calls = VisitorCalls(blocking=False)
    failed(calls, overloaded(404))
    failed(calls, TransportError(code="transport-failed"))
    with ExitStack() as opened:
        permits = begun(calls, MAX_CALLS + 5, opened)
    assert permits == [Permit(DEADLINE, None)] * MAX_CALLS + [None] * 5


def test_a_call_that_ended_in_whatever_way_makes_room() -> None:
    calls = VisitorCalls()
    for error in (TIMED_OUT, overloaded(404), KeyboardInterrupt(), GeneratorExit()):
        for _ in range(2 * FEW_CALLS):
            with pytest.raises(type(error)), calls.permit(KEY, NOW, is_shared=True):
                raise error
        calls = calls if isinstance(error, ClerkAPIError) else VisitorCalls()
    with ExitStack() as opened:
        assert None not in begun(calls, FEW_CALLS, opened)


def test_a_call_that_never_ends_makes_room_after_a_while() -> None:
    calls = VisitorCalls()
    with ExitStack() as opened:
        begun(calls, FEW_CALLS, opened)
        with calls.permit(KEY, NOW + 1) as permit:
            assert permit is None
        answered(calls, NOW + 2 * DEADLINE)


def test_a_forked_process_waits_for_nothing_of_its_parent() -> None:
    calls = VisitorCalls()
    with ExitStack() as opened:
        begun(calls, FEW_CALLS - 1, opened)
        parents = opened.enter_context(calls.permit(KEY, NOW, is_shared=True))
        calls.forget_flights()
        with calls.permit(KEY, NOW, is_shared=True) as permit:
            assert permit is not None
            assert parents is not None
            assert permit.flight is not parents.flight


def test_calls_that_are_mostly_genuine_are_not_limited_before_the_api_stops_answering() -> None:
    calls = VisitorCalls()
    with ExitStack() as opened:
        for number in range(2 * MAX_CALLS):
            permit = calls.permit(key(number), NOW, is_mostly_genuine=True)
            assert opened.enter_context(permit) == Permit(DEADLINE, None)
        # They take no place of calls that may be made up.
        assert None not in begun(calls, FEW_CALLS, opened)


def test_calls_that_are_mostly_genuine_are_few_once_the_api_did_not_answer() -> None:
    calls = VisitorCalls()
    with suppress(TransportError), calls.permit(KEY, NOW, is_mostly_genuine=True):
        raise TIMED_OUT
    after_pause = NOW + DEADLINE + PAUSE
    with ExitStack() as opened:
        permits = [
            opened.enter_context(calls.permit(key(number), after_pause, is_mostly_genuine=True))
            for number in range(10)
        ]
    assert permits == [Permit(DEADLINE, None)] * FEW_CALLS + [None] * (10 - FEW_CALLS)


# One call for several requests


def test_requests_of_one_key_share_a_call() -> None:
    calls = VisitorCalls()
    with ExitStack() as opened:
        permits = [opened.enter_context(calls.permit(KEY, NOW, is_shared=True)) for _ in range(20)]
        others = [calls.permit(key(1), NOW, is_shared=True), calls.permit(KEY, NOW)]
        flights = [permit.flight for permit in permits if permit is not None]
        assert len(flights) == 20
        assert len(set(map(id, flights))) == 1
        for other in others:
            with other as permit:
                assert permit is None or permit.flight is not flights[0]
    with calls.permit(KEY, NOW, is_shared=True) as later:
        assert later is not None
        assert later.flight is not flights[0]


def test_a_thread_waits_shortly_for_the_call_of_another_and_not_for_one_that_is_slow() -> None:
    calls = VisitorCalls()
    with calls.permit(KEY, NOW, is_shared=True) as first:
        assert first is not None
        assert first.timeout == DEADLINE
        with calls.permit(KEY, NOW + SHORT_DEADLINE - 0.1, is_shared=True) as second:
            assert second == Permit(SHORT_DEADLINE, first.flight)
        with calls.permit(KEY, NOW + SHORT_DEADLINE, is_shared=True) as third:
            assert third is None


def test_a_task_waits_for_the_call_of_another() -> None:
    calls = VisitorCalls(blocking=False)
    with calls.permit(KEY, NOW, is_shared=True) as first:
        assert first is not None
        with calls.permit(KEY, NOW + DEADLINE - 0.1, is_shared=True) as second:
            assert second == Permit(DEADLINE, first.flight)


def test_a_request_that_ran_out_of_time_for_the_call_of_another_makes_no_pause() -> None:
    calls = VisitorCalls(blocking=False)
    with calls.permit(KEY, NOW, is_shared=True):
        failing = calls.permit(KEY, NOW, is_shared=True)
        with pytest.raises(TransportError), failing:
            raise TIMED_OUT
    assert not calls.is_paused(KEY, NOW)
