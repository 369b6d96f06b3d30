"""Share data between the processes and hosts of an application, in Redis or in memory.

Pass a cache as the option `cache`. Importing this package does not import a client of Redis.
"""

from __future__ import annotations

from clerk_core.caching._memory import MemoryCache
from clerk_core.caching._protocol import AsyncCache, Cache
from clerk_core.caching._redis import RedisCache

__all__ = ["AsyncCache", "Cache", "MemoryCache", "RedisCache"]
