"""A fleet of processes in virtual time, which look up signing keys with the code of the library.

No time passes and nothing is sent: a heap of events drives the flows of each process, an API and a
cache that are either there or away. The random numbers are seeded, so each run is the same.
"""

from __future__ import annotations

import heapq
import json
import random
from collections import Counter
from collections.abc import Callable, Generator
from typing import Any

from jwt.algorithms import RSAAlgorithm

from benchmarks.instance import KEY
from clerk_core import Settings
from clerk_core._authentication.tokens.keyring import FRESH_FOR, Keyring
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._reasons import Reason
from clerk_core.caching._shared_response import Pause, SendStep, shared_response
from clerk_core.errors import TransportError

# All in seconds.
API_SECONDS = 0.05
"""How long the API takes to respond."""
CACHE_SECONDS = 0.001
"""How long a call of the cache takes."""
BETWEEN_REQUESTS = 0.25
"""The mean time between two requests of one process that need the key."""

_JWK = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
SETTINGS = Settings(secret_key="sk_test_fleet")


class VirtualCache:
    """A cache whose entries expire in virtual time.

    Args:
        clock: Returns the virtual time.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._entries: dict[str, tuple[bytes, float]] = {}

    def get(self, key: str) -> bytes | None:
        value, until = self._entries.get(key, (b"", 0.0))
        return value if self._clock() < until else None

    def set(self, key: str, value: bytes, seconds: float) -> None:
        self._entries[key] = value, self._clock() + seconds

    def add(self, key: str, value: bytes, seconds: float) -> bool:
        if self.get(key) is not None:
            return False
        self.set(key, value, seconds)
        return True

    def delete(self, key: str) -> None:
        self._entries.pop(key, None)


class Fleet:
    """Processes that need the key of every token, and what they cause.

    Args:
        processes: The number of processes.
        has_cache: Whether they share a cache.
    """

    def __init__(self, processes: int, *, has_cache: bool) -> None:
        self.now = 0.0
        self.kid = "ins_1"
        self.published = ["ins_1"]
        self.is_api_away = self.is_cache_away = False
        self.calls: Counter[int] = Counter()
        """Calls of the API by second."""
        self.cache_calls: Counter[int] = Counter()
        """Calls of the cache by second."""
        self.seconds_out: dict[int, float] = {}
        """How long each process that has a key again had none for the tokens that it got."""
        self.wrongly_in = 0
        """How often a process found a key that was not published."""
        self._random = random.Random(1)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0
        self.shared = VirtualCache(self.clock) if has_cache else None
        self._processes = [_Process(self, number) for number in range(processes)]

    def clock(self) -> float:
        """Return the virtual time."""
        return self.now

    @property
    def processes_out(self) -> int:
        """The number of processes that had, or still have, no key for the tokens that they get."""
        return len(self.seconds_out) + sum(process.is_out for process in self._processes)

    def at(self, time: float, event: Callable[[], None]) -> None:
        """Let something happen at a time."""
        self._number += 1
        heapq.heappush(self._events, (time, self._number, event))

    def start(self, within: float) -> None:
        """Start all processes within some seconds."""
        for process in self._processes:
            self.at(self.now + self._random.uniform(0, within), process.request)

    def replace_key(self, *, is_published: bool = True) -> None:
        """Let all new tokens have another key."""
        self.kid = f"ins_{len(self.published) + 1}"
        if is_published:
            self.published.append(self.kid)
        for process in self._processes:
            self.at(self.now + self.between_requests(), process.request)

    def between_requests(self) -> float:
        """Return how long it takes until the next request of a process."""
        return self._random.expovariate(1 / BETWEEN_REQUESTS)

    def run(self, until: float) -> None:
        """Let everything happen until a time."""
        while self._events and self._events[0][0] <= until:
            self.now, _, event = heapq.heappop(self._events)
            event()
        self.now = until

    def key_set(self) -> HttpResponse:
        """Return the response with the published keys."""
        keys = [{**_JWK, "kid": kid, "use": "sig", "alg": "RS256"} for kid in self.published]
        return HttpResponse(
            200, [("content-type", "application/json")], json.dumps({"keys": keys}).encode()
        )


class _Process:
    """A process with the keyring of the library."""

    def __init__(self, fleet: Fleet, number: int) -> None:
        self._fleet = fleet
        self._number = number
        self._keyring = Keyring()
        self._local = VirtualCache(fleet.clock)
        self._out_since: float | None = None
        self._is_busy = False

    @property
    def is_out(self) -> bool:
        """Whether it has no key for the tokens that it gets."""
        return self._out_since is not None

    def request(self) -> None:
        """Handle a request with a token of the current key."""
        fleet = self._fleet
        if self._is_busy:
            return
        if self._keyring.known(fleet.kid, SETTINGS, fleet.now) is not None:
            # No earlier request needs anything: the key is fresh for that long.
            self._next(self._keyring.source_of(SETTINGS).fresh_until - fleet.now)
            return
        self._is_busy = True
        self._advance(self._keyring.find(fleet.kid, SETTINGS, fleet.now), None, None)

    def _advance(self, flow: Generator[Any, Any, Any], steps: Any, value: object) -> None:
        """Run a flow until it has to wait."""
        while True:
            try:
                step = _send(flow if steps is None else steps, value)
            except StopIteration as end:
                if steps is None:
                    self._end(end.value)
                    return
                steps, value = None, end.value
                continue
            except TransportError as error:
                if steps is None:
                    raise
                steps, value = None, error
                continue
            if isinstance(step, HttpRequest):
                value = None
                if self._fleet.shared is None or step.cache_policy is None:
                    self._call(flow, None, step)
                    return
                clock = self._fleet.clock
                local: Any = self._local
                steps = shared_response(step, step.cache_policy, local, clock)
                continue
            self._wait(flow, steps, step)
            return

    def _wait(self, flow: Any, steps: Any, step: Any) -> None:
        fleet = self._fleet
        if isinstance(step, SendStep):
            self._call(flow, steps, step.request)
        elif isinstance(step, Pause):
            fleet.at(fleet.now + step.seconds, lambda: self._advance(flow, steps, None))
        elif fleet.is_cache_away:
            self._advance(flow, steps, None)
        else:
            fleet.cache_calls[int(fleet.now)] += 1
            shared: Any = fleet.shared
            found = step.of(shared)
            fleet.at(fleet.now + CACHE_SECONDS, lambda: self._advance(flow, steps, found))

    def _call(self, flow: Any, steps: Any, request: HttpRequest) -> None:
        fleet = self._fleet
        fleet.calls[int(fleet.now)] += 1
        if fleet.is_api_away:
            error = TransportError("no response", code="timed-out")
            after = request.timeout or API_SECONDS
            fleet.at(fleet.now + after, lambda: self._advance(flow, steps, error))
        else:
            response = fleet.key_set()
            fleet.at(fleet.now + API_SECONDS, lambda: self._advance(flow, steps, response))

    def _end(self, found: object) -> None:
        fleet = self._fleet
        self._is_busy = False
        if isinstance(found, Reason):
            if self._out_since is None:
                self._out_since = fleet.now
            self._next(0.0)
            return
        fleet.wrongly_in += fleet.kid not in fleet.published
        if self._out_since is not None:
            fleet.seconds_out[self._number] = fleet.now - self._out_since
            self._out_since = None
        fresh_until = self._keyring.source_of(SETTINGS).fresh_until
        self._next(min(max(fresh_until - fleet.now, 0.0), FRESH_FOR))

    def _next(self, after: float) -> None:
        fleet = self._fleet
        fleet.at(fleet.now + after + fleet.between_requests(), self.request)


def _send(running: Generator[Any, Any, Any], value: object) -> Any:
    if isinstance(value, TransportError):
        return running.throw(value)
    return running.send(value)
