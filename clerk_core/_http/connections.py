"""Provide connection pools as httpx transports, with the proxies of the environment.

The transports are used without an httpx client, which would log URLs with their query and send the
cookies of one caller with the requests of another.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import cast

import httpcore
import httpx

from clerk_core._http.deadline import DeadlineBackend
from clerk_core._http.environment import (
    SOCKS,
    Proxies,
    check_certificates,
    check_environment,
    tls_context,
)
from clerk_core._settings.options import OPTIONS, Options
from clerk_core.errors import ConfigurationError

MAX_CONNECTIONS = 100
IDLE_SECONDS = 30.0


def check_transport(given: object, kind: type[object]) -> None:
    """Check that a given transport can be used by this kind of client.

    Args:
        given: The transport, or None.
        kind: The base class that the client needs.

    Raises:
        TypeError: the transport is of another class.
    """
    if given is not None and not isinstance(given, kind):
        raise TypeError(
            f"transport must be an httpx.{kind.__name__}, such as "
            f"httpx.{kind.__name__.replace('Base', 'HTTP')}(), not {type(given).__name__}"
        )


def counterpart_of(given: object, kind: type[object]) -> object:
    """Return the transport for the counterpart of a client: the given one if it fits both.

    Raises:
        ConfigurationError: the given transport is either sync or async, but not both.
    """
    if given is not None and not isinstance(given, kind):
        raise ConfigurationError(
            f"This client sends through {type(given).__name__}, which is not an "
            f"httpx.{kind.__name__}, so its counterpart cannot send. Use a transport that is both, "
            "or make the other client yourself.",
            code="transport-not-shared",
        )
    return given


def check_sending(given: object, kind: type[object], options: Options) -> None:
    """Check that the clients of an installation with these options can call Clerk's API.

    Raises:
        ConfigurationError: a proxy or the trusted certificates cannot be used.
        TypeError: the given transport is of another kind.
    """
    check_transport(given, kind)
    if given is None:
        api_url = options.get("api_url") or os.environ.get("CLERK_API_URL")
        check_environment(str(api_url or OPTIONS["api_url"].default))


class PooledTransport(httpx.BaseTransport):
    """A connection pool whose calls observe the `Deadline` objects in their time-outs."""

    def __init__(
        self, proxy: httpx.Proxy | None, tls: ssl.SSLContext, max_connections: int
    ) -> None:
        make: Callable[..., httpcore.ConnectionPool] = httpcore.ConnectionPool
        if proxy is not None:
            kind = httpcore.SOCKSProxy if proxy.url.scheme in SOCKS else httpcore.HTTPProxy
            make = partial(kind, proxy_url=str(proxy.url), proxy_auth=proxy.raw_auth)
        self._pool = make(
            ssl_context=tls,
            max_connections=max_connections,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=DeadlineBackend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return the response with an unread body."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        response = self._pool.handle_request(
            httpcore.Request(
                request.method,
                url,
                headers=request.headers.raw,
                content=cast("Iterable[bytes]", request.stream),
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), request=request
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """A response body that is read from its connection."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._response.iter_stream())

    def close(self) -> None:
        self._response.close()


class Connections:
    """Connection pools that all threads of a process share. A forked child opens its own.

    Args:
        given: An httpx transport to use instead of pools, also after a fork.
    """

    def __init__(
        self, given: httpx.BaseTransport | None, max_connections: int = MAX_CONNECTIONS
    ) -> None:
        check_transport(given, httpx.BaseTransport)
        self.given = given
        self._max_connections = max_connections
        self._proxies = Proxies()
        # By process, because a forked child must not write to the connections of its parent.
        self._pools: dict[tuple[int, str], PooledTransport] = {}
        # By process, because gevent may patch `ssl` in a forked child.
        self._tls: dict[int, ssl.SSLContext] = {}

    def check(self, url: str) -> None:
        """Raise `ConfigurationError` if calls of this URL cannot work in this environment."""
        if self.given is None:
            self._proxies.of(url)
            check_certificates()

    def to(self, url: str) -> httpx.BaseTransport:
        """Return the transport for a URL.

        Raises:
            ConfigurationError: calls of this URL cannot work in this environment.
        """
        if self.given is not None:
            return self.given
        proxy = self._proxies.of(url)
        process = os.getpid()
        key = process, str(proxy.url) if proxy else ""
        pool = self._pools.get(key)
        if pool is None:
            tls = self._tls.get(process) or self._tls.setdefault(process, tls_context())
            made = PooledTransport(proxy, tls, self._max_connections)
            pool = self._pools.setdefault(key, made)
        return pool

    def close(self) -> None:
        """Close the connections of this process."""
        if self.given is not None:
            self.given.close()
        for key in [key for key in list(self._pools) if key[0] == os.getpid()]:
            pool = self._pools.pop(key, None)
            if pool is not None:
                pool.close()
