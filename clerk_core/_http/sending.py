"""Share code between the sync and the async sender: limits, attempts, messages and failures.

This module performs no I/O. Error messages never show what was sent.
"""

from __future__ import annotations

import copy
import random
import ssl
import time
from urllib.parse import urlsplit

import httpcore
import httpx

from clerk_core._api.api_call import ApiCall, CallObserver
from clerk_core._api.retries import Failure, NoResponse, Outcome, delay_before_retry
from clerk_core._compat import Self
from clerk_core._http.deadline import Deadline
from clerk_core._http.failures import NETWORK, cause_of
from clerk_core._http.observing import report_call
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._problems import ProblemLog
from clerk_core._settings.checks import check_limits
from clerk_core.errors import TransportError

MAX_BYTES = 64 * 1024 * 1024
"""The maximum length of a decompressed response; many times the longest list of users."""

TIMEOUTS = (httpx.TimeoutException, httpcore.TimeoutException)
FAILURES = (
    TransportError,
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpcore.ConnectionNotAvailable,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    # Async code of old httpcore versions does not map these.
    ssl.SSLError,
    ConnectionError,
)
_UNSENT = (httpx.ConnectError, httpcore.ConnectError)
_CONNECTION_LOST = (
    httpx.NetworkError,
    httpx.RemoteProtocolError,
    httpcore.NetworkError,
    httpcore.RemoteProtocolError,
)
# The requested codings. Other or nested codings could be decompressed to any size.
_CODINGS = ("identity", "gzip", "deflate")
# Some transports reject a time-out of 0.
_SHORTEST = 0.001

_random = random.SystemRandom()


class BaseSender:
    """The base of senders: the limits of a call, and the log of problems.

    Args:
        timeout: The deadline of one call in seconds, including its retries.
        transport: An httpx transport to use instead of connection pools.
        retries: The maximum number of retries of a request.
    """

    def __init__(self, timeout: float, transport: object = None, *, retries: int = 0) -> None:
        check_limits(timeout, retries)
        self._timeout = timeout
        self._retries = retries
        self.problems: ProblemLog = ProblemLog()
        self.call_observers: tuple[CallObserver, ...] = ()

    def check(self, url: str) -> None:
        """Raise `ConfigurationError` if calls of this URL cannot work in this environment."""
        raise NotImplementedError

    def limited(self, timeout: float | None, retries: int | None) -> Self:
        """Return a sender with other limits over the same connections.

        Args:
            timeout: The deadline of one call in seconds; None for no change.
            retries: The maximum number of retries; None for no change.

        Raises:
            ConfigurationError: a limit is of another type or out of range.
        """
        limits = (
            self._timeout if timeout is None else timeout,
            self._retries if retries is None else retries,
        )
        check_limits(*limits)
        if limits == (self._timeout, self._retries):
            return self
        other = copy.copy(self)
        other._timeout, other._retries = limits
        return other

    def end(self, request: HttpRequest, outcome: Outcome, attempts: Attempts) -> HttpResponse:
        """Return the response or raise the error of a call, and log what an operator can fix.

        Raises:
            TransportError: the call got no response.
        """
        self.problems.check(request, outcome)
        if self.call_observers:
            report_call(self.call_observers, attempts.observed(outcome))
        if isinstance(outcome, NoResponse):
            raise outcome.error
        return outcome


class Attempts:
    """The attempts of one call: how much time and how many retries remain."""

    def __init__(self, request: HttpRequest, timeout: float, retries: int) -> None:
        self._request = request
        self.limit: float = min(request.timeout or timeout, timeout)
        self._started = time.monotonic()
        self._until = self._started + self.limit
        self._retries = retries
        self._retried = 0

    def left(self) -> float:
        """Return the remaining seconds, but never 0."""
        return max(self._until - time.monotonic(), _SHORTEST)

    def pause_after(self, outcome: Outcome) -> float | None:
        """Return the seconds to wait before the next attempt; None if `outcome` is final."""
        if self._retried >= self._retries:
            return None
        retry = self._retried + 1
        pause = delay_before_retry(
            self._request, outcome, retry=retry, left=self.left(), jitter=_random.random()
        )
        if pause is not None:
            self._retried = retry
        return pause

    def observed(self, outcome: Outcome) -> ApiCall:
        """Return the call for observers, which ends with this outcome."""
        status = outcome.status if isinstance(outcome, HttpResponse) else None
        error = outcome.error.code if isinstance(outcome, NoResponse) else None
        seconds = time.monotonic() - self._started
        request = self._request
        return ApiCall(request.method, request.route, status, error, seconds, self._retried)


class Body:
    """A response body that is collected in chunks up to a maximum length.

    Raises:
        httpx.DecodingError: the content coding was not requested.
    """

    def __init__(self, request: HttpRequest, response: httpx.Response) -> None:
        if response.headers.get("content-encoding", "identity").lower() not in _CODINGS:
            raise httpx.DecodingError("the content coding was not requested")
        self._request = request
        self._chunks: list[bytes] = []
        self._length = 0

    def add(self, chunk: bytes) -> None:
        """Append a chunk.

        Raises:
            TransportError: the body is too long.
        """
        self._length += len(chunk)
        if self._length > MAX_BYTES:
            raise TransportError(
                f"The response to {_target(self._request)} is longer than {MAX_BYTES} bytes. "
                "Request fewer items, and check that CLERK_API_URL is Clerk's Backend API.",
                code="answer-too-long",
            )
        self._chunks.append(chunk)

    def whole(self) -> bytes:
        """Return the complete body."""
        return b"".join(self._chunks)


def build(request: HttpRequest, limit: float) -> httpx.Request:
    """Return the httpx request, with a deadline `limit` seconds from now."""
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), Deadline(limit))
    return httpx.Request(
        request.method,
        request.url,
        headers=[("accept-encoding", "gzip, deflate"), *request.headers],
        content=request.content,
        extensions={"timeout": timeouts},
    )


def complete_response(response: httpx.Response, body: Body) -> HttpResponse:
    """Return the response with its complete body."""
    return HttpResponse(response.status_code, response.headers.multi_items(), body.whole())


def _target(request: HttpRequest) -> str:
    """Return method and URL without parts that may be secret: user, password and query."""
    try:
        url = urlsplit(request.url)
        port = f":{url.port}" if url.port else ""
        return f"{request.method} {url.scheme}://{url.hostname}{port}{url.path}"
    except ValueError:
        return f"{request.method} of an invalid URL"


def timed_out(request: HttpRequest, limit: float) -> NoResponse:
    """Return the outcome of a call that got no response within `limit` seconds."""
    text = f"No response to {_target(request)} within {limit:g} seconds. {NETWORK}"
    reason = f"no response within {limit:g} seconds. {NETWORK}"
    return NoResponse(TransportError(text, code="timed-out"), Failure.FINAL, reason)


def failed(request: HttpRequest, error: Exception) -> NoResponse:
    """Return the outcome of a call that failed with this error."""
    if isinstance(error, TransportError):
        return NoResponse(error, Failure.FINAL, f"{error.code}. Check CLERK_API_URL.")
    cause = cause_of(error)
    reason = f"{cause.what}. {cause.advice}"
    text = f"{_target(request)} failed: {reason}"
    kind = Failure.FINAL if cause.is_lasting else _kind_of(error)
    return NoResponse(TransportError(text, code="transport-failed"), kind, reason)


def _kind_of(error: Exception) -> Failure:
    if isinstance(error, _UNSENT):
        return Failure.UNSENT
    return Failure.CONNECTION_LOST if isinstance(error, _CONNECTION_LOST) else Failure.FINAL
