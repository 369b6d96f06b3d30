"""Send the requests of flows from asyncio or trio, each call within one deadline.

Synchronous users do not import this module, so they never import an event loop.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncGenerator
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import anyio
import httpx

from clerk_core._api.retries import Outcome
from clerk_core._event_loop import result_of, running_trio
from clerk_core._http.connections import (
    IDLE_SECONDS,
    MAX_CONNECTIONS,
    check_transport,
    counterpart_of,
)
from clerk_core._http.environment import Proxies, check_certificates, tls_context
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
from clerk_core._http.transport import Sender
from clerk_core._messages import HttpRequest, HttpResponse


class AsyncSender(BaseSender):
    """A sender whose connections are shared by all tasks of an event loop.

    Args:
        timeout: The deadline of one call in seconds, including its retries.
        transport: An httpx transport to use instead of connection pools.
        retries: The maximum number of retries of a request.
    """

    def __init__(
        self, timeout: float, transport: httpx.AsyncBaseTransport | None = None, *, retries: int = 0
    ) -> None:
        super().__init__(timeout, retries=retries)
        self._connections = AsyncConnections(transport)

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send one request, with retries, and return the response.

        Raises:
            TransportError: no complete response arrived in time.
        """
        attempts = Attempts(request, self._timeout, self._retries)
        while True:
            outcome = await self._once(request, attempts)
            pause = attempts.pause_after(outcome)
            if pause is None:
                return self.end(request, outcome, attempts)
            await anyio.sleep(pause)

    async def _once(self, request: HttpRequest, attempts: Attempts) -> Outcome:
        left = attempts.left()
        try:
            with anyio.fail_after(left):
                return await self._send(request, left)
        except (*TIMEOUTS, TimeoutError):
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
            return complete_response(response, body)
        finally:
            await response.aclose()

    def check(self, url: str) -> None:
        """Raise `ConfigurationError` if calls of this URL cannot work in this environment."""
        self._connections.check(url)

    def to_sync(self) -> Sender:
        """Return the sender for synchronous code, with the same limits."""
        senders = self._connections.sync_senders
        if not senders:
            transport: Any = counterpart_of(self._connections.given, httpx.BaseTransport)
            made = Sender(self._timeout, transport, retries=self._retries)
            made.problems = self.problems
            senders.setdefault("sync", made)
        return senders["sync"].limited(self._timeout, self._retries)

    async def close(self) -> None:
        """Close the connections of the running loop, and those of synchronous code.

        The next call opens new ones.
        """
        for sender in self._connections.sync_senders.values():
            sender.close()
        await self._connections.close()


_Pools: TypeAlias = dict[str, httpx.AsyncHTTPTransport]
"""The pools of one event loop by the URL of their proxy."""


class AsyncConnections:
    """Connection pools for each event loop. They do not limit how long a call takes.

    Args:
        given: An httpx transport to use in every loop instead of pools.
    """

    def __init__(
        self, given: httpx.AsyncBaseTransport | None, max_connections: int = MAX_CONNECTIONS
    ) -> None:
        check_transport(given, httpx.AsyncBaseTransport)
        self.given = given
        # At most one, also if several threads make it at the same time.
        self.sync_senders: dict[str, Sender] = {}
        self._limits = httpx.Limits(max_connections=max_connections, keepalive_expiry=IDLE_SECONDS)
        self._proxies = Proxies()
        self._of_trio: WeakKeyDictionary[Any, _Pools] = WeakKeyDictionary()
        # By process, because a forked child does not inherit the thread that loads certificates.
        self._tls: dict[int, Future[ssl.SSLContext]] = {}

    def check(self, url: str) -> None:
        """Raise `ConfigurationError` if calls of this URL cannot work in this environment."""
        if self.given is None:
            self._proxies.of(url)
            check_certificates()

    async def to(self, url: str) -> httpx.AsyncBaseTransport:
        """Return the transport for a URL.

        Raises:
            ConfigurationError: calls of this URL cannot work in this environment.
        """
        if self.given is not None:
            return self.given
        proxy = self._proxies.of(url)
        pools, through = self.pools(), str(proxy.url) if proxy else ""
        pool = pools.get(through)
        if pool is None:
            await _close_at_the_end()
            tls = await result_of(self._certificates(), None)
            made = httpx.AsyncHTTPTransport(verify=tls, proxy=proxy, limits=self._limits)
            # Another task may have made one while this one waited.
            pool = pools.setdefault(through, made)
        return pool

    def pools(self) -> _Pools:
        """Return the pools of the running loop.

        A loop does not report its end, so its pools are stored where they are garbage-collected
        with it. For asyncio, that is the loop itself: connections refer to the loop, so a weak
        reference to it would never expire. For trio, a weak reference suffices.
        """
        token = running_trio()
        if token is not None:
            return self._of_trio.setdefault(token, {})
        return _pools_of_running_loop().setdefault(self, {})

    def _certificates(self) -> Future[ssl.SSLContext]:
        """Load the trusted certificates once, in a thread, because it takes 20 to 140 ms.

        Called with the first request, so that applications that send none do not load them.
        """
        process, reading = os.getpid(), Future[ssl.SSLContext]()

        def read() -> None:
            try:
                reading.set_result(tls_context())
            except BaseException as error:
                self._tls.pop(process, None)
                reading.set_exception(error)

        known = self._tls.setdefault(process, reading)
        if known is reading:
            Thread(target=read, daemon=True).start()
        return known

    async def close(self) -> None:
        """Close the connections of the running loop."""
        if self.given is not None:
            await self.given.aclose()
            return
        await _close(self.pools())


def _pools_of_running_loop() -> WeakKeyDictionary[AsyncConnections, _Pools]:
    of_loop: WeakKeyDictionary[AsyncConnections, _Pools] = vars(
        asyncio.get_running_loop()
    ).setdefault("_clerk_core_pools", WeakKeyDictionary())
    return of_loop


async def _close_at_the_end() -> None:
    """Have all pools closed when `asyncio.run()` ends, as it ends asynchronous generators.

    An application without a lifespan never closes them itself.
    """
    if running_trio() is not None:
        # It ends generators in a cancelled scope, where nothing can be awaited.
        return
    # One for each loop, which keeps it: a generator that is collected earlier would need the loop.
    of_loop = vars(asyncio.get_running_loop())
    if "_clerk_core_closer" not in of_loop:
        closer = of_loop["_clerk_core_closer"] = _closer(_pools_of_running_loop())
        await closer.__anext__()


async def _closer(
    of_loop: WeakKeyDictionary[AsyncConnections, _Pools],
) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        for pools in list(of_loop.values()):
            await _close(pools)


async def _close(pools: _Pools) -> None:
    while pools:
        _, pool = pools.popitem()
        await pool.aclose()
