"""Send webhooks in a background thread, with retries.

The thread starts with the first webhook and ends when the instance is closed. It must not know what
an event means.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from clerk_core._api.retries import NoResponse, Outcome
from clerk_core._http.sending import Attempts
from clerk_core._http.transport import Sender
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._webhooks import sign_webhook
from clerk_core.errors import TransportError
from clerk_core.local._webhooks.deliveries import Attempt, Delivery, DeliveryStatus

RETRY_DELAYS = (1.0, 5.0, 30.0, 120.0, 600.0)
"""The seconds between the attempts of a delivery."""

_TIMEOUT = 10.0
_KEPT = 500
_JOIN_TIMEOUT = 1.0


class WebhookSender:
    """A queue of deliveries, of which the last 500 are kept.

    Args:
        clock: Returns the current time in Unix seconds, for signatures.
        retry_delays: The seconds between the attempts of a delivery.
    """

    def __init__(
        self, clock: Callable[[], float], retry_delays: tuple[float, ...] = RETRY_DELAYS
    ) -> None:
        self._clock = clock
        self._retry_delays = retry_delays
        self._condition = threading.Condition()
        self._deliveries: dict[str, Delivery] = {}
        self._due: dict[str, float] = {}
        self._thread: threading.Thread | None = None
        self._closed = False

    def deliveries(self) -> tuple[Delivery, ...]:
        """Return the deliveries, newest first."""
        with self._condition:
            return tuple(self._deliveries.values())[::-1]

    def add(self, delivery: Delivery) -> None:
        """Queue a delivery; the oldest one is dropped if there are too many."""
        with self._condition:
            if self._closed:
                return
            self._deliveries[delivery.id] = delivery
            self._due[delivery.id] = time.monotonic()
            for dropped in list(self._deliveries)[:-_KEPT]:
                del self._deliveries[dropped]
                self._due.pop(dropped, None)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
                self._thread.start()
            self._condition.notify_all()

    def repeat(self, delivery_id: str) -> bool:
        """Send a delivery again at once, and return whether it exists."""
        with self._condition:
            found = self._deliveries.get(delivery_id)
            if found is None or self._closed:
                return False
            self._deliveries[delivery_id] = replace(found, status="pending")
            self._due[delivery_id] = time.monotonic()
            self._condition.notify_all()
            return True

    def clear(self) -> None:
        """Forget all deliveries."""
        with self._condition:
            self._deliveries.clear()
            self._due.clear()
            self._condition.notify_all()

    def wait(self, timeout: float) -> bool:
        """Wait until no delivery is pending, and return whether that is so in time."""
        with self._condition:
            return self._condition.wait_for(lambda: not self._due, timeout)

    def close(self) -> None:
        """End the thread; what is pending is not sent. Calling this more than once is allowed."""
        with self._condition:
            self._closed = True
            self._due.clear()
            self._condition.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(_JOIN_TIMEOUT)

    def _run(self) -> None:
        sender = _Sender(_TIMEOUT)
        try:
            while True:
                delivery = self._next()
                if delivery is None:
                    return
                self._record(delivery.id, _attempt(sender, delivery, self._clock()))
        finally:
            sender.close()

    def _next(self) -> Delivery | None:
        """Wait for the next delivery and return it, or None if the queue is closed."""
        with self._condition:
            while not self._closed:
                first = min(self._due, key=self._due.__getitem__, default=None)
                pause = None if first is None else self._due[first] - time.monotonic()
                if first is not None and pause is not None and pause <= 0:
                    return self._deliveries[first]
                self._condition.wait(pause)
            return None

    def _record(self, delivery_id: str, attempt: Attempt) -> None:
        with self._condition:
            found = self._deliveries.get(delivery_id)
            if found is None or delivery_id not in self._due:
                return
            attempts = (*found.attempts, attempt)
            if attempt.succeeded or len(attempts) > len(self._retry_delays):
                status: DeliveryStatus = "delivered" if attempt.succeeded else "failed"
                self._deliveries[delivery_id] = replace(found, attempts=attempts, status=status)
                del self._due[delivery_id]
            else:
                self._deliveries[delivery_id] = replace(found, attempts=attempts)
                delay = self._retry_delays[len(attempts) - 1]
                self._due[delivery_id] = time.monotonic() + delay
            self._condition.notify_all()


def send_once(delivery: Delivery, now: float) -> Attempt:
    """Send a delivery in this thread, without retries, and return the outcome."""
    sender = _Sender(_TIMEOUT)
    try:
        return _attempt(sender, delivery, now)
    finally:
        sender.close()


class _Sender(Sender):
    """A sender that logs nothing, and whose errors do not speak of Clerk's API."""

    def end(self, request: HttpRequest, outcome: Outcome, attempts: Attempts) -> HttpResponse:
        if isinstance(outcome, NoResponse):
            # Without the advice, which follows.
            raise TransportError(outcome.reason.partition(". ")[0], code="webhook-not-sent")
        return outcome


def _attempt(sender: Sender, delivery: Delivery, now: float) -> Attempt:
    endpoint = delivery.endpoint
    headers = sign_webhook(delivery.id, int(now), delivery.content, endpoint.secret)
    try:
        response = sender(HttpRequest("POST", endpoint.url, headers, delivery.content))
    except TransportError as error:
        return Attempt(now, problem=str(error.args[0]))
    return Attempt(now, response.status)
