"""Share revocations with all processes: write them to the cache, and read those of others.

One thread of each process reads, also for code that awaits. It does not survive a fork, so the
first request after a fork starts another one.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Generator
from threading import Event, Lock, Thread, current_thread
from typing import Any, TypeVar
from weakref import WeakSet

from clerk_core._api.visitor_calls import call_key
from clerk_core._authentication.steps.memory import ResultMemory
from clerk_core._authentication.tokens.revoked import REVOKED_FOR, Revocation, RevokedTokens
from clerk_core._revocation.log import RevocationLog
from clerk_core._settings.settings import Settings
from clerk_core.caching._senders import CacheAway, SharedCache
from clerk_core.caching._shared_response import Add, Get
from clerk_core.errors import ConfigurationError, TransportError

T = TypeVar("T")

# All in seconds.
INTERVAL = 0.4
"""How often the log is read."""
IDLE_FOR = 300.0
"""How long the log of a tenant without requests is read."""
READ_AGAIN_AFTER = 30.0
"""How often everything is read, in case that the clock of another host differs by more."""
MAX_AT_START = 200
"""The maximum number of entries that the first request waits for. The thread reads the others."""


class Revocations:
    """The revocations of one client.

    Args:
        settings: The settings of the instance.
        memory: The cached results, from which those of revoked tokens are removed.
        poller: The poller of the installation.
        clock: Returns the time in Unix seconds.

    Raises:
        ConfigurationError: There is no secret key to encrypt the log with.
    """

    def __init__(
        self,
        settings: Settings,
        memory: ResultMemory,
        poller: Poller,
        clock: Callable[[], float],
    ) -> None:
        if settings.secret_key is None:
            raise ConfigurationError(
                "revocation=True needs the secret key. Set CLERK_SECRET_KEY or pass secret_key=.",
                code="secret-key-missing",
            )
        self._settings = settings
        self._memory = memory
        self._poller = poller
        self._clock = clock
        self._tokens = RevokedTokens()
        identity = call_key(settings, "revocations").whole
        self._log = RevocationLog(settings.secret_key, identity)
        self._unwritten: deque[tuple[Revocation, float]] = deque()
        self._everything_at = 0.0
        self.used_at: float = 0.0

    def current(self) -> RevokedTokens:
        """Return the revoked tokens, and keep them current from now on."""
        self.used_at = time.monotonic()
        self._poller.follow(self)
        return self._tokens

    def revoke_session(self, session_id: str) -> None:
        """Refuse the tokens of a session, here at once and elsewhere soon.

        Args:
            session_id: The ID of the session.
        """
        revocation = Revocation(session_id)
        self._apply(revocation, self._clock() + REVOKED_FOR)
        self._unwritten.append((revocation, self._clock() + REVOKED_FOR))
        self._poller.follow(self)
        self._poller.wake()

    def publish(self, revocation: Revocation) -> None:
        """Refuse tokens here, and return after the other processes can know it.

        Args:
            revocation: The revocation.

        Raises:
            TransportError: The cache is away.
        """
        now = self._clock()
        self._apply(revocation, now + REVOKED_FOR)
        try:
            is_written = self._poller.run(self._log.append(revocation, now))
        except CacheAway:
            is_written = False
        if not is_written:
            raise TransportError(
                "The revocation is not known to other processes, because the cache cannot be used. "
                "Let Clerk send the webhook again.",
                code="cache-unavailable",
            )

    def poll(self, limit: int = 10**6) -> None:
        """Write what is not written, and read what others wrote.

        Args:
            limit: The maximum number of entries to read.
        """
        now = self._clock()
        try:
            self._write(now)
            everything = not 0 <= now - self._everything_at < READ_AGAIN_AFTER
            found = self._poller.run(self._log.read(now, everything=everything, limit=limit))
        except CacheAway:
            # It may lose entries, and numbers are given again.
            self._log.read_again()
            self._everything_at = 0.0
            return
        if everything and len(found) < limit:
            self._everything_at = now
        is_new = [self._tokens.add(revocation, until) for revocation, until in found]
        self._tokens.forget_expired(now)
        if any(is_new):
            self._memory.forget(self._settings, self._tokens)

    def forget_results(self) -> None:
        """Remove the cached results of all requests, so that the next ones call `current`."""
        self._everything_at = 0.0
        self._memory.forget(self._settings, None)

    def close(self) -> None:
        """Stop reading until the next request."""
        self._poller.leave(self)

    def _apply(self, revocation: Revocation, until: float) -> None:
        # First the list, then the results: a result that is added in between is checked again.
        self._tokens.add(revocation, until)
        self._memory.forget(self._settings, self._tokens)

    def _write(self, now: float) -> None:
        while self._unwritten:
            revocation, until = self._unwritten[0]
            if until > now:
                self._poller.run(self._log.append(revocation, now))
            self._unwritten.popleft()


class Poller:
    """The thread of an installation that reads the logs of all clients that are in use.

    Args:
        shared: The cache.
    """

    def __init__(self, shared: SharedCache) -> None:
        self._shared = shared
        self._reset()
        _pollers.add(self)

    def _reset(self) -> None:
        self._followed: WeakSet[Revocations] = WeakSet()
        self._lock = Lock()
        self._wake = Event()
        self._thread: Thread | None = None

    def follow(self, revocations: Revocations) -> None:
        """Read the log of a client from now on. The first call reads it before it returns."""
        thread = self._thread
        if revocations in self._followed and thread is not None and thread.is_alive():
            return
        with self._lock:
            if revocations not in self._followed:
                # Some milliseconds at most, once in a process.
                revocations.poll(MAX_AT_START)
                self._followed.add(revocations)
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="clerk-core-revocation", daemon=True)
                self._thread.start()

    def leave(self, revocations: Revocations) -> None:
        """Do not read the log of a client until its next request."""
        with self._lock:
            self._followed.discard(revocations)
        revocations.forget_results()

    def wake(self) -> None:
        """Have the thread write and read at once."""
        self._wake.set()

    def run(self, calls: Generator[Get | Add, Any, T]) -> T:
        """Return the result of calls of the cache.

        Raises:
            CacheAway: The cache failed now or shortly before.
        """
        result: Any = None
        while True:
            try:
                step = calls.send(result)
            except StopIteration as end:
                value: T = end.value
                return value
            result = self._shared.call(step)

    def after_fork(self) -> None:
        """Start again in the child of a fork, with its next request."""
        followed = list(self._followed)
        self._reset()
        for revocations in followed:
            revocations.forget_results()

    def _run(self) -> None:
        while self._thread is current_thread():
            self._poll_all()
            with self._lock:
                if not self._followed:
                    self._thread = None
                    return
            self._wake.wait(INTERVAL)
            self._wake.clear()

    def _poll_all(self) -> None:
        # A function of its own, so that no variable keeps a client alive during the wait.
        for revocations in list(self._followed):
            try:
                if time.monotonic() - revocations.used_at > IDLE_FOR:
                    self.leave(revocations)
                else:
                    revocations.poll()
            except Exception as error:
                # The thread must not end while results are cached.
                self._shared.report(error)


_pollers: WeakSet[Poller] = WeakSet()


def _after_fork() -> None:
    for poller in list(_pollers):
        poller.after_fork()


# The thread exists in the parent only.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
