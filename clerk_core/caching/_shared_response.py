"""Look for a response in the cache, or ask Clerk in one process and store the response.

It is a generator that performs no I/O: it yields steps, which the sync and the async sender take.
What is wrong in the cache is never an error here: it is the same as an empty cache.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from math import inf
from typing import Any, NamedTuple, TypeAlias

from clerk_core._cache_policy import CachePolicy
from clerk_core._json import load_json
from clerk_core._json_values import is_object
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.caching._memory import MemoryCache
from clerk_core.caching._protocol import AsyncCache, Cache
from clerk_core.caching._sealing import Seal
from clerk_core.errors import TransportError

# All in seconds.
CLAIM_SECONDS = 5.0
"""How long a claim is valid if the process that made it ends without a response."""
PAUSE = 0.02
"""The first pause before others look for the response to the claimed call again."""
LONGEST_PAUSE = 0.32
"""The longest pause; each is twice as long as the one before."""
MAX_WAIT = 2.0
"""How long they wait before they ask Clerk themselves."""
CLOCK_SKEW = 5.0
"""The tolerated difference between the clocks of hosts."""

MAX_BYTES = 64 * 1024
"""The maximum size of a stored response. Larger ones are not stored."""

_JSON = (("content-type", "application/json"),)
_CLAIM = b"1"


class Get(NamedTuple):
    """Get an entry. The result is what the cache returned; None if it is away."""

    key: str

    def of(self, cache: Cache | AsyncCache) -> Any:
        """Call the cache; in code that awaits, return the coroutine."""
        return cache.get(self.key)


class Set(NamedTuple):
    """Store an entry."""

    key: str
    value: bytes
    seconds: float

    def of(self, cache: Cache | AsyncCache) -> Any:
        """Call the cache; in code that awaits, return the coroutine."""
        return cache.set(self.key, self.value, self.seconds)


class Add(NamedTuple):
    """Store an entry if there is none. The result is whether it was stored; None if it is away."""

    key: str
    value: bytes
    seconds: float

    def of(self, cache: Cache | AsyncCache) -> Any:
        """Call the cache; in code that awaits, return the coroutine."""
        return cache.add(self.key, self.value, self.seconds)


class Delete(NamedTuple):
    """Remove an entry."""

    key: str

    def of(self, cache: Cache | AsyncCache) -> Any:
        """Call the cache; in code that awaits, return the coroutine."""
        return cache.delete(self.key)


class Pause(NamedTuple):
    """Wait."""

    seconds: float


class SendStep(NamedTuple):
    """Send a request to Clerk. The result is the response; a `TransportError` is thrown in."""

    request: HttpRequest


CacheStep: TypeAlias = Get | Set | Add | Delete
Step: TypeAlias = CacheStep | Pause | SendStep
Steps: TypeAlias = Generator[Step, Any, HttpResponse]


def shared_response(
    request: HttpRequest, policy: CachePolicy, local: MemoryCache, clock: Callable[[], float]
) -> Steps:
    """Return the steps that return a response, from the cache or from Clerk.

    Args:
        request: The request to Clerk.
        policy: How its response may be shared.
        local: The entries of this process, which are used first and when the cache is away.
        clock: Returns the time in Unix seconds.
    """
    entry = _Entry(policy, local, clock)
    found = yield from entry.find()
    if found is not None:
        return found
    has_local_claim = has_claim = False
    pause, waited = PAUSE, 0.0
    try:
        while True:
            has_local_claim = has_local_claim or local.add(entry.claim, _CLAIM, CLAIM_SECONDS)
            if has_local_claim:
                # None if the cache is away. Then the claim of this process has to do.
                has_claim = (yield Add(entry.claim, _CLAIM, CLAIM_SECONDS)) is not False
            # Another may have stored the response before it released the claim.
            found = (yield from entry.find()) if has_local_claim else entry.find_local()
            if found is not None or has_claim or waited >= MAX_WAIT:
                break
            yield Pause(pause)
            waited += pause
            pause = min(2 * pause, LONGEST_PAUSE)
        if found is None:
            found = yield SendStep(_with_less_time(request, waited))
            yield from entry.store(found)
        if has_claim:
            yield Delete(entry.claim)
        return found
    except TransportError:
        if has_claim:
            yield Delete(entry.claim)
        raise
    finally:
        if has_local_claim:
            local.delete(entry.claim)


def _with_less_time(request: HttpRequest, waited: float) -> HttpRequest:
    if not waited or request.timeout is None:
        return request
    left = max(request.timeout - waited, request.timeout / 4)
    return request.within(left, None, request.may_repeat)


class _Entry:
    """The entry of one response, in this process and in the cache."""

    def __init__(self, policy: CachePolicy, local: MemoryCache, clock: Callable[[], float]) -> None:
        self._policy = policy
        self._local = local
        self._clock = clock
        self._seal = Seal(policy.secret, policy.kind, policy.identity)
        self.claim: str = f"{self._seal.name}:claim"

    def find(self) -> Generator[Step, Any, HttpResponse | None]:
        found = self.find_local()
        if found is not None:
            return found
        stored = yield Get(self._seal.name)
        found = self._open(stored)
        if found is not None:
            # Sealed as it is, it expires at the same time.
            self._local.set(self._seal.name, stored, max(self._policy.seconds.values()))
        return found

    def find_local(self) -> HttpResponse | None:
        return self._open(self._local.get(self._seal.name))

    def store(self, response: HttpResponse) -> Generator[Step, Any, None]:
        seconds = self._policy.seconds.get(response.status, 0.0)
        if seconds <= 0 or not _is_complete(response):
            return
        content = response.status.to_bytes(2, "big") + response.content
        sealed = self._seal.close(content, self._clock(), seconds)
        self._local.set(self._seal.name, sealed, seconds)
        yield Set(self._seal.name, sealed, seconds)

    def _open(self, stored: object) -> HttpResponse | None:
        opened = self._seal.open(stored, self._clock())
        if opened is None or len(opened.content) < 2:
            return None
        status = int.from_bytes(opened.content[:2], "big")
        age = self._policy.seconds.get(status, 0.0) - opened.seconds_left
        # Negative if the application has shortened the time since, or a clock was set back.
        if age < -CLOCK_SKEW or age > (self._policy.max_age or inf):
            return None
        return HttpResponse(status, _JSON, opened.content[2:])


def _is_complete(response: HttpResponse) -> bool:
    """Return whether a response is a JSON object, so that no broken one is shared."""
    if len(response.content) > MAX_BYTES:
        return False
    try:
        return is_object(load_json(response.content))
    except ValueError:
        return False
