"""Forward requests and stream the responses, for code that waits. Nothing is decided here.

Each wait has the time limit, not the whole transfer: a large upload may take long. A body that is
longer than allowed ends the transfer, and none is kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import httpx

from clerk_core._frontend_api_proxy import errors
from clerk_core._frontend_api_proxy.forwarding import MOST_BYTES, ForwardedRequest
from clerk_core._http.connections import Connections
from clerk_core._http.failures import cause_of
from clerk_core._http.sending import FAILURES, TIMEOUTS
from clerk_core._http.streamed_response import StreamedResponse
from clerk_core._messages import Headers, Response
from clerk_core._problems import Problem, ProblemLog
from clerk_core.errors import TransportError

MAX_STREAMS = 1000
"""How many requests are forwarded at the same time; others wait for their turn."""

STREAM_FAILURES = (*FAILURES, *TIMEOUTS)
"""What a transport raises where the Frontend API does not answer, or breaks off."""


class BodyTooLongError(Exception):
    """The body of a request is longer than allowed."""


class Counter:
    """Counts the bytes of a body."""

    def __init__(self) -> None:
        self._length = 0

    def exceeds_limit(self, chunk: bytes) -> bool:
        """Count a chunk; return whether the body is too long."""
        self._length += len(chunk)
        return self._length > MOST_BYTES


def build(
    forwarded: ForwardedRequest, timeout: float, body: httpx.SyncByteStream | httpx.AsyncByteStream
) -> httpx.Request:
    """Return a request as httpx sends it.

    Args:
        forwarded: The request to send.
        timeout: The seconds that each wait may take.
        body: Its body.
    """
    return httpx.Request(
        forwarded.method,
        forwarded.url,
        headers=list(forwarded.headers),
        stream=body,
        extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout)},
    )


def answer_failure(error: Exception, problems: ProblemLog) -> Response:
    """Return the response for a request that could not be forwarded; log why."""
    if isinstance(error, BodyTooLongError):
        return errors.too_large()
    problems.warn(
        Problem.PROXY,
        f"The Frontend API proxy gets no answer: {cause_of(error).what}. Check the network path to "
        "Clerk's Frontend API and, if it is set, CLERK_FAPI_URL.",
    )
    return errors.gateway_timeout() if isinstance(error, TIMEOUTS) else errors.bad_gateway()


def broken_off(error: Exception) -> TransportError:
    """Return the exception for a response that ends in the middle, so that it is not completed."""
    return TransportError(
        f"The response of the Frontend API broke off: {cause_of(error).what}.",
        code="transport-failed",
    )


def too_long() -> TransportError:
    """Return the exception for a response whose body is too long."""
    return TransportError(
        f"The response of the Frontend API is longer than {MOST_BYTES} bytes.",
        code="answer-too-long",
    )


class StreamSender:
    """Forwards requests over connections of its own.

    Args:
        timeout: The seconds that each wait may take.
        transport: The httpx transport to send through, or None.
        problems: Logs what an operator can fix.
    """

    def __init__(
        self, timeout: float, transport: httpx.BaseTransport | None, problems: ProblemLog
    ) -> None:
        self._timeout = timeout
        self._connections = Connections(transport, MAX_STREAMS)
        self._problems = problems

    def __call__(
        self, forwarded: ForwardedRequest, body: Iterable[bytes]
    ) -> StreamedResponse | Response:
        """Forward a request; return a `Response` if that fails before there is an answer."""
        request = build(forwarded, self._timeout, _Body(body))
        try:
            response = self._connections.to(forwarded.url).handle_request(request)
        except (BodyTooLongError, *STREAM_FAILURES) as error:
            return answer_failure(error, self._problems)
        headers = forwarded.response_headers(Headers(response.headers.multi_items()))
        return StreamedResponse(response.status_code, headers, _chunks(response), response.close)

    def check(self, url: str) -> None:
        """Raise `ConfigurationError` if calls of this URL cannot work in this environment."""
        self._connections.check(url)

    def close(self) -> None:
        """Close the connections. The next request opens new ones."""
        self._connections.close()


def _chunks(response: httpx.Response) -> Iterator[bytes]:
    counter = Counter()
    try:
        for chunk in response.iter_raw():
            if counter.exceeds_limit(chunk):
                raise too_long()
            yield chunk
    except STREAM_FAILURES as error:
        raise broken_off(error) from None


class _Body(httpx.SyncByteStream):
    """The body of a request, not longer than allowed."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        counter = Counter()
        for chunk in self._chunks:
            if counter.exceeds_limit(chunk):
                raise BodyTooLongError
            yield chunk
