"""Use a cache from code that awaits, and open the one that an option names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction
from typing import Any, TypeAlias, TypeVar, cast

from clerk_core.caching._memory import MemoryCache
from clerk_core.caching._protocol import AsyncCache, Cache
from clerk_core.caching._redis import RedisCache

AnyCache: TypeAlias = Cache | AsyncCache
VARIABLE = "CLERK_CACHE_URL"
_METHODS = ("get", "set", "add", "delete")
_MAX_THREADS = 32

T = TypeVar("T")


def open_cache(source: AnyCache | str | None, environ: Mapping[str, str]) -> AnyCache | None:
    """Return the cache that an option names; None without one.

    Args:
        source: A cache, a URL, or None for the URL in the environment.
        environ: The environment variables.

    Raises:
        ConfigurationError: The URL is invalid, or redis-py is not installed.
        TypeError: The value is neither a URL nor a cache.
    """
    found = source if source is not None else environ.get(VARIABLE, "").strip() or None
    if isinstance(found, str):
        return RedisCache(found)
    if found is not None and not all(callable(getattr(found, one, None)) for one in _METHODS):
        raise TypeError(f"cache must be a URL or a Cache, not {type(found).__name__}")
    return found


def is_async(cache: AnyCache) -> bool:
    """Return whether the methods of a cache have to be awaited."""
    return iscoroutinefunction(cache.get)


def to_async(cache: AnyCache) -> AsyncCache:
    """Return a cache for code that awaits. A synchronous one is called in worker threads."""
    return cast("AsyncCache", cache) if is_async(cache) else _AsyncView(cast("Cache", cache))


class _AsyncView:
    """A synchronous cache for code that awaits, in any event loop.

    Its connections belong to no event loop: programs have several, which end, and those of trio.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._waits = not isinstance(cache, MemoryCache)

    async def get(self, key: str) -> bytes | None:
        return await self._call(self._cache.get, key)

    async def set(self, key: str, value: bytes, seconds: float) -> None:
        await self._call(self._cache.set, key, value, seconds)

    async def add(self, key: str, value: bytes, seconds: float) -> bool:
        return await self._call(self._cache.add, key, value, seconds)

    async def delete(self, key: str) -> None:
        await self._call(self._cache.delete, key)

    async def _call(self, function: Callable[..., T], *arguments: Any) -> T:
        return await in_thread(function, *arguments) if self._waits else function(*arguments)


async def in_thread(function: Callable[..., T], *arguments: Any) -> T:
    """Call a function in a worker thread. The threads are not those of the application."""
    from anyio import CapacityLimiter, to_thread

    limiter = _limiters().get(None)
    if limiter is None:
        limiter = CapacityLimiter(_MAX_THREADS)
        _limiters().set(limiter)
    return await to_thread.run_sync(function, *arguments, abandon_on_cancel=True, limiter=limiter)


_limiter_of_loop: dict[str, Any] = {}


def _limiters() -> Any:
    """Return the variable with the limiter of the running loop. Synchronous code never needs it."""
    if "variable" not in _limiter_of_loop:
        from anyio.lowlevel import RunVar

        _limiter_of_loop.setdefault("variable", RunVar[Any]("clerk_core_cache_threads"))
    return _limiter_of_loop["variable"]
