"""Send what flows ask for, through httpx, each call under one deadline.

Nothing is decided here. Redirects are not followed, so that a secret key never travels to another
host, and no error text shows what was sent.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import anyio
import httpx
from anyio.lowlevel import RunVar

from clerk_core.words.errors import TransportError
from clerk_core.words.messages import HttpRequest, HttpResponse


class Sender:
    """Sends over one pool of connections, shared by all threads; a forked child makes its own."""

    def __init__(self, timeout: float, transport: httpx.BaseTransport | None = None) -> None:
        self._timeout = timeout
        self._transport = transport
        self._pid = os.getpid()
        self._client = self._new_client()

    def _new_client(self) -> httpx.Client:
        return httpx.Client(transport=self._transport, follow_redirects=False)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send one request; raises `TransportError` when no whole answer came in time."""
        if self._pid != os.getpid():
            # The parent's connections are the parent's: two processes must not write to one.
            self._pid, self._client = os.getpid(), self._new_client()
        limit = request.timeout or self._timeout
        try:
            return _send(self._client, request, limit)
        except httpx.TimeoutException:
            raise _timed_out(request, limit) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _failed(request, error) from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _send(client: httpx.Client, request: HttpRequest, limit: float) -> HttpResponse:
    deadline = time.monotonic() + limit
    phases = dict.fromkeys(("connect", "read", "write", "pool"), limit)

    def tighten(*_: object) -> None:
        # httpx limits each phase alone; what one has used up is taken from those after it.
        left = deadline - time.monotonic()
        if left <= 0:
            raise httpx.ReadTimeout("the deadline has passed")
        phases.update(dict.fromkeys(phases, left))

    built = _build(client, request, {"timeout": phases, "trace": _at_start_of_each(tighten)})
    response = client.send(built, stream=True)
    try:
        content = bytearray()
        tighten()
        for chunk in response.iter_bytes():
            content += chunk
            tighten()
    finally:
        response.close()
    return _answer(response, bytes(content))


def _at_start_of_each(tighten: Callable[[], None]) -> Callable[[str, object], None]:
    def trace(event: str, _: object) -> None:
        if event.endswith(".started") and "close" not in event:
            tighten()

    return trace


class AsyncSender:
    """Sends over one pool of connections for each event loop that it is used in."""

    def __init__(self, timeout: float, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._timeout = timeout
        self._transport = transport
        # Connections belong to the loop that opened them, and a fork starts a loop of its own.
        self._clients: RunVar[httpx.AsyncClient] = RunVar("clerk_core.client")

    def _client(self) -> httpx.AsyncClient:
        client = self._clients.get(None)
        if client is None:
            client = httpx.AsyncClient(transport=self._transport, follow_redirects=False)
            self._clients.set(client)
        return client

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send one request; raises `TransportError` when no whole answer came in time."""
        limit = request.timeout or self._timeout
        client = self._client()
        try:
            with anyio.fail_after(limit):
                response = await client.send(_build(client, request, {}))
        except (TimeoutError, httpx.TimeoutException):
            raise _timed_out(request, limit) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _failed(request, error) from None
        return _answer(response, response.content)

    async def close(self) -> None:
        """Close the connections of the running loop."""
        await self._client().aclose()


def _build(
    client: httpx.Client | httpx.AsyncClient, request: HttpRequest, extensions: dict[str, object]
) -> httpx.Request:
    return client.build_request(
        request.method,
        request.url,
        headers=list(request.headers),
        content=request.content,
        extensions=extensions,
    )


def _answer(response: httpx.Response, content: bytes) -> HttpResponse:
    return HttpResponse(response.status_code, response.headers.multi_items(), content)


def _target(request: HttpRequest) -> str:
    url = urlsplit(request.url)
    return f"{request.method} {url.scheme}://{url.netloc}{url.path}"


def _timed_out(request: HttpRequest, limit: float) -> TransportError:
    return TransportError(
        f"No answer to {_target(request)} within {limit:g} seconds. Check the network to Clerk.",
        "timed-out",
    )


def _failed(request: HttpRequest, error: Exception) -> TransportError:
    # The error's own text may show the header that it is about.
    kind = type(error).__name__
    return TransportError(f"{_target(request)} failed: {kind}. Check the network to Clerk.")
