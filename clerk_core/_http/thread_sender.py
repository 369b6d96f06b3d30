"""Send requests for code that awaits through the connections of a synchronous sender.

They outlive the event loop: a framework that waits starts one for each coroutine function.
"""

from __future__ import annotations

import anyio

from clerk_core._api.api_call import CallObserver
from clerk_core._http.transport import Sender
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._problems import ProblemLog


class ThreadSender:
    """A sender that sends in worker threads of the running event loop.

    Args:
        sender: The sender whose connections and limits are used.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    @property
    def problems(self) -> ProblemLog:
        """The log of problems of the sender."""
        return self._sender.problems

    @property
    def call_observers(self) -> tuple[CallObserver, ...]:
        """The observers of calls of the sender."""
        return self._sender.call_observers

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send one request, with retries, and return the response.

        Raises:
            TransportError: no complete response arrived in time.
        """
        return await anyio.to_thread.run_sync(self._sender, request, abandon_on_cancel=True)

    def limited(self, timeout: float | None, retries: int | None) -> ThreadSender:
        """Return a sender with other limits over the same connections.

        Args:
            timeout: The deadline of one call in seconds; None for no change.
            retries: The maximum number of retries; None for no change.

        Raises:
            ConfigurationError: a limit is of another type or out of range.
        """
        return ThreadSender(self._sender.limited(timeout, retries))

    def check(self, url: str) -> None:
        """Raise `ConfigurationError` if calls of this URL cannot work in this environment."""
        self._sender.check(url)

    def to_sync(self) -> Sender:
        """Return the sender for synchronous code."""
        return self._sender

    async def close(self) -> None:
        """Close the connections. The next call opens new ones."""
        self._sender.close()
