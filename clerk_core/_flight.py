"""One request that many wait for. It knows no loop and no thread, and how nothing is sent."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from clerk_core._messages import HttpResponse
    from clerk_core.errors import TransportError

_Outcome: TypeAlias = "HttpResponse | TransportError | None"


class Flight:
    """One request on behalf of every flow that asks for the same thing at the same time.

    The first driver to `claim` it sends the request and gives the others the outcome with `land`.
    One that is interrupted (its task cancelled, its thread stopped) calls `abandon`, and another
    takes over. Claims rest on the atomicity of `dict.setdefault`, so that no lock is held across a
    fork.
    """

    __slots__ = ("_attempt",)

    def __init__(self) -> None:
        self._attempt = _Attempt()

    @property
    def outcome(self) -> Future[_Outcome]:
        """The outcome to wait for; None in it means that the leader was interrupted."""
        return self._attempt.outcome

    def claim(self) -> bool:
        """Return whether the caller sends the request; True for one caller at a time."""
        me = object()
        return self._attempt.leader.setdefault("leader", me) is me

    def land(self, outcome: HttpResponse | TransportError) -> None:
        """Give the outcome to all who wait for it."""
        self._attempt.outcome.set_result(outcome)

    def abandon(self) -> None:
        """Let another one lead."""
        # One assignment, so that nobody waits for a new outcome under the old leader.
        interrupted, self._attempt = self._attempt, _Attempt()
        interrupted.outcome.set_result(None)


class _Attempt:
    """One leader, and what the others wait for."""

    __slots__ = ("leader", "outcome")

    def __init__(self) -> None:
        self.leader: dict[str, object] = {}
        self.outcome: Future[_Outcome] = Future()
        # A running future cannot be cancelled by one of those who wait for it.
        self.outcome.set_running_or_notify_cancel()
