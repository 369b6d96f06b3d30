"""Send requests through a cache: use stored responses, and store new ones.

A cache that fails is not asked for some seconds, and requests are sent to Clerk as without one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from clerk_core import _clock
from clerk_core._api.api_call import ApiCall, CallObserver
from clerk_core._flow import AsyncSend, Send
from clerk_core._http.observing import report_call
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._problems import Problem, ProblemLog
from clerk_core.caching._memory import MemoryCache
from clerk_core.caching._redis import RedisCache
from clerk_core.caching._shared_response import (
    CacheStep,
    Pause,
    SendStep,
    Steps,
    shared_response,
)
from clerk_core.caching._views import AnyCache, is_async, open_cache, to_async
from clerk_core.errors import ConfigurationError, TransportError

T = TypeVar("T")

PAUSE_AFTER_FAILURE = 5.0
"""How long a cache that failed is not asked, in seconds."""


class CacheAway(Exception):  # noqa: N818
    """The cache cannot be used. It was logged."""


class SharedCache:
    """The cache of one installation, with the entries of this process and the state of the cache.

    Args:
        cache: The cache.
        problems: The log of problems.
        is_own: Whether the cache was opened for this installation, from a URL.
    """

    def __init__(self, cache: AnyCache, problems: ProblemLog, *, is_own: bool = False) -> None:
        self.cache: AnyCache = cache
        self._is_own = is_own
        # Not asked in addition, because it is in this process, too.
        self.local: MemoryCache = cache if isinstance(cache, MemoryCache) else MemoryCache()
        self._problems = problems
        self._paused_until = 0.0
        self._companions: dict[object, Any] = {}

    def close(self) -> None:
        """Close the connections of a cache that was opened here. The next call opens new ones."""
        if self._is_own and isinstance(self.cache, RedisCache):
            self.cache.close()

    def companion(self, make: Callable[[SharedCache], T]) -> T:
        """Return the only object of a kind that all clients with this cache share."""
        made = self._companions.get(make)
        if made is None:
            made = self._companions.setdefault(make, make(self))
        companion: T = made
        return companion

    @property
    def is_available(self) -> bool:
        """Whether to ask the cache now: it is of its own, and has not failed shortly before."""
        return self.cache is not self.local and time.monotonic() >= self._paused_until

    def report(self, error: Exception) -> None:
        """Log a failure, and do not ask the cache for a while."""
        self._paused_until = time.monotonic() + PAUSE_AFTER_FAILURE
        # Its type only: the text may contain the URL of the cache.
        self._problems.warn(
            Problem.CACHE,
            f"The cache cannot be used ({type(error).__name__}), so Clerk's API is called without "
            "it for some seconds. Check that it is running and not full, and CLERK_CACHE_URL.",
        )

    def ask(self, step: CacheStep) -> Any:
        """Return the result of one call of the cache; None if it is away."""
        if not self.is_available or is_async(self.cache):
            return None
        try:
            return self.call(step)
        except CacheAway:
            return None

    def call(self, step: CacheStep) -> Any:
        """Return the result of one call of the cache, also of one in this process.

        Raises:
            CacheAway: The cache failed now or shortly before.
        """
        if self.cache is not self.local and not self.is_available:
            raise CacheAway
        try:
            return step.of(self.cache)
        except Exception as error:
            self.report(error)
            raise CacheAway from None

    async def ask_async(self, step: CacheStep) -> Any:
        """Return the result of one call of the cache; None if it is away."""
        if not self.is_available:
            return None
        try:
            return await step.of(to_async(self.cache))
        except Exception as error:
            self.report(error)
            return None


def open_shared(
    source: AnyCache | str | None, environ: Mapping[str, str], problems: ProblemLog
) -> SharedCache | None:
    """Return the cache that the option `cache` names; None without one.

    Args:
        source: The value of the option.
        environ: The environment variables.
        problems: The log of problems.

    Raises:
        ConfigurationError: The URL is invalid, or redis-py is not installed.
        TypeError: The value is neither a URL nor a cache.
    """
    cache = open_cache(source, environ)
    # A cache of the application stays its own to close.
    return None if cache is None else SharedCache(cache, problems, is_own=cache is not source)


def check_sync(source: object) -> None:
    """Raise `ConfigurationError` for a cache that code that waits cannot call."""
    if iscoroutinefunction(getattr(source, "get", None)):
        raise ConfigurationError(
            "The cache has to be awaited, and this client does not await. Use a Cache, such as a "
            "RedisCache, instead of an AsyncCache.",
            code="cache-invalid",
        )


class CachingSender:
    """A sender for code that waits.

    Args:
        send: Sends a request to Clerk.
        shared: The cache.
        observers: The observers of calls, which are told of responses from the cache.
    """

    def __init__(
        self, send: Send, shared: SharedCache, observers: tuple[CallObserver, ...] = ()
    ) -> None:
        self._send = send
        self._shared = shared
        self._observers = observers

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response to a request, from the cache if possible.

        Raises:
            TransportError: There is no response.
        """
        policy = request.cache_policy
        if policy is None:
            return self._send(request)
        steps = shared_response(request, policy, self._shared.local, _clock.now)
        result: Any = None
        has_asked = False
        try:
            while True:
                try:
                    step = _advance(steps, result)
                except StopIteration as end:
                    response: HttpResponse = end.value
                    if not has_asked:
                        report_call(self._observers, _cached_call(request, response))
                    return response
                if isinstance(step, SendStep):
                    has_asked = True
                    try:
                        result = self._send(step.request)
                    except TransportError as error:
                        result = error
                elif isinstance(step, Pause):
                    time.sleep(step.seconds)
                    result = None
                else:
                    result = self._shared.ask(step)
        finally:
            steps.close()


class AsyncCachingSender:
    """A sender for code that awaits.

    Args:
        send: Sends a request to Clerk.
        shared: The cache.
        observers: The observers of calls, which are told of responses from the cache.
    """

    def __init__(
        self, send: AsyncSend, shared: SharedCache, observers: tuple[CallObserver, ...] = ()
    ) -> None:
        self._send = send
        self._shared = shared
        self._observers = observers

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response to a request, from the cache if possible.

        Raises:
            TransportError: There is no response.
        """
        policy = request.cache_policy
        if policy is None:
            return await self._send(request)
        from anyio import sleep

        steps = shared_response(request, policy, self._shared.local, _clock.now)
        result: Any = None
        has_asked = False
        try:
            while True:
                try:
                    step = _advance(steps, result)
                except StopIteration as end:
                    response: HttpResponse = end.value
                    if not has_asked:
                        report_call(self._observers, _cached_call(request, response))
                    return response
                if isinstance(step, SendStep):
                    has_asked = True
                    try:
                        result = await self._send(step.request)
                    except TransportError as error:
                        result = error
                elif isinstance(step, Pause):
                    await sleep(step.seconds)
                    result = None
                else:
                    result = await self._shared.ask_async(step)
        finally:
            steps.close()


def _advance(steps: Steps, result: Any) -> CacheStep | Pause | SendStep:
    if isinstance(result, TransportError):
        return steps.throw(result)
    return steps.send(result)


def _cached_call(request: HttpRequest, response: HttpResponse) -> ApiCall:
    return ApiCall(request.method, request.route, response.status, None, 0.0, 0, is_cached=True)
