"""Limits on the calls of the Backend API that any visitor can cause.

Anybody can make up a nonce, a refresh cookie or an opaque machine token, and each costs a call.
What was refused is answered from memory for a while; nobody asks while the API is overloaded or
hangs; and only so many requests wait for it at a time, so that threads are free for others.

It may not know what a call is for, and keeps no secret: only digests. Threads and tasks share it
without a lock, as they do the keyring.
"""

from __future__ import annotations

import copy
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from typing import NamedTuple, TypeVar

from clerk_core._flight import Flight
from clerk_core._settings.settings import Settings
from clerk_core.errors import ClerkAPIError, TransportError

# All in seconds.
DEADLINE = 5.0
"""How long one call may take."""
SHORT_DEADLINE = 1.0
"""How long a thread waits for a call of another thread, or takes for one beyond the first few."""
REFUSED_FOR = 10.0
"""How long a refusal is answered from memory."""
PAUSE = 3.0
"""How long nobody asks after a call that was not answered, or an overload without Retry-After."""
MAX_PAUSE = 60.0
"""The longest pause, whatever Retry-After says."""

FEW_CALLS = 2
"""How many calls block threads at a time as long as the API has not been found to answer."""
MAX_CALLS = 64
"""How many calls are made at a time at most; a pool has 100 connections."""
MAX_REFUSED = 4096
MAX_PAUSES = 4096

_OVERLOADED = (429, 502, 503, 504)

V = TypeVar("V")


class CallKey(NamedTuple):
    """The identity of a call, as digests: `scope` of the instance and purpose, `whole` of all."""

    scope: bytes
    whole: bytes


class Permit(NamedTuple):
    """Leave to make a call within `timeout` seconds, shared with others through `flight`."""

    timeout: float
    flight: Flight | None


class _Shared(NamedTuple):
    """A call that requests of one key share."""

    flight: Flight
    started: float


def call_key(settings: Settings, purpose: str, *secrets: str) -> CallKey:
    """Return the key of a call of this instance, for this purpose and with these secrets."""
    keys = (settings.secret_key or "", settings.machine_secret_key or "")
    scope = (settings.api_url, settings.api_version, *keys, purpose)
    return CallKey(_digest(*scope), _digest(*scope, *secrets))


def is_refusal(error: ClerkAPIError) -> bool:
    """Return whether Clerk refused what was sent, and would refuse it again."""
    return 400 <= error.status < 500 and error.status not in (408, 429)


class VisitorCalls:
    """The calls of one keyring that are refused, paused or under way.

    Args:
        blocking: Whether a thread is held up by a call, as in code that does not await.
    """

    def __init__(self, *, blocking: bool = True) -> None:
        self._blocking = blocking
        # None as long as the API has not been asked.
        self._is_answering: bool | None = None
        self._refused: dict[bytes, tuple[float, str]] = {}
        self._paused: dict[bytes, float] = {}
        self._under_way: dict[object, float] = {}
        self._shared: dict[bytes, _Shared] = {}

    def with_blocking(self, blocking: bool) -> VisitorCalls:
        """Return calls that remember the same, counted apart, for code that waits or awaits."""
        other = copy.copy(self)
        other._blocking = blocking
        other._under_way = {}
        return other

    def refusal(self, key: CallKey, now: float) -> str | None:
        """Return what was remembered with `refuse`; None where it is not known, or no longer."""
        until, answer = self._refused.get(key.whole, (now, ""))
        return answer if 0 < until - now <= REFUSED_FOR else None

    def refuse(self, key: CallKey, answer: str, now: float) -> None:
        """Remember for a while that Clerk refused this call."""
        _keep(self._refused, key.whole, (now + REFUSED_FOR, answer), MAX_REFUSED)

    def is_paused(self, key: CallKey, now: float) -> bool:
        """Return whether nobody is to make calls of this scope now."""
        # The upper limit frees a clock that went back from a pause in the future.
        return 0 < self._paused.get(key.scope, now) - now <= DEADLINE + MAX_PAUSE

    def observe(self, key: CallKey, now: float, error: Exception, timeout: float) -> None:
        """Pause calls of this scope after an error that says so."""
        if isinstance(error, ClerkAPIError):
            self._is_answering = error.status not in _OVERLOADED
            if error.status in _OVERLOADED:
                seconds = PAUSE if error.retry_after is None else error.retry_after
                self._pause(key, now + min(max(seconds, 1.0), MAX_PAUSE))
        elif isinstance(error, TransportError) and error.code != "transport-failed":
            self._is_answering = False
            if timeout >= DEADLINE:
                # The clock is not read here: it may have taken its deadline.
                self._pause(key, now + timeout + PAUSE)

    @contextmanager
    def permit(
        self, key: CallKey, now: float, *, is_shared: bool = False, is_mostly_genuine: bool = False
    ) -> Generator[Permit | None, None, None]:
        """Permit the call within the `with` block, or yield None if it must not be made.

        Args:
            key: The identity of the call.
            now: Unix seconds.
            is_shared: Requests of the same key share one call.
            is_mostly_genuine: Few of these calls are made up, so their number and time are limited
                only once the API was found not to answer.
        """
        me, mine = object(), _Shared(Flight(), now)
        theirs = self._shared.get(key.whole) if is_shared else None
        try:
            may_ask = theirs is None and not self.is_paused(key, now)
            timeout = None
            if may_ask and is_mostly_genuine and self._is_answering is not False:
                # Not counted: it takes no place of those that may be made up.
                timeout = DEADLINE
            elif may_ask:
                timeout = self._timeout(self._rank(me, now))
            if timeout is not None and is_shared:
                # Another thread may have been faster.
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
            self._under_way.pop(me, None)
            if self._shared.get(key.whole) is mine:
                self._shared.pop(key.whole, None)

    def forget_flights(self) -> None:
        """Wait for nothing that another process is waiting for."""
        self._shared.clear()
        self._under_way.clear()

    def _follow(self, theirs: _Shared, now: float) -> Permit | None:
        timeout = SHORT_DEADLINE if self._blocking else DEADLINE
        # Where the call is slow already, nobody waits for it any more.
        is_slow = abs(now - theirs.started) >= timeout
        return None if is_slow else Permit(timeout, theirs.flight)

    def _rank(self, me: object, now: float) -> int:
        """Return how many calls started before this one and have not ended."""
        self._under_way[me] = now
        rank = 0
        for other, started in list(self._under_way.items()):
            if other is me:
                break
            if abs(now - started) < 2 * DEADLINE:
                rank += 1
            else:
                # It never ended, in a driver that was lost for example.
                self._under_way.pop(other, None)
        return rank

    def _timeout(self, rank: int) -> float | None:
        if rank >= (MAX_CALLS if self._is_answering or not self._blocking else FEW_CALLS):
            return None
        return SHORT_DEADLINE if self._blocking and rank >= FEW_CALLS else DEADLINE

    def _pause(self, key: CallKey, until: float) -> None:
        _keep(self._paused, key.scope, until, MAX_PAUSES)


def _digest(*texts: str) -> bytes:
    encoded = (text.encode("utf-8", "surrogatepass") for text in texts)
    return sha256(b"".join(sha256(one).digest() for one in encoded)).digest()


def _keep(memory: dict[bytes, V], key: bytes, value: V, most: int) -> None:
    """Put a value into a bounded memory, which forgets the oldest first."""
    memory.pop(key, None)
    while len(memory) >= most:
        # Of a copy: another thread may change it meanwhile.
        memory.pop(next(iter(memory.copy())), None)
    memory[key] = value
