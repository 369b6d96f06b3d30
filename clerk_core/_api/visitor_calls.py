"""Limit the calls of the Backend API that any visitor can cause.

Anybody can invent a nonce, a refresh cookie or an opaque machine token, and each causes a call.
Therefore refusals are cached for a while, no calls are made while the API is overloaded or does not
respond, and only a limited number of requests wait for it, so that threads remain for others.

This module does not know the purpose of a call, and stores digests instead of secrets. Threads and
tasks share it without a lock, like the keyring.
"""

from __future__ import annotations

import copy
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from typing import NamedTuple, TypeVar

from clerk_core._bounded import keep
from clerk_core._flight import Flight
from clerk_core._settings.settings import Settings
from clerk_core.errors import ClerkAPIError, TransportError

# All in seconds.
DEADLINE = 5.0
"""The time-out of a call."""
SHORT_DEADLINE = 1.0
"""The time-out of a thread that waits for a call of another, or exceeds `FEW_CALLS`."""
REFUSED_FOR = 10.0
"""How long a refusal is cached."""
PAUSE = 3.0
"""The pause after a call without a response, or after an overload without Retry-After."""
MAX_PAUSE = 60.0
"""The longest pause, whatever Retry-After says."""

FEW_CALLS = 2
"""The maximum number of calls that block threads while the API is not known to respond."""
MAX_CALLS = 64
"""The maximum number of concurrent calls; a pool has 100 connections."""
MAX_REFUSED = 4096
MAX_PAUSES = 4096

_OVERLOADED = (429, 502, 503, 504)

V = TypeVar("V")


class CallKey(NamedTuple):
    """The identity of a call.

    Attributes:
        scope: The digest of the instance and the purpose.
        whole: The digest of the instance, the purpose and the secrets.
    """

    scope: bytes
    whole: bytes


class Permit(NamedTuple):
    """The permission to make a call.

    Attributes:
        timeout: The time-out of the call in seconds.
        flight: The flight through which equal requests share the call, or None.
    """

    timeout: float
    flight: Flight | None


class _SharedCall(NamedTuple):
    """A call that requests with the same key share."""

    flight: Flight
    started: float


def call_key(settings: Settings, purpose: str, *secrets: str) -> CallKey:
    """Return the key of a call.

    Args:
        settings: The settings of the instance.
        purpose: The name of the kind of call.
        *secrets: The tokens that are sent.
    """
    keys = (settings.secret_key or "", settings.machine_secret_key or "")
    scope = (settings.api_url, settings.api_version, *keys, purpose)
    return CallKey(_digest(*scope), _digest(*scope, *secrets))


def is_refusal(error: ClerkAPIError) -> bool:
    """Return whether Clerk refused the request, and would refuse it again."""
    return 400 <= error.status < 500 and error.status not in (408, 429)


class VisitorCalls:
    """The limiter of the calls of one keyring: its refused, paused and pending calls.

    Args:
        blocking: Whether a call blocks a thread, as in synchronous code.
    """

    def __init__(self, *, blocking: bool = True) -> None:
        self._blocking = blocking
        # None before the first call.
        self._is_answering: bool | None = None
        self._refused: dict[bytes, tuple[float, str]] = {}
        self._paused: dict[bytes, float] = {}
        self._pending: dict[object, float] = {}
        self._shared: dict[bytes, _SharedCall] = {}

    def with_blocking(self, blocking: bool) -> VisitorCalls:
        """Return a limiter with the same memory that counts its pending calls separately.

        Args:
            blocking: Whether a call blocks a thread, as in synchronous code.
        """
        other = copy.copy(self)
        other._blocking = blocking
        other._pending = {}
        return other

    def refusal(self, key: CallKey, now: float) -> str | None:
        """Return the cached answer of a refused call; None if there is none or it expired."""
        until, answer = self._refused.get(key.whole, (now, ""))
        return answer if 0 < until - now <= REFUSED_FOR else None

    def refuse(self, key: CallKey, answer: str, now: float) -> None:
        """Cache the answer of a refused call.

        Args:
            key: The identity of the call.
            answer: The value that `refusal` returns.
            now: Unix seconds.
        """
        keep(self._refused, key.whole, (now + REFUSED_FOR, answer), MAX_REFUSED)

    def is_paused(self, key: CallKey, now: float) -> bool:
        """Return whether calls of this scope are paused."""
        # The upper limit ends a pause that seems longer because the clock was set back.
        return 0 < self._paused.get(key.scope, now) - now <= DEADLINE + MAX_PAUSE

    def observe(self, key: CallKey, now: float, error: Exception, timeout: float) -> None:
        """Record a failed call, and pause calls of its scope if the API is overloaded or silent.

        Args:
            key: The identity of the call.
            now: Unix seconds at the start of the call.
            error: The error of the call.
            timeout: The time-out of the call in seconds.
        """
        if isinstance(error, ClerkAPIError):
            self._is_answering = error.status not in _OVERLOADED
            if error.status in _OVERLOADED:
                seconds = PAUSE if error.retry_after is None else error.retry_after
                self._pause(key, now + min(max(seconds, 1.0), MAX_PAUSE))
        elif isinstance(error, TransportError) and error.code != "transport-failed":
            self._is_answering = False
            if timeout >= DEADLINE:
                # `now` is the start of the call, which may have taken until its deadline.
                self._pause(key, now + timeout + PAUSE)

    @contextmanager
    def permit(
        self, key: CallKey, now: float, *, is_shared: bool = False, is_mostly_genuine: bool = False
    ) -> Generator[Permit | None, None, None]:
        """Permit the call within the `with` block, or yield None if it must not be made.

        Args:
            key: The identity of the call.
            now: Unix seconds.
            is_shared: Whether requests with the same key share one call.
            is_mostly_genuine: Whether attackers cause few calls of this kind. Their number and time
                are limited only after the API failed to respond.
        """
        me, mine = object(), _SharedCall(Flight(), now)
        theirs = self._shared.get(key.whole) if is_shared else None
        try:
            may_ask = theirs is None and not self.is_paused(key, now)
            timeout = None
            if may_ask and is_mostly_genuine and self._is_answering is not False:
                # Not counted, so that it does not compete with calls that attackers may cause.
                timeout = DEADLINE
            elif may_ask:
                timeout = self._timeout(self._rank(me, now))
            if timeout is not None and is_shared:
                # Another thread may have started the call meanwhile.
                theirs = self._shared.setdefault(key.whole, mine)
            if theirs is not None and theirs is not mine:
                yield self._follow(theirs, now)
            elif timeout is None:
                yield None
            else:
                try:
                    yield Permit(timeout, mine.flight if is_shared else None)
                except (ClerkAPIError, TransportError) as error:
                    self.observe(key, now, error, timeout)
                    raise
                self._is_answering = True
        finally:
            self._pending.pop(me, None)
            if self._shared.get(key.whole) is mine:
                self._shared.pop(key.whole, None)

    def forget_flights(self) -> None:
        """Forget the pending calls of the parent process, after a fork."""
        self._shared.clear()
        self._pending.clear()

    def _follow(self, theirs: _SharedCall, now: float) -> Permit | None:
        timeout = SHORT_DEADLINE if self._blocking else DEADLINE
        # Do not wait for a call that is already slow.
        is_slow = abs(now - theirs.started) >= timeout
        return None if is_slow else Permit(timeout, theirs.flight)

    def _rank(self, me: object, now: float) -> int:
        """Return how many calls started before this one and have not ended."""
        self._pending[me] = now
        rank = 0
        for other, started in list(self._pending.items()):
            if other is me:
                break
            if abs(now - started) < 2 * DEADLINE:
                rank += 1
            else:
                # The call was abandoned, for example because its task was cancelled.
                self._pending.pop(other, None)
        return rank

    def _timeout(self, rank: int) -> float | None:
        if rank >= (MAX_CALLS if self._is_answering or not self._blocking else FEW_CALLS):
            return None
        return SHORT_DEADLINE if self._blocking and rank >= FEW_CALLS else DEADLINE

    def _pause(self, key: CallKey, until: float) -> None:
        keep(self._paused, key.scope, until, MAX_PAUSES)


def _digest(*texts: str) -> bytes:
    encoded = (text.encode("utf-8", "surrogatepass") for text in texts)
    return sha256(b"".join(sha256(one).digest() for one in encoded)).digest()
