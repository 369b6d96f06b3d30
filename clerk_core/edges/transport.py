"""Send what flows ask for, each call under one deadline.

Nothing is decided here. Redirects are not followed, so that a secret key never travels to another
host, and no error text shows what was sent.
"""

from __future__ import annotations

import asyncio
import os
from urllib.parse import urlsplit

import httpcore
import httpx

from clerk_core.edges.connections import PooledTransport, async_transport, proxy_for
from clerk_core.edges.deadline import Deadline
from clerk_core.words.errors import TransportError
from clerk_core.words.messages import HttpRequest, HttpResponse

_TIMEOUTS = (httpx.TimeoutException, httpcore.TimeoutException, asyncio.TimeoutError)
_FAILURES = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpcore.ConnectionNotAvailable,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


class Sender:
    """Sends over one pool of connections, shared by all threads; a forked child makes its own.

    A `transport` that is handed in is used as it is, after a fork too.
    """

    def __init__(self, timeout: float, transport: httpx.BaseTransport | None = None) -> None:
        self._timeout = timeout
        self._given = transport
        self._deadline = Deadline()
        self._pools: dict[int, PooledTransport] = {}

    def _transport(self, url: str) -> httpx.BaseTransport:
        if self._given is not None:
            return self._given
        # By process: the parent's connections are the parent's, two must not write to one.
        pool = self._pools.get(os.getpid())
        if pool is None:
            made = PooledTransport(self._deadline, proxy_for(url))
            pool = self._pools.setdefault(os.getpid(), made)
        return pool

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send one request; raises `TransportError` when no whole answer came in time."""
        limit = min(request.timeout or self._timeout, self._timeout)
        self._deadline.set(limit)
        try:
            built = _build(request, limit)
            response = self._transport(request.url).handle_request(built)
            try:
                return _answer(response, response.read())
            finally:
                response.close()
        except _TIMEOUTS:
            raise _timed_out(request, limit) from None
        except _FAILURES as error:
            raise _failed(request, error) from None

    def close(self) -> None:
        """Close the connections. The next call opens new ones."""
        transport = self._given or self._pools.pop(os.getpid(), None)
        if transport is not None:
            transport.close()


class AsyncSender:
    """Sends over one pool of connections for each event loop that it is used in.

    A `transport` that is handed in is used as it is, in every loop.
    """

    def __init__(self, timeout: float, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._timeout = timeout
        self._given = transport
        # Connections belong to the loop that opened them, and a fork starts a loop of its own.
        self._pools: dict[asyncio.AbstractEventLoop, httpx.AsyncHTTPTransport] = {}

    def _transport(self, url: str) -> httpx.AsyncBaseTransport:
        if self._given is not None:
            return self._given
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            # A closed loop cannot close its connections any more; they go with their pool.
            for ended in [known for known in list(self._pools) if known.is_closed()]:
                self._pools.pop(ended, None)
            pool = self._pools[loop] = async_transport(proxy_for(url))
        return pool

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send one request; raises `TransportError` when no whole answer came in time."""
        limit = min(request.timeout or self._timeout, self._timeout)
        try:
            return await asyncio.wait_for(self._send(request, limit), limit)
        except _TIMEOUTS:
            raise _timed_out(request, limit) from None
        except _FAILURES as error:
            raise _failed(request, error) from None

    async def _send(self, request: HttpRequest, limit: float) -> HttpResponse:
        built = _build(request, limit)
        response = await self._transport(request.url).handle_async_request(built)
        try:
            return _answer(response, await response.aread())
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Close the connections of the running loop. The next call opens new ones."""
        transport = self._given or self._pools.pop(asyncio.get_running_loop(), None)
        if transport is not None:
            await transport.aclose()


def _build(request: HttpRequest, limit: float) -> httpx.Request:
    return httpx.Request(
        request.method,
        request.url,
        headers=[("accept-encoding", "gzip, deflate"), *request.headers],
        content=request.content,
        extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), limit)},
    )


def _answer(response: httpx.Response, content: bytes) -> HttpResponse:
    return HttpResponse(response.status_code, response.headers.multi_items(), content)


def _target(request: HttpRequest) -> str:
    """What was called, without what a URL can hide: a password, a query."""
    try:
        url = urlsplit(request.url)
        port = f":{url.port}" if url.port else ""
        return f"{request.method} {url.scheme}://{url.hostname}{port}{url.path}"
    except ValueError:
        return f"{request.method} of a URL that is none"


def _timed_out(request: HttpRequest, limit: float) -> TransportError:
    return TransportError(
        f"No answer to {_target(request)} within {limit:g} seconds. Check the network to Clerk.",
        "timed-out",
    )


def _failed(request: HttpRequest, error: Exception) -> TransportError:
    # The error's own text may show the header that it is about.
    kind = type(error).__name__
    return TransportError(
        f"{_target(request)} failed: {kind}. Check the network to Clerk.", "transport-failed"
    )
