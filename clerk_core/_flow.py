"""Define flows, generators that yield HTTP requests, and the sync and async drivers that run them.

A flow yields an `HttpRequest`, is sent the `HttpResponse` (or a `TransportError` is thrown into
it), and returns its value. It does not know its driver, so sync and async code share all flows.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, TypeAlias, TypeVar, cast

from clerk_core._event_loop import result_of
from clerk_core._flight import Flight
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import TransportError

T = TypeVar("T")
R = TypeVar("R")

Flow: TypeAlias = Generator[HttpRequest, HttpResponse, T]
"""A generator without I/O: it yields requests to Clerk, is sent responses and returns a `T`."""
Send: TypeAlias = Callable[[HttpRequest], HttpResponse]
AsyncSend: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponse]]


def run(flow: Flow[T], send: Send) -> T:
    """Run a flow and return its value.

    Args:
        flow: The flow. It is closed if `send` raises any other exception.
        send: Sends a request and returns the response, or raises `TransportError`.
    """
    response: HttpResponse | TransportError | None = None
    try:
        while True:
            try:
                request = _advance(flow, response)
            except StopIteration as end:
                return cast("T", end.value)
            # Not in the `try` above, because a StopIteration from `send` is not the flow's result.
            try:
                response = send(request) if request.flight is None else _share(request, send)
            except TransportError as error:
                response = error
    finally:
        flow.close()


async def run_async(flow: Flow[T], send: AsyncSend) -> T:
    """Run a flow with an async function, and return its value.

    Args:
        flow: The flow. It is closed if `send` raises any other exception.
        send: Sends a request and returns the response, or raises `TransportError`.
    """
    response: HttpResponse | TransportError | None = None
    try:
        while True:
            try:
                request = _advance(flow, response)
            except StopIteration as end:
                return cast("T", end.value)
            try:
                if request.flight is None:
                    response = await send(request)
                else:
                    response = await _share_async(request, send)
            except TransportError as error:
                response = error
    finally:
        flow.close()


def immediate(value: T) -> Flow[T]:
    """Return a flow that sends no request and returns `value`."""
    yield from ()
    return value


def named(running: R, name: str) -> R:
    """Set the name of a flow or coroutine, which Python shows in warnings, and return it."""
    cast("Any", running).__qualname__ = name
    return running


def _advance(flow: Flow[T], response: HttpResponse | TransportError | None) -> HttpRequest:
    if response is None:
        return next(flow)
    if isinstance(response, TransportError):
        return flow.throw(response)
    return flow.send(response)


def _share(request: HttpRequest, send: Send) -> HttpResponse:
    flight = cast("Flight", request.flight)
    while True:
        outcome = flight.outcome
        if flight.claim():
            try:
                landed: HttpResponse | TransportError = send(request)
            except TransportError as error:
                landed = error
            except BaseException:
                flight.abandon()
                raise
            flight.land(landed)
            return _unpack(landed)
        try:
            shared = outcome.result(request.timeout)
        except FutureTimeoutError:
            raise _waited_too_long() from None
        if shared is not None:
            return _unpack(shared)


async def _share_async(request: HttpRequest, send: AsyncSend) -> HttpResponse:
    flight = cast("Flight", request.flight)
    while True:
        outcome = flight.outcome
        if flight.claim():
            try:
                landed: HttpResponse | TransportError = await send(request)
            except TransportError as error:
                landed = error
            except BaseException:
                flight.abandon()
                raise
            flight.land(landed)
            return _unpack(landed)
        try:
            shared = await result_of(outcome, request.timeout)
        except TimeoutError:
            raise _waited_too_long() from None
        if shared is not None:
            return _unpack(shared)


def _unpack(outcome: HttpResponse | TransportError) -> HttpResponse:
    if isinstance(outcome, TransportError):
        # A copy, because an exception that is raised in several threads mixes their tracebacks.
        raise TransportError(outcome.message, code=outcome.code)
    return outcome


def _waited_too_long() -> TransportError:
    return TransportError(
        "Another request for the same data did not finish in time.", code="timed-out"
    )
