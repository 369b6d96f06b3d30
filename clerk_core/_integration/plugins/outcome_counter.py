"""A plugin that counts results, for a metrics page."""

from __future__ import annotations

import threading
from collections import Counter

from clerk_core._authentication.result.state import Observer, RequestState
from clerk_core._integration.plugins.hookspecs import hookimpl


class OutcomeCounter:
    """Counts requests that are signed in, and others by their reason.

    Pass it to one application:

        counter = OutcomeCounter()
        clerk_core.install(app, plugins=[counter])
        counter.counts()  # {"signed-in": 812, "session-token-and-uat-missing": 3}
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @hookimpl
    def clerk_observer(self) -> Observer:
        """Return the function that counts."""
        return self._count

    def _count(self, state: RequestState) -> None:
        with self._lock:
            self._counts[state.reason or "signed-in"] += 1

    def counts(self) -> dict[str, int]:
        """Return the number of requests by reason, and under `signed-in` of those that were."""
        with self._lock:
            return dict(self._counts)
