"""A plugin that counts what becomes of requests: for a metrics page, or to see who is refused.

counter = OutcomeCounter()
clerk_core.install(app, plugins=[counter])
counter.counts()  # {"signed-in": 812, "session-token-and-uat-missing": 3}
"""

from __future__ import annotations

import threading
from collections import Counter

from clerk_core._authentication.result.state import Observer, RequestState
from clerk_core._integration.plugins.hookspecs import hookimpl


class OutcomeCounter:
    """Counts the requests that are signed in, and of the others each reason."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @hookimpl
    def clerk_observer(self) -> Observer:
        """Give what counts."""
        return self._count

    def _count(self, state: RequestState) -> None:
        with self._lock:
            self._counts[state.reason or "signed-in"] += 1

    def counts(self) -> dict[str, int]:
        """How many requests ended so, by the reason why nobody was signed in, or `signed-in`."""
        with self._lock:
            return dict(self._counts)
