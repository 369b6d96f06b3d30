"""Forward requests and stream the responses.

The time-out applies to each wait, not to the whole transfer, because a large upload may take long.
Bodies are never stored in memory, and one that is too long ends the transfer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import httpx

from clerk_core._frontend_api_proxy import errors
from clerk_core._frontend_api_proxy.forwarding import MAX_BYTES, ForwardedRequest
from clerk_core._http.connections import Connections
from clerk_core._http.failures import cause_of
from clerk_core._http.sending import FAILURES, TIMEOUTS
from clerk_core._http.streamed_response import StreamedResponse
from clerk_core._messages import Headers, Response
from clerk_core._problems import Problem, ProblemLog
from clerk_core.errors import TransportError

MAX_STREAMS = 1000
"""The maximum number of concurrent requests; others wait."""

STREAM_FAILURES = (*FAILURES, *TIMEOUTS)
"""The exceptions of a transport if there is no response or an incomplete one."""


class RequestBodyError(Exception):
    """The body of a request cannot be forwarded.

    Args:
        make_response: Returns the response to the client.
    """

    def __init__(self, make_response: Callable[[], Response]) -> None:
        super().__init__(make_response)
        self.make_response = make_response


class Counter:
    """A counter of the bytes of a body."""

    def __init__(self) -> None:
        self._length = 0

    def exceeds_limit(self, chunk: bytes) -> bool:
        """Count a chunk, and return whether the body is too long."""
        self._length += len(chunk)
        return self._length > MAX_BYTES

    def check(self, chunk: bytes, length: int | None) -> None:
        """Count a chunk of a request with this length; raise `RequestBodyError` if it is longer."""
        if self.exceeds_limit(chunk):
            raise RequestBodyError(errors.too_large)
        if length is not None and self._length > length:
            # HTTP/2 allows a body without a length, HTTP/1.1 does not.
            raise RequestBodyError(errors.length_invalid)

    def check_end(self, length: int | None) -> None:
        """Raise `RequestBodyError` if a request with this length has ended too early."""
        if length is not None and self._length < length:
            raise RequestBodyError(errors.body_incomplete)


def build(
    forwarded: ForwardedRequest, timeout: float, body: httpx.SyncByteStream | httpx.AsyncByteStream
) -> httpx.Request:
    """Return the httpx request.

    Args:
        forwarded: The request to send.
        timeout: The time-out of each wait in seconds.
        body: Its body.
    """
    return httpx.Request(
        forwarded.method,
        forwarded.url,
        # As bytes: httpx would send text as ASCII only. Servers decode headers as Latin-1.
        headers=[
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in forwarded.headers
        ],
        stream=body,
        extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout)},
    )


def headers_of(response: httpx.Response) -> Headers:
    """Return the headers of a response, decoded as Latin-1 as servers encode them."""
    return Headers.of_text(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw
    )


def answer_failure(error: Exception, problems: ProblemLog) -> Response:
    """Log why a request could not be forwarded, and return the error response."""
    if isinstance(error, RequestBodyError):
        return error.make_response()
    problems.warn(
        Problem.PROXY,
        f"The Frontend API proxy gets no response: {cause_of(error).what}. Check the network path "
        "to Clerk's Frontend API and, if it is set, CLERK_FAPI_URL.",
    )
    return errors.gateway_timeout() if isinstance(error, TIMEOUTS) else errors.bad_gateway()


def broken_off(error: Exception) -> TransportError:
    """Return the exception for an incomplete response, so that the server does not complete it."""
    return TransportError(
        f"The response of the Frontend API is incomplete: {cause_of(error).what}.",
        code="transport-failed",
    )


def too_long() -> TransportError:
    """Return the exception for a response whose body is too long."""
    return TransportError(
        f"The response of the Frontend API is longer than {MAX_BYTES} bytes.",
        code="answer-too-long",
    )


class StreamSender:
    """A sender of forwarded requests, with its own connections.

    Args:
        timeout: The time-out of each wait in seconds.
        transport: An httpx transport to use instead of connection pools.
        problems: The log of problems.
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
        """Forward a request and return the response.

        Returns:
            The streamed response of the Frontend API, or an error response if there is none.
        """
        request = build(forwarded, self._timeout, _Body(body, forwarded.length))
        try:
            response = self._connections.to(forwarded.url).handle_request(request)
        except (RequestBodyError, *STREAM_FAILURES) as error:
            return answer_failure(error, self._problems)
        headers = forwarded.response_headers(response.status_code, headers_of(response))
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
    """A request body that raises `RequestBodyError` if it is too long or incomplete.

    Failures of the client are thereby told from those of the Frontend API.
    """

    def __init__(self, chunks: Iterable[bytes], length: int | None) -> None:
        self._chunks = iter(chunks)
        self._length = length

    def __iter__(self) -> Iterator[bytes]:
        counter = Counter()
        while (chunk := self._next()) is not None:
            counter.check(chunk, self._length)
            yield chunk
        counter.check_end(self._length)

    def _next(self) -> bytes | None:
        try:
            return next(self._chunks, None)
        except Exception as error:
            # Each server has exceptions of its own for a client that went away.
            raise RequestBodyError(errors.body_incomplete) from error
