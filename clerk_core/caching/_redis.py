"""Store values in Redis or Valkey with redis-py, which is imported when a cache is created."""

from __future__ import annotations

from typing import Any

from clerk_core._frozen import Opaque
from clerk_core.errors import ConfigurationError

TIMEOUT = 0.01
"""The default time-out of one command in seconds."""
CONNECT_TIMEOUT = 0.1
"""The default time-out of a new connection in seconds, with TLS."""

_SCHEMES = {
    "redis": "redis",
    "rediss": "rediss",
    "valkey": "redis",
    "valkeys": "rediss",
    "unix": "unix",
    "redis+cluster": "redis",
    "rediss+cluster": "rediss",
    "valkey+cluster": "redis",
    "valkeys+cluster": "rediss",
}


class RedisCache(Opaque):
    """A `Cache` in Redis or Valkey. Install `clerk-core[redis]` for it.

    Threads and forked processes can share it. Connections are opened with the first command.

    Args:
        source: A URL such as `redis://:password@host:6379/0`, `rediss://…` for TLS,
            `rediss+cluster://…` for a cluster; or a synchronous client of redis-py, such as that of
            `Sentinel.master_for`. A URL can have parameters of redis-py, such as
            `?socket_timeout=0.05`.

    Raises:
        ConfigurationError: redis-py is not installed, the URL is invalid, or the client decodes
            responses.
    """

    __slots__ = ("_client", "_redis")

    def __init__(self, source: str | Any) -> None:
        try:
            import redis
        except ImportError:
            raise ConfigurationError(
                "The cache needs redis-py. Install it with `pip install 'clerk-core[redis]'`.",
                code="redis-missing",
            ) from None
        self._redis: Any = redis
        self._client: Any = _connect(redis, source) if isinstance(source, str) else source
        _check_client(self._client)

    @property
    def client(self) -> Any:
        """The client of redis-py."""
        return self._client

    def get(self, key: str) -> bytes | None:
        """Return a value; None if there is none or it expired.

        Args:
            key: The key.
        """
        value: bytes | None = self._client.get(key)
        return value

    def set(self, key: str, value: bytes, seconds: float) -> None:
        """Store a value in place of any other.

        Args:
            key: The key.
            value: The value.
            seconds: How long to store it at most.
        """
        self._write(key, value, seconds, only_new=False)

    def add(self, key: str, value: bytes, seconds: float) -> bool:
        """Store a value if there is none, in one atomic step; return whether it was stored.

        Args:
            key: The key.
            value: The value.
            seconds: How long to store it at most.
        """
        return self._write(key, value, seconds, only_new=True)

    def delete(self, key: str) -> None:
        """Remove a value if there is one.

        Args:
            key: The key.
        """
        try:
            self._client.delete(key)
        except self._redis.ReadOnlyError:
            self._reconnect()
            raise

    def close(self) -> None:
        """Close the connections. The next call opens new ones."""
        self._reconnect()

    def _write(self, key: str, value: bytes, seconds: float, *, only_new: bool) -> bool:
        try:
            return bool(self._client.set(key, value, px=max(1, round(seconds * 1000)), nx=only_new))
        except self._redis.ReadOnlyError:
            self._reconnect()
            raise

    def _reconnect(self) -> None:
        # The primary became a replica, so its name may lead to another server now.
        pool = getattr(self._client, "connection_pool", None)
        if pool is not None:
            pool.disconnect()


def is_cache_url(text: str) -> bool:
    """Return whether a text is a URL of a scheme that `RedisCache` knows."""
    scheme, separator, rest = text.partition("://")
    return bool(separator and rest) and scheme.lower() in _SCHEMES


def _connect(redis: Any, url: str) -> Any:
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    scheme, _, rest = url.partition("://")
    if not is_cache_url(url):
        raise _invalid()
    is_cluster = scheme.lower().endswith("+cluster")
    options: dict[str, Any] = {
        "socket_timeout": TIMEOUT,
        "socket_connect_timeout": CONNECT_TIMEOUT,
    }
    if not is_cluster:
        # Once more at once if a connection was closed meanwhile, never after a time-out.
        options["retry"] = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    client = redis.RedisCluster if is_cluster else redis.Redis
    try:
        return client.from_url(f"{_SCHEMES[scheme.lower()]}://{rest}", **options)
    except (ValueError, TypeError):
        raise _invalid() from None


def _invalid() -> ConfigurationError:
    # Without the URL, which may contain a password.
    return ConfigurationError(
        "The URL of the cache is invalid. Set cache= or CLERK_CACHE_URL to a URL such as "
        "redis://host:6379/0, rediss://… for TLS, or rediss+cluster://… for a cluster.",
        code="cache-url-invalid",
    )


def _check_client(client: Any) -> None:
    if not all(callable(getattr(client, name, None)) for name in ("get", "set", "delete")):
        raise ConfigurationError(
            "RedisCache needs a URL or a synchronous client of redis-py.",
            code="cache-invalid",
        )
    pool = getattr(client, "connection_pool", None)
    if getattr(pool, "connection_kwargs", {}).get("decode_responses"):
        raise ConfigurationError(
            "The client of the cache decodes responses. Create it without decode_responses=True.",
            code="cache-invalid",
        )
