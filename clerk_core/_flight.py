"""Share one request among all flows that need the same response. This module performs no I/O."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from clerk_core._messages import HttpResponse
    from clerk_core.errors import TransportError

_Outcome: TypeAlias = "HttpResponse | TransportError | None"


class Flight:
    """A request that is shared by all flows that need the same response at the same time.

    The first driver to `claim` it becomes the leader: it sends the request and passes the outcome
    to the others with `land`. A leader that is interrupted (its task is cancelled, or its thread
    stopped) calls `abandon`, and another driver takes over. `claim` relies on the atomicity of
    `dict.setdefault`, so that no lock is held across a fork.
    """

    __slots__ = ("_attempt",)

    def __init__(self) -> None:
        self._attempt = _Attempt()

    @property
    def outcome(self) -> Future[_Outcome]:
        """The future of the outcome. Its result is None if the leader was interrupted."""
        return self._attempt.outcome

    def claim(self) -> bool:
        """Return whether the caller becomes the leader, which only one caller can be at a time."""
        me = object()
        return self._attempt.leader.setdefault("leader", me) is me

    def land(self, outcome: HttpResponse | TransportError) -> None:
        """Pass the outcome to all that wait for it.

        Args:
            outcome: The response, or the error if there is none.
        """
        self._attempt.outcome.set_result(outcome)

    def abandon(self) -> None:
        """Let another driver become the leader."""
        # Replace leader and outcome at once, so that nobody waits for an outcome without a leader.
        interrupted, self._attempt = self._attempt, _Attempt()
        interrupted.outcome.set_result(None)


class _Attempt:
    """The claim of one leader, and the outcome that others wait for."""

    __slots__ = ("leader", "outcome")

    def __init__(self) -> None:
        self.leader: dict[str, object] = {}
        self.outcome: Future[_Outcome] = Future()
        # A running future cannot be cancelled by a waiter.
        self.outcome.set_running_or_notify_cancel()
