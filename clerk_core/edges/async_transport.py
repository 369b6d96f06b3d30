"""Send what flows ask for from an event loop; the rest is as in `transport.py`.

A module of its own, so that who never awaits does not pay for importing asyncio.
"""

from __future__ import annotations

import asyncio
import ssl

import httpx

from clerk_core.backend.retries import Outcome
from clerk_core.edges.connections import IDLE_SECONDS, MAX_CONNECTIONS, proxy_for, tls_context
from clerk_core.edges.sending import (
    FAILURES,
    TIMEOUTS,
    Attempts,
    Body,
    Limited,
    answer,
    build,
    end,
    failed,
    timed_out,
)
from clerk_core.words.messages import HttpRequest, HttpResponse


class AsyncSender(Limited):
    """Sends over connections that all tasks of an event loop share; the rest is as in `Sender`."""

    def __init__(
        self, timeout: float, transport: httpx.AsyncBaseTransport | None = None, *, retries: int = 0
    ) -> None:
        super().__init__(timeout, retries)
        self._connections = AsyncConnections(transport)

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send one request; raises `TransportError` when no whole answer came in time."""
        attempts = Attempts(request, self._timeout, self._retries)
        while True:
            outcome = await self._once(request, attempts)
            pause = attempts.pause_after(outcome)
            if pause is None:
                return end(outcome)
            await asyncio.sleep(pause)

    async def _once(self, request: HttpRequest, attempts: Attempts) -> Outcome:
        left = attempts.left()
        try:
            return await asyncio.wait_for(self._send(request, left), left)
        except (*TIMEOUTS, asyncio.TimeoutError):
            return timed_out(request, attempts.limit)
        except FAILURES as error:
            return failed(request, error)

    async def _send(self, request: HttpRequest, left: float) -> HttpResponse:
        built = build(request, left)
        transport = await self._connections.to(request.url)
        response = await transport.handle_async_request(built)
        try:
            body = Body(request, response)
            async for chunk in response.aiter_bytes():
                body.add(chunk)
            return answer(response, body)
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Close the connections of the running loop. The next call opens new ones."""
        await self._connections.close()


class AsyncConnections:
    """One pool for each event loop; its tasks are limited from outside.

    A transport that is `given` is used as it is, in every loop.
    """

    def __init__(self, given: httpx.AsyncBaseTransport | None) -> None:
        self._given = given
        # Connections belong to the loop that opened them, and a fork starts a loop of its own.
        self._pools: dict[asyncio.AbstractEventLoop, httpx.AsyncHTTPTransport] = {}
        self._tls: ssl.SSLContext | None = None
        self._reading: dict[asyncio.AbstractEventLoop, asyncio.Future[ssl.SSLContext]] = {}

    async def to(self, url: str) -> httpx.AsyncBaseTransport:
        """What to send through; raises `ConfigurationError` for a proxy or certificates."""
        if self._given is not None:
            return self._given
        loop = asyncio.get_running_loop()
        return self._pools.get(loop) or await self._make(loop, url)

    async def _make(self, loop: asyncio.AbstractEventLoop, url: str) -> httpx.AsyncHTTPTransport:
        # A closed loop cannot close its connections any more; they go with their pool.
        for ended in [known for known in list(self._pools) if known.is_closed()]:
            self._pools.pop(ended, None)
        proxy = proxy_for(url)
        tls = self._tls = self._tls or await self._certificates(loop)
        limits = httpx.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=IDLE_SECONDS)
        made = httpx.AsyncHTTPTransport(verify=tls, proxy=proxy, limits=limits)
        # Another task may have made one while this one waited.
        return self._pools.setdefault(loop, made)

    async def _certificates(self, loop: asyncio.AbstractEventLoop) -> ssl.SSLContext:
        """The certificates to trust, read by a thread: a loop would stand still for 20 to 140 ms.

        Not when a client is made, so that those who never call Clerk's API never pay for it.
        """
        reading = self._reading.get(loop)
        if reading is None:
            reading = self._reading[loop] = loop.run_in_executor(None, tls_context)
            reading.add_done_callback(lambda _: self._reading.pop(loop, None))
        # Others wait for it too, when this task is cancelled.
        return await asyncio.shield(reading)

    async def close(self) -> None:
        """Close the connections of the running loop."""
        transport = self._given or self._pools.pop(asyncio.get_running_loop(), None)
        if transport is not None:
            await transport.aclose()
