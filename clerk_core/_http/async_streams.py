"""Forward requests and stream the responses, asynchronously.

Synchronous users do not import this module, so they never import an event loop.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator

import httpx

from clerk_core._frontend_api_proxy.forwarding import ForwardedRequest
from clerk_core._http.async_transport import AsyncConnections
from clerk_core._http.streamed_response import AsyncStreamedResponse
from clerk_core._http.streams import (
    MAX_STREAMS,
    STREAM_FAILURES,
    BodyTooLongError,
    Counter,
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
        request = build(forwarded, self._timeout, _Body(body))
        try:
            transport = await self._connections.to(forwarded.url)
            response = await transport.handle_async_request(request)
        except (BodyTooLongError, *STREAM_FAILURES) as error:
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
    """A request body that raises if it is too long."""

    def __init__(self, chunks: AsyncIterable[bytes]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        counter = Counter()
        async for chunk in self._chunks:
            if counter.exceeds_limit(chunk):
                raise BodyTooLongError
            yield chunk
