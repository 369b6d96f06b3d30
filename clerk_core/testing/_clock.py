"""A clock that a test moves. It knows nothing of what reads it."""

from __future__ import annotations

import time


class Clock:
    """The clock of a test: the time of day, and what the test has added to it.

    The instance and the clients of the application under test read it, if the client is made after
    the fixture.
    """

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        """Return the time in Unix seconds."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the clock forward, or back with a negative number."""
        self._ahead += seconds

    def reset(self) -> None:
        """Return to the time of day."""
        self._ahead = 0.0
