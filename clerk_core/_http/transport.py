"""Send the requests of flows, each call within one deadline that includes its retries.

Redirects are not followed, so that a secret key is never sent to another host.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx

from clerk_core._api.retries import Outcome
from clerk_core._http.connections import Connections
from clerk_core._http.sending import (
    FAILURES,
    TIMEOUTS,
    Attempts,
    BaseSender,
    Body,
    build,
    complete_response,
    failed,
    timed_out,
)
from clerk_core._messages import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from clerk_core._http.thread_sender import ThreadSender


class Sender(BaseSender):
    """A sender whose connections are shared by all threads.

    Args:
        timeout: The deadline of one call in seconds, including its retries.
        transport: An httpx transport to use instead of connection pools.
        retries: The maximum number of retries of a request.
    """

    def __init__(
        self, timeout: float, transport: httpx.BaseTransport | None = None, *, retries: int = 0
    ) -> None:
        super().__init__(timeout, retries=retries)
        self._connections = Connections(transport)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send one request, with retries, and return the response.

        Raises:
            TransportError: no complete response arrived in time.
        """
        attempts = Attempts(request, self._timeout, self._retries)
        while True:
            outcome = self._once(request, attempts)
            pause = attempts.pause_after(outcome)
            if pause is None:
                return self.end(request, outcome, attempts)
            time.sleep(pause)

    def _once(self, request: HttpRequest, attempts: Attempts) -> Outcome:
        left = attempts.left()
        try:
            built = build(request, left)
            response = self._connections.to(request.url).handle_request(built)
            try:
                body = Body(request, response)
                for chunk in response.iter_bytes():
                    body.add(chunk)
                return complete_response(response, body)
            finally:
                response.close()
        except TIMEOUTS:
            return timed_out(request, attempts.limit)
        except FAILURES as error:
            return failed(request, error)

    def check(self, url: str) -> None:
        """Raise `ConfigurationError` if calls of this URL cannot work in this environment."""
        self._connections.check(url)

    def to_async(self) -> ThreadSender:
        """Return the sender for asynchronous code, with the same limits and connections."""
        # Imported here, because it imports asyncio.
        from clerk_core._http.thread_sender import ThreadSender

        return ThreadSender(self)

    def close(self) -> None:
        """Close the connections. The next call opens new ones."""
        self._connections.close()
