"""Decide whether and when to retry a failed call, without reading a clock or random numbers.

Idempotent requests (RFC 9110, 9.2.2: GET, PUT and DELETE) are retried after any transient failure.
A retried DELETE may find nothing to delete, and then raises a 404. POST and PATCH are retried only
if they cannot have been processed: no connection could be opened, or a 429 has a Retry-After,
because Clerk applies rate limits before processing. A 503 is no such proof, because a gateway may
send it while the server is still processing the request.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import TransportError

_IDEMPOTENT = ("GET", "PUT", "DELETE")
_TRANSIENT = (429, 500, 502, 503, 504)

# All in seconds.
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0
# With less time left, a retry would only replace the present response by a time-out.
_TIME_FOR_A_RESPONSE = 0.2

_LONGEST_DATE = 40


class Failure(Enum):
    """The kinds of failure of a call without a response."""

    UNSENT = "no connection could be opened"
    CONNECTION_LOST = "the connection was lost, and the request may have been processed"
    FINAL = "a retry would fail as well"


@dataclass(frozen=True, slots=True)
class NoResponse:
    """The outcome of a call without a response.

    Attributes:
        error: The error to raise if the call is not retried.
        failure: The kind of failure.
        reason: The cause and what to do about it, without the name of the call.
    """

    error: TransportError
    failure: Failure
    reason: str = ""


Outcome: TypeAlias = "HttpResponse | NoResponse"


def delay_before_retry(
    request: HttpRequest, outcome: Outcome, *, retry: int, left: float, jitter: float
) -> float | None:
    """Return the seconds to wait before a retry; None for no retry.

    Args:
        request: The request that failed.
        outcome: Its response or failure.
        retry: The number of the retry, from 1.
        left: The remaining seconds of the call.
        jitter: A random number from 0 to 1, so that clients do not retry at the same time.
    """
    if not request.may_repeat:
        return None
    asked = seconds_to_wait(outcome) if isinstance(outcome, HttpResponse) else None
    if not _is_safe(request.method, outcome, asked):
        return None
    # Higher exponents would exceed the longest pause anyway.
    backed_off = min(_FIRST_PAUSE * 2 ** min(retry - 1, 5), _LONGEST_PAUSE)
    pause = (asked or 0.0) + backed_off * (1 + jitter) / 2
    return pause if pause + _TIME_FOR_A_RESPONSE < left else None


def _is_safe(method: str, outcome: Outcome, asked: float | None) -> bool:
    is_idempotent = method in _IDEMPOTENT
    if isinstance(outcome, NoResponse):
        is_lost = outcome.failure is Failure.CONNECTION_LOST
        return outcome.failure is Failure.UNSENT or (is_lost and is_idempotent)
    if is_idempotent:
        return outcome.status in _TRANSIENT
    return outcome.status == 429 and asked is not None


def seconds_to_wait(response: HttpResponse) -> float | None:
    """Return the seconds of `Retry-After` (RFC 9110, 10.2.3); None without a valid one.

    A date is relative to the `date` of the response, so that a wrong local clock has no effect.
    """
    value = response.headers.get("retry-after") or ""
    if value.isascii() and value.isdigit():
        return float(value) if len(value) < 7 else None
    until = _unix_seconds(value)
    now = _unix_seconds(response.headers.get("date") or "")
    return max(0.0, until - now) if until is not None and now is not None else None


def _unix_seconds(date: str) -> float | None:
    if not date or len(date) > _LONGEST_DATE:
        return None
    # Imported here because it is large and rarely needed: Clerk sends a number.
    from email.utils import parsedate_to_datetime

    try:
        read = parsedate_to_datetime(date)
        # A date without a time zone is not an HTTP date and would count as local time.
        return read.timestamp() if read.tzinfo is not None else None
    except (ValueError, IndexError, OverflowError, TypeError):
        return None
