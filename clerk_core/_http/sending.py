"""What a sender that waits and one that awaits share: limits, attempts, messages, failures.

It sends nothing and waits for nothing. No error text shows what was sent.
"""

from __future__ import annotations

import copy
import random
import ssl
import time
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import httpcore
import httpx

from clerk_core._api.retries import Failure, NoAnswer, Outcome, pause_before_repeat
from clerk_core._compat import Self
from clerk_core._http.deadline import Deadline
from clerk_core._http.failures import NETWORK, cause_of
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._problems import ProblemLog
from clerk_core._settings.checks import check_limits
from clerk_core.errors import TransportError

L = TypeVar("L", bound="Limited")

MOST_BYTES = 64 * 1024 * 1024
"""How long an answer may be, unpacked; many times the longest list of users."""

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
    # Old versions of httpcore let these through where they await.
    ssl.SSLError,
    ConnectionError,
)
_UNSENT = (httpx.ConnectError, httpcore.ConnectError)
_BROKEN_OFF = (
    httpx.NetworkError,
    httpx.RemoteProtocolError,
    httpcore.NetworkError,
    httpcore.RemoteProtocolError,
)
# What is asked for. Others, and one in another, unpack without bounds.
_CODINGS = ("identity", "gzip", "deflate")
# Never less: a wait that is over before it begins is an error to some transports.
_SHORTEST = 0.001

_dice = random.SystemRandom()


class Limited:
    """How long a call of a sender may take, and how many repeats of it there may be.

    `problems` is where it is logged that Clerk's API cannot be used.
    """

    def __init__(self, timeout: float, transport: object = None, *, retries: int = 0) -> None:
        check_limits(timeout, retries)
        self._timeout = timeout
        self._retries = retries
        self.problems: ProblemLog = ProblemLog()
        # This sender and that of the other kind of code; shared by all limits of the two.
        self._counterparts: dict[type[Limited], Limited] = {type(self): self}

    def check(self, url: str) -> None:
        """Raise `ConfigurationError` if calls of this URL cannot work in this environment."""
        raise NotImplementedError

    def counterpart(self, kind: type[L], transport: object) -> L:
        """Return the sender for code that awaits instead of waits, or the reverse.

        Args:
            kind: The class of the sender.
            transport: The httpx transport to send through, or None.
        """
        other = self._counterparts.get(kind)
        if other is None:
            made = kind(self._timeout, cast("Any", transport), retries=self._retries)
            made.problems, made._counterparts = self.problems, self._counterparts
            other = self._counterparts.setdefault(kind, made)
        return cast("L", other).limited(self._timeout, self._retries)

    def limited(self, timeout: float | None, retries: int | None) -> Self:
        """Return a sender over the same connections with other limits; None for no change."""
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

    def end(self, request: HttpRequest, outcome: Outcome) -> HttpResponse:
        """Return the answer, or raise the error that came instead; log what an operator can fix."""
        self.problems.check(request, outcome)
        if isinstance(outcome, NoAnswer):
            raise outcome.error
        return outcome


class Attempts:
    """One call: what is left of its `limit` of seconds, and of its repeats."""

    def __init__(self, request: HttpRequest, timeout: float, retries: int) -> None:
        self._request = request
        self.limit: float = min(request.timeout or timeout, timeout)
        self._until = time.monotonic() + self.limit
        self._retries = retries
        self._repeats = 0

    def left(self) -> float:
        """Return the seconds that are left, at least a moment."""
        return max(self._until - time.monotonic(), _SHORTEST)

    def pause_after(self, outcome: Outcome) -> float | None:
        """Return the seconds to wait before the next attempt; None to end with `outcome`."""
        if self._repeats >= self._retries:
            return None
        self._repeats += 1
        return pause_before_repeat(
            self._request, outcome, repeat=self._repeats, left=self.left(), chance=_dice.random()
        )


class Body:
    """The body of an answer, chunk by chunk, which may not fill the memory."""

    def __init__(self, request: HttpRequest, response: httpx.Response) -> None:
        if response.headers.get("content-encoding", "identity").lower() not in _CODINGS:
            raise httpx.DecodingError("a content coding that was not asked for")
        self._request = request
        self._chunks: list[bytes] = []
        self._length = 0

    def add(self, chunk: bytes) -> None:
        """Keep it; raises `TransportError` when it is too much."""
        self._length += len(chunk)
        if self._length > MOST_BYTES:
            raise TransportError(
                f"The answer to {_target(self._request)} is longer than {MOST_BYTES} bytes. Ask "
                "for less at once, and check that CLERK_API_URL is Clerk's Backend API.",
                code="answer-too-long",
            )
        self._chunks.append(chunk)

    def whole(self) -> bytes:
        """Return the whole body."""
        return b"".join(self._chunks)


def build(request: HttpRequest, limit: float) -> httpx.Request:
    """Return the request as httpx sends it, within `limit` seconds from now."""
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), Deadline(limit))
    return httpx.Request(
        request.method,
        request.url,
        headers=[("accept-encoding", "gzip, deflate"), *request.headers],
        content=request.content,
        extensions={"timeout": timeouts},
    )


def answer(response: httpx.Response, body: Body) -> HttpResponse:
    """Return the response with its whole body."""
    return HttpResponse(response.status_code, response.headers.multi_items(), body.whole())


def _target(request: HttpRequest) -> str:
    """Return method and URL without what may be secret: password and query."""
    try:
        url = urlsplit(request.url)
        port = f":{url.port}" if url.port else ""
        return f"{request.method} {url.scheme}://{url.hostname}{port}{url.path}"
    except ValueError:
        return f"{request.method} of an invalid URL"


def timed_out(request: HttpRequest, limit: float) -> NoAnswer:
    """Return the outcome of a call that got no answer in time."""
    text = f"No answer to {_target(request)} within {limit:g} seconds. {NETWORK}"
    reason = f"no answer within {limit:g} seconds. {NETWORK}"
    return NoAnswer(TransportError(text, code="timed-out"), Failure.FINAL, reason)


def failed(request: HttpRequest, error: Exception) -> NoAnswer:
    """Return the outcome of a call that ended with this error."""
    if isinstance(error, TransportError):
        return NoAnswer(error, Failure.FINAL, f"{error.code}. Check CLERK_API_URL.")
    cause = cause_of(error)
    reason = f"{cause.what}. {cause.advice}"
    text = f"{_target(request)} failed: {reason}"
    kind = Failure.FINAL if cause.is_lasting else _kind_of(error)
    return NoAnswer(TransportError(text, code="transport-failed"), kind, reason)


def _kind_of(error: Exception) -> Failure:
    if isinstance(error, _UNSENT):
        return Failure.UNSENT
    return Failure.BROKEN_OFF if isinstance(error, _BROKEN_OFF) else Failure.FINAL
