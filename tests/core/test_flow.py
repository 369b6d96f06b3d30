from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import CodeType, FrameType
from typing import Any

import pytest

from clerk_core._flight import Flight
from clerk_core._flow import Flow, run, run_async
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import TransportError
from tests.support import PATIENCE, FlightClaims

REQUEST = HttpRequest("GET", "https://api.clerk.example/v1/one")
OK = HttpResponse(200, content=b"one")

Runner = Callable[[Flow[Any], Callable[[HttpRequest], HttpResponse]], Any]


def _run_async(flow: Flow[Any], send: Callable[[HttpRequest], HttpResponse]) -> Any:
    async def send_async(request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        return send(request)

    return asyncio.run(run_async(flow, send_async))


both = pytest.mark.parametrize("drive", [run, _run_async], ids=["run", "run_async"])


def fetch(*requests: HttpRequest) -> Flow[list[bytes]]:
    contents = []
    for request in requests:
        contents.append((yield request).content)
    return contents


def raising(error: BaseException) -> Callable[[HttpRequest], HttpResponse]:
    def send(request: HttpRequest) -> HttpResponse:
        raise error

    return send


class FlowProbe:
    """A flow that sends one request and records how it ended."""

    def __init__(self, request: HttpRequest = REQUEST) -> None:
        self.ended_by: type[BaseException] | None = None
        self.flow = self._flow(request)

    def _flow(self, request: HttpRequest) -> Flow[bytes]:
        try:
            response = yield request
        except BaseException as error:
            self.ended_by = type(error)
            raise
        return response.content


@both
def test_driver_sends_each_response_and_returns_the_result(drive: Runner) -> None:
    second = HttpRequest("GET", "https://api.clerk.example/v1/two")
    requests: list[HttpRequest] = []

    def send(request: HttpRequest) -> HttpResponse:
        requests.append(request)
        return HttpResponse(200, content=request.url[-3:].encode())

    assert drive(fetch(REQUEST, second), send) == [b"one", b"two"]
    assert requests == [REQUEST, second]


@both
def test_flow_without_requests_sends_nothing(drive: Runner) -> None:
    assert drive(fetch(), raising(AssertionError("sent"))) == []


@both
def test_flow_can_catch_a_transport_error_and_continue(drive: Runner) -> None:
    error = TransportError("refused")

    def catching() -> Flow[tuple[object, bytes]]:
        try:
            yield REQUEST
        except TransportError as caught:
            return caught, (yield REQUEST).content
        raise AssertionError("no error came")

    outcomes: list[HttpResponse | TransportError] = [error, OK]

    def send(request: HttpRequest) -> HttpResponse:
        outcome = outcomes.pop(0)
        if isinstance(outcome, TransportError):
            raise outcome
        return outcome

    assert drive(catching(), send) == (error, b"one")


@both
def test_uncaught_transport_error_reaches_the_caller(drive: Runner) -> None:
    probe = FlowProbe()
    with pytest.raises(TransportError, match="refused"):
        drive(probe.flow, raising(TransportError("refused")))
    assert probe.ended_by is TransportError


@both
def test_other_errors_close_the_flow_and_reach_the_caller(drive: Runner) -> None:
    probe = FlowProbe()
    with pytest.raises(ZeroDivisionError):
        drive(probe.flow, raising(ZeroDivisionError()))
    assert probe.ended_by is GeneratorExit


@both
@pytest.mark.parametrize("flight", [None, Flight()], ids=["alone", "shared"])
def test_stop_iteration_from_send_is_not_the_result(drive: Runner, flight: Flight | None) -> None:
    probe = FlowProbe(HttpRequest("GET", REQUEST.url, flight=flight))
    with pytest.raises((StopIteration, RuntimeError)):
        drive(probe.flow, raising(StopIteration("a value")))
    assert probe.ended_by is GeneratorExit


@both
def test_keyboard_interrupt_closes_the_flow(drive: Runner) -> None:
    probe = FlowProbe()
    with pytest.raises(KeyboardInterrupt):
        drive(probe.flow, raising(KeyboardInterrupt()))
    assert probe.ended_by is GeneratorExit


@both
def test_error_raised_by_the_flow_reaches_the_caller(drive: Runner) -> None:
    def broken() -> Flow[None]:
        yield REQUEST
        raise LookupError("of the flow")

    with pytest.raises(LookupError, match="of the flow"):
        drive(broken(), lambda request: OK)


def test_cancelled_task_closes_its_flow() -> None:
    probe = FlowProbe()

    async def main() -> None:
        task = asyncio.create_task(run_async(probe.flow, lambda request: _never()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert probe.ended_by is GeneratorExit


async def _never() -> HttpResponse:
    await asyncio.Event().wait()
    raise AssertionError("woken")


# Single flight


def shared(flight: Flight, timeout: float | None = PATIENCE) -> HttpRequest:
    return HttpRequest("GET", REQUEST.url, timeout=timeout, flight=flight)


class BlockingSend:
    """A `send` function that blocks until it is released and counts its calls."""

    def __init__(self, outcome: HttpResponse | TransportError = OK) -> None:
        self.outcome = outcome
        self.sent = 0
        self.started = threading.Event()
        self.release = threading.Event()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.sent += 1
        self.started.set()
        assert self.release.wait(PATIENCE)
        return self._answer()

    async def asynchronous(self, request: HttpRequest) -> HttpResponse:
        self.sent += 1
        for _ in range(5):
            await asyncio.sleep(0)
        return self._answer()

    def _answer(self) -> HttpResponse:
        if isinstance(self.outcome, TransportError):
            raise self.outcome
        return self.outcome


def test_threads_sharing_a_flight_send_once() -> None:
    flight, send = Flight(), BlockingSend()
    with ThreadPoolExecutor(16) as pool:
        results = [pool.submit(run, fetch(shared(flight)), send) for _ in range(16)]
        assert send.started.wait(PATIENCE)
        send.release.set()
        assert [result.result(PATIENCE) for result in results] == [[b"one"]] * 16
    assert send.sent == 1


def test_tasks_sharing_a_flight_send_once() -> None:
    flight, send = Flight(), BlockingSend()

    async def main() -> list[list[bytes]]:
        flows = [run_async(fetch(shared(flight)), send.asynchronous) for _ in range(40)]
        return await asyncio.gather(*flows)

    assert asyncio.run(main()) == [[b"one"]] * 40
    assert send.sent == 1


def test_threads_and_tasks_can_share_one_flight() -> None:
    flight, send = Flight(), BlockingSend()

    async def follow() -> list[bytes]:
        task = asyncio.create_task(run_async(fetch(shared(flight)), send.asynchronous))
        await asyncio.sleep(0)
        send.release.set()
        return await task

    with ThreadPoolExecutor(1) as pool:
        leading = pool.submit(run, fetch(shared(flight)), send)
        assert send.started.wait(PATIENCE)
        assert asyncio.run(follow()) == [b"one"]
        assert leading.result(PATIENCE) == [b"one"]
    assert send.sent == 1


def test_later_callers_get_the_response_of_a_landed_flight() -> None:
    flight, send = Flight(), BlockingSend()
    send.release.set()
    assert run(fetch(shared(flight)), send) == [b"one"]
    assert run(fetch(shared(flight)), send) == [b"one"]
    assert _run_async(fetch(shared(flight)), send) == [b"one"]
    assert send.sent == 1


def test_every_thread_gets_its_own_transport_error() -> None:
    flight, send = Flight(), BlockingSend(TransportError("refused", code="its-code"))
    with ThreadPoolExecutor(8) as pool:
        results = [pool.submit(run, fetch(shared(flight)), send) for _ in range(8)]
        assert send.started.wait(PATIENCE)
        send.release.set()
        errors = [result.exception(PATIENCE) for result in results]
    assert send.sent == 1
    assert [str(error) for error in errors] == ["refused [its-code]"] * 8
    assert {type(error) for error in errors} == {TransportError}
    assert len({id(error) for error in errors}) == 8


def test_every_task_gets_the_transport_error() -> None:
    flight, send = Flight(), BlockingSend(TransportError("refused"))

    async def main() -> list[object]:
        flows = [run_async(fetch(shared(flight)), send.asynchronous) for _ in range(8)]
        return list(await asyncio.gather(*flows, return_exceptions=True))

    assert [type(error) for error in asyncio.run(main())] == [TransportError] * 8
    assert send.sent == 1


def test_another_thread_leads_after_an_unexpected_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flight, follower, both = Flight(), BlockingSend(), FlightClaims(monkeypatch, 2)
    follower.release.set()
    leading, may_fail = threading.Event(), threading.Event()

    def interrupted(request: HttpRequest) -> HttpResponse:
        leading.set()
        assert may_fail.wait(PATIENCE)
        raise KeyboardInterrupt

    with ThreadPoolExecutor(2) as pool:
        leader = pool.submit(run, fetch(shared(flight)), interrupted)
        assert leading.wait(PATIENCE)
        second = pool.submit(run, fetch(shared(flight)), follower)
        assert both.all_claimed.wait(PATIENCE)
        assert follower.sent == 0
        may_fail.set()
        assert isinstance(leader.exception(PATIENCE), KeyboardInterrupt)
        assert second.result(PATIENCE) == [b"one"]
    assert follower.sent == 1


def test_another_task_leads_after_a_cancellation() -> None:
    flight, send = Flight(), BlockingSend()
    sends: list[Callable[[HttpRequest], Awaitable[HttpResponse]]] = [
        lambda request: _never(),
        *[send.asynchronous] * 9,
    ]

    async def main() -> list[list[bytes]]:
        tasks = [asyncio.create_task(run_async(fetch(shared(flight)), one)) for one in sends]
        # By now every task has run until it waits.
        await asyncio.sleep(0)
        assert send.sent == 0
        tasks[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        return await asyncio.gather(*tasks[1:])

    assert asyncio.run(main()) == [[b"one"]] * 9
    assert send.sent == 1


def test_cancelled_follower_does_not_cancel_others() -> None:
    flight, release = Flight(), asyncio.Event()

    async def send(request: HttpRequest) -> HttpResponse:
        await release.wait()
        return OK

    async def main() -> list[list[bytes]]:
        tasks = [asyncio.create_task(run_async(fetch(shared(flight)), send)) for _ in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        with pytest.raises(asyncio.CancelledError):
            await tasks[1]
        release.set()
        return [await tasks[0], await tasks[2]]

    assert asyncio.run(main()) == [[b"one"]] * 2


@both
def test_followers_wait_no_longer_than_the_request_timeout(drive: Runner) -> None:
    flight = Flight()
    assert flight.claim()
    with pytest.raises(TransportError) as caught:
        drive(fetch(shared(flight, timeout=0.01)), raising(AssertionError("sent")))
    assert caught.value.code == "timed-out"
    # The flight continues for other callers.
    flight.land(OK)
    assert drive(fetch(shared(flight)), raising(AssertionError("sent"))) == [b"one"]


def test_only_one_caller_leads_at_a_time() -> None:
    flight = Flight()
    assert [flight.claim() for _ in range(3)] == [True, False, False]
    interrupted = flight.outcome
    flight.abandon()
    assert interrupted.result(0) is None
    assert not flight.outcome.done()
    assert [flight.claim() for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize("stop", range(4))
def test_no_caller_waits_for_an_abandoned_flight(stop: int) -> None:
    flight = Flight()
    assert flight.claim()
    outcomes: list[Future[Any]] = []

    def interrupt_abandon() -> None:
        outcomes.append(flight.outcome)
        if flight.claim():
            flight.land(OK)

    _before_line(stop, Flight.abandon.__code__, interrupt_abandon, flight.abandon)
    # The other caller was given the response or told to retry; it does not wait forever.
    assert all(outcome.done() for outcome in outcomes)


def _before_line(
    stop: int, function: CodeType, interrupt: Callable[[], None], act: Callable[[], None]
) -> None:
    """Call `act`, and `interrupt` before line number `stop` of `function`, as a thread could."""
    lines = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal lines
        if frame.f_code is not function:
            return None
        if event == "line":
            lines += 1
            if lines == stop + 1:
                interrupt()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
