"""Whether a call that failed is made again, and after how long. It reads no clock and no dice.

Whatever may have been carried out is repeated only where twice is as good as once (RFC 9110, 9.2.2:
GET, PUT and DELETE; a DELETE that is repeated may find nothing left, and then raises a 404). A POST
or a PATCH is repeated where nothing was carried out: no connection could be opened, or a 429 says
when to come back, which the rate limit answers before anything is done. A 503 does not show that:
a gateway on the way may give it for a server that is at work.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import TransportError

_IDEMPOTENT = ("GET", "PUT", "DELETE")
_PASSING = (429, 500, 502, 503, 504)

# All in seconds.
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0
# With less than this left, a repeat would only turn the answer at hand into a time-out.
_TIME_FOR_AN_ANSWER = 0.2

_LONGEST_DATE = 40


class Failure(Enum):
    """What is known of a call without an answer."""

    UNSENT = "no connection could be opened"
    BROKEN_OFF = "the connection broke, with the request on its way or carried out"
    FINAL = "another attempt would end like this one"


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A call without an answer, and the error to raise if it is the last.

    `reason` says why, and what to do, without naming the call.
    """

    error: TransportError
    failure: Failure
    reason: str = ""


Outcome: TypeAlias = "HttpResponse | NoAnswer"


def pause_before_repeat(
    request: HttpRequest, outcome: Outcome, *, repeat: int, left: float, chance: float
) -> float | None:
    """Return the seconds to wait before a repeat; None not to repeat.

    `repeat` counts from 1, `left` is how many seconds the whole call has left, and `chance` from 0
    to 1 keeps those who failed together from coming back together.
    """
    if not request.may_repeat:
        return None
    asked = seconds_to_wait(outcome) if isinstance(outcome, HttpResponse) else None
    if not _is_safe(request.method, outcome, asked):
        return None
    # 2 ** 5 is past the longest pause already.
    backed_off = min(_FIRST_PAUSE * 2 ** min(repeat - 1, 5), _LONGEST_PAUSE)
    pause = (asked or 0.0) + backed_off * (1 + chance) / 2
    return pause if pause + _TIME_FOR_AN_ANSWER < left else None


def _is_safe(method: str, outcome: Outcome, asked: float | None) -> bool:
    is_idempotent = method in _IDEMPOTENT
    if isinstance(outcome, NoAnswer):
        is_broken = outcome.failure is Failure.BROKEN_OFF
        return outcome.failure is Failure.UNSENT or (is_broken and is_idempotent)
    if is_idempotent:
        return outcome.status in _PASSING
    return outcome.status == 429 and asked is not None


def seconds_to_wait(response: HttpResponse) -> float | None:
    """Return the seconds of `Retry-After` (RFC 9110, 10.2.3); None without it.

    A date counts from the answer's own `date`, so that it matters to nobody whose clock is wrong.
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
    # It brings half the standard library along, for a header that Clerk gives as a number.
    from email.utils import parsedate_to_datetime

    try:
        read = parsedate_to_datetime(date)
        # Without a time zone it is not an HTTP date, and would be read as local time.
        return read.timestamp() if read.tzinfo is not None else None
    except (ValueError, IndexError, OverflowError, TypeError):
        return None
