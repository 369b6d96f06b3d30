"""Forward requests and stream the responses, asynchronously.

Synchronous users do not import this module, so they never import an event loop.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator

import anyio
import httpx

from clerk_core._frontend_api_proxy import errors
from clerk_core._frontend_api_proxy.forwarding import ForwardedRequest
from clerk_core._http.async_transport import AsyncConnections
from clerk_core._http.streamed_response import AsyncStreamedResponse
from clerk_core._http.streams import (
    MAX_STREAMS,
    STREAM_FAILURES,
    Counter,
    RequestBodyError,
    answer_failure,
    broken_off,
    build,
    headers_of,
    too_long,
)
from clerk_core._messages import Response
from clerk_core._problems import ProblemLog


class AsyncStreamSender:
    """A sender of forwarded requests, with its own connections in each event loop.

    Args:
        timeout: The time-out of each wait in seconds.
        transport: An httpx transport to use instead of connection pools.
        problems: The log of problems.
    """

    def __init__(
        self, timeout: float, transport: httpx.AsyncBaseTransport | None, problems: ProblemLog
    ) -> None:
        self._timeout = timeout
        self._connections = AsyncConnections(transport, MAX_STREAMS)
        self._problems = problems

    async def __call__(
        self, forwarded: ForwardedRequest, body: AsyncIterable[bytes]
    ) -> AsyncStreamedResponse | Response:
        """Forward a request and return the response.

        Returns:
            The streamed response of the Frontend API, or an error response if there is none.
        """
        request = build(forwarded, self._timeout, _Body(body, forwarded.length, self._timeout))
        try:
            transport = await self._connections.to(forwarded.url)
            response = await transport.handle_async_request(request)
        except (RequestBodyError, *STREAM_FAILURES) as error:
            return answer_failure(error, self._problems)
        headers = forwarded.response_headers(response.status_code, headers_of(response))
        return AsyncStreamedResponse(
            response.status_code, headers, _chunks(response), response.aclose
        )

    def check(self, url: str) -> None:
        """Raise `ConfigurationError` if calls of this URL cannot work in this environment."""
        self._connections.check(url)

    async def close(self) -> None:
        """Close the connections of the running loop."""
        await self._connections.close()


async def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    counter = Counter()
    try:
        async for chunk in response.aiter_raw():
            if counter.exceeds_limit(chunk):
                raise too_long()
            yield chunk
    except STREAM_FAILURES as error:
        raise broken_off(error) from None


class _Body(httpx.AsyncByteStream):
    """A request body that raises `RequestBodyError` if it is too long, too slow or incomplete.

    Failures of the client are thereby told from those of the Frontend API. Slow clients could
    otherwise hold all connections.
    """

    def __init__(self, chunks: AsyncIterable[bytes], length: int | None, timeout: float) -> None:
        self._chunks = aiter(chunks)
        self._length = length
        self._timeout = timeout

    async def __aiter__(self) -> AsyncIterator[bytes]:
        counter = Counter()
        while (chunk := await self._next()) is not None:
            counter.check(chunk, self._length)
            yield chunk
        counter.check_end(self._length)

    async def _next(self) -> bytes | None:
        with anyio.move_on_after(self._timeout):
            try:
                return await anext(self._chunks, None)
            except Exception as error:
                # Each server has exceptions of its own for a client that went away.
                raise RequestBodyError(errors.body_incomplete) from error
        raise RequestBodyError(errors.body_timeout)
