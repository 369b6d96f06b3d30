"""API calls that any visitor can cause: cached, paused, shared and limited in number."""

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
TIMED_OUT = TransportError("No response.", code="timed-out")


def key(number: int) -> CallKey:
    return call_key(settings(), "nonce", str(number))


def overloaded(status: int, retry_after: float | None = None) -> ClerkAPIError:
    return ClerkAPIError("Later.", "code", status, retry_after=retry_after)


def succeed(calls: VisitorCalls, now: float = NOW) -> None:
    with calls.permit(KEY, now) as permit:
        assert permit is not None


def fail(calls: VisitorCalls, error: Exception, now: float = NOW) -> None:
    with suppress(type(error)), calls.permit(KEY, now) as permit:
        assert permit is not None
        raise error


def begin(calls: VisitorCalls, count: int, opened: ExitStack) -> list[Permit | None]:
    """Return the permits of `count` simultaneous calls, each with its own key."""
    return [opened.enter_context(calls.permit(key(number), NOW)) for number in range(count)]


# Cached rejections


def test_rejection_is_cached_for_a_limited_time() -> None:
    calls = VisitorCalls()
    assert calls.refusal(KEY, NOW) is None
    calls.refuse(KEY, "the reason", NOW)
    assert calls.refusal(KEY, NOW) == "the reason"
    assert calls.refusal(KEY, NOW + REFUSED_FOR - 0.1) == "the reason"
    assert calls.refusal(KEY, NOW + REFUSED_FOR) is None
    # The clock was set back.
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
def test_rejection_is_cached_per_instance_purpose_and_secret(other: CallKey) -> None:
    calls = VisitorCalls()
    calls.refuse(KEY, "the reason", NOW)
    assert calls.refusal(other, NOW) is None


def test_parts_of_a_call_key_are_separated() -> None:
    assert call_key(settings(), "nonce", "ab", "c") != call_key(settings(), "nonce", "a", "bc")
    assert call_key(settings(), "nonce", "\udc80") != call_key(settings(), "nonce", "\udc81")


def test_oldest_rejection_is_evicted_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_REFUSED", 3)
    calls = VisitorCalls()
    for number in range(5):
        calls.refuse(key(number), str(number), NOW)
    assert [calls.refusal(key(number), NOW) for number in range(5)] == [None, None, "2", "3", "4"]


def test_caches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_REFUSED", 8)
    monkeypatch.setattr(limits, "MAX_PAUSES", 8)
    calls = VisitorCalls()
    for number in range(100):
        of_tenant = call_key(settings(secret_key=f"sk_test_{number}"), "nonce", "n")
        calls.refuse(of_tenant, "", NOW)
        calls.observe(of_tenant, NOW, TIMED_OUT, DEADLINE)
    assert all(len(memory) <= 8 for memory in vars(calls).values() if isinstance(memory, dict))


def test_caches_hold_no_secret() -> None:
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
def test_only_permanent_client_errors_are_rejections(status: int, expected: bool) -> None:
    assert is_refusal(overloaded(status)) is expected


# Pauses


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize(
    ("retry_after", "seconds"), [(None, PAUSE), (30.0, 30.0), (0.0, 1.0), (86_400.0, MAX_PAUSE)]
)
def test_calls_pause_while_the_api_is_overloaded(
    status: int, retry_after: float | None, seconds: float
) -> None:
    calls = VisitorCalls()
    fail(calls, overloaded(status, retry_after))
    for later in (NOW, NOW + seconds - 0.1):
        assert calls.is_paused(KEY, later)
        with calls.permit(key(7), later) as permit:
            assert permit is None
    assert not calls.is_paused(KEY, NOW + seconds)
    succeed(calls, NOW + seconds)


def test_calls_pause_after_a_timeout() -> None:
    calls = VisitorCalls()
    fail(calls, TIMED_OUT)
    assert calls.is_paused(KEY, NOW + DEADLINE + PAUSE - 0.1)
    assert not calls.is_paused(KEY, NOW + DEADLINE + PAUSE)


@pytest.mark.parametrize(
    "error",
    [overloaded(400), overloaded(404), overloaded(500), TransportError(code="transport-failed")],
)
def test_other_errors_cause_no_pause(error: Exception) -> None:
    calls = VisitorCalls()
    fail(calls, error)
    assert not calls.is_paused(KEY, NOW)


def test_pause_applies_to_one_instance_and_purpose() -> None:
    calls = VisitorCalls()
    fail(calls, overloaded(429))
    assert calls.is_paused(call_key(settings(), "nonce", "other"), NOW)
    for using, purpose in (
        (settings(), "refresh"),
        (settings(secret_key="sk_test_other"), "nonce"),
        (settings(api_url="https://api.example"), "nonce"),
    ):
        assert not calls.is_paused(call_key(using, purpose, "n"), NOW)


def test_clock_set_back_ends_a_pause() -> None:
    calls = VisitorCalls()
    fail(calls, overloaded(503))
    assert not calls.is_paused(KEY, NOW - 3600)


# Concurrency limits


def test_few_threads_wait_until_the_api_has_responded() -> None:
    calls = VisitorCalls()
    with ExitStack() as opened:
        permits = begin(calls, 8, opened)
    assert permits == [Permit(DEADLINE, None)] * FEW_CALLS + [None] * (8 - FEW_CALLS)
    succeed(calls)
    with ExitStack() as opened:
        permits = begin(calls, MAX_CALLS + 5, opened)
    made = [permit.timeout for permit in permits if permit is not None]
    assert made == [DEADLINE] * FEW_CALLS + [SHORT_DEADLINE] * (MAX_CALLS - FEW_CALLS)


@pytest.mark.parametrize("error", [TIMED_OUT, overloaded(503)])
def test_few_threads_wait_after_the_api_has_failed(error: Exception) -> None:
    calls = VisitorCalls()
    succeed(calls)
    fail(calls, error)
    with ExitStack() as opened:
        permits = [
            opened.enter_context(calls.permit(key(number), NOW + MAX_PAUSE)) for number in range(8)
        ]
    assert sum(permit is not None for permit in permits) == FEW_CALLS


def test_timeout_of_a_short_deadline_causes_no_pause() -> None:
    calls = VisitorCalls()
    succeed(calls)
    with ExitStack() as opened:
        begin(calls, FEW_CALLS, opened)
        fail(calls, TIMED_OUT)
        assert not calls.is_paused(KEY, NOW)
        with calls.permit(key(99), NOW) as permit:
            assert permit is None


def test_async_calls_are_limited_only_in_number() -> None:
    calls = VisitorCalls(blocking=False)
    fail(calls, overloaded(404))
    fail(calls, TransportError(code="transport-failed"))
    with ExitStack() as opened:
        permits = begin(calls, MAX_CALLS + 5, opened)
    assert permits == [Permit(DEADLINE, None)] * MAX_CALLS + [None] * 5


def test_finished_call_frees_its_slot_however_it_ended() -> None:
    calls = VisitorCalls()
    for error in (TIMED_OUT, overloaded(404), KeyboardInterrupt(), GeneratorExit()):
        for _ in range(2 * FEW_CALLS):
            with pytest.raises(type(error)), calls.permit(KEY, NOW, is_shared=True):
                raise error
        calls = calls if isinstance(error, ClerkAPIError) else VisitorCalls()
    with ExitStack() as opened:
        assert None not in begin(calls, FEW_CALLS, opened)


def test_hanging_call_frees_its_slot_after_its_deadline() -> None:
    calls = VisitorCalls()
    with ExitStack() as opened:
        begin(calls, FEW_CALLS, opened)
        with calls.permit(KEY, NOW + 1) as permit:
            assert permit is None
        succeed(calls, NOW + 2 * DEADLINE)


def test_forked_process_does_not_wait_for_flights_of_its_parent() -> None:
    calls = VisitorCalls()
    with ExitStack() as opened:
        begin(calls, FEW_CALLS - 1, opened)
        parents = opened.enter_context(calls.permit(KEY, NOW, is_shared=True))
        calls.forget_flights()
        with calls.permit(KEY, NOW, is_shared=True) as permit:
            assert permit is not None
            assert parents is not None
            assert permit.flight is not parents.flight


def test_mostly_genuine_calls_are_unlimited_while_the_api_responds() -> None:
    calls = VisitorCalls()
    with ExitStack() as opened:
        for number in range(2 * MAX_CALLS):
            permit = calls.permit(key(number), NOW, is_mostly_genuine=True)
            assert opened.enter_context(permit) == Permit(DEADLINE, None)
        # They do not count towards the limit of other calls.
        assert None not in begin(calls, FEW_CALLS, opened)


def test_mostly_genuine_calls_are_limited_after_a_timeout() -> None:
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


def test_requests_with_the_same_key_share_a_call() -> None:
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


def test_thread_waits_briefly_for_a_shared_call_but_not_for_a_slow_one() -> None:
    calls = VisitorCalls()
    with calls.permit(KEY, NOW, is_shared=True) as first:
        assert first is not None
        assert first.timeout == DEADLINE
        with calls.permit(KEY, NOW + SHORT_DEADLINE - 0.1, is_shared=True) as second:
            assert second == Permit(SHORT_DEADLINE, first.flight)
        with calls.permit(KEY, NOW + SHORT_DEADLINE, is_shared=True) as third:
            assert third is None


def test_task_waits_for_a_shared_call() -> None:
    calls = VisitorCalls(blocking=False)
    with calls.permit(KEY, NOW, is_shared=True) as first:
        assert first is not None
        with calls.permit(KEY, NOW + DEADLINE - 0.1, is_shared=True) as second:
            assert second == Permit(DEADLINE, first.flight)


def test_timeout_while_waiting_for_a_shared_call_causes_no_pause() -> None:
    calls = VisitorCalls(blocking=False)
    with calls.permit(KEY, NOW, is_shared=True):
        failing = calls.permit(KEY, NOW, is_shared=True)
        with pytest.raises(TransportError), failing:
            raise TIMED_OUT
    assert not calls.is_paused(KEY, NOW)
