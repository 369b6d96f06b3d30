"""Pools of connections as httpx transports, through the proxy that the environment names, shared.

The transports are used without httpx's client around them: that would log every URL with its query,
and carry one caller's cookies to the next.
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
    """Raise `TypeError` if a transport was given that this kind of client cannot use."""
    if given is not None and not isinstance(given, kind):
        raise TypeError(
            f"transport must be an httpx.{kind.__name__}, such as "
            f"httpx.{kind.__name__.replace('Base', 'HTTP')}(), not {type(given).__name__}"
        )


def counterpart_of(given: object, kind: type[object]) -> object:
    """Return the transport to use for the other kind of code: the given one if it serves both."""
    if given is not None and not isinstance(given, kind):
        raise ConfigurationError(
            f"This client sends through {type(given).__name__}, which is not an "
            f"httpx.{kind.__name__}, so its counterpart cannot send. Use a transport that is both, "
            "or make the other client yourself.",
            code="transport-not-shared",
        )
    return given


def check_sending(given: object, kind: type[object], options: Options) -> None:
    """Raise if the clients of an installation with these options could not call Clerk's API."""
    check_transport(given, kind)
    if given is None:
        api_url = options.get("api_url") or os.environ.get("CLERK_API_URL")
        check_environment(str(api_url or OPTIONS["api_url"].default))


class PooledTransport(httpx.BaseTransport):
    """A pool whose calls keep to the `Deadline` that stands in their time-outs."""

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
        """Send a request; the body of the response is read by the caller."""
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
    """The body of a response, still on its connection."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._response.iter_stream())

    def close(self) -> None:
        self._response.close()


class Connections:
    """Pools that all threads of a process share; a forked child makes its own.

    A transport that is `given` is used as it is, after a fork too.
    """

    def __init__(
        self, given: httpx.BaseTransport | None, max_connections: int = MAX_CONNECTIONS
    ) -> None:
        check_transport(given, httpx.BaseTransport)
        self.given = given
        self._max_connections = max_connections
        self._proxies = Proxies()
        # By process: the parent's connections are the parent's, two must not write to one.
        self._pools: dict[tuple[int, str], PooledTransport] = {}
        # Not the parent's: gevent may patch the child, and what was made before does not fit.
        self._tls: dict[int, ssl.SSLContext] = {}

    def check(self, url: str) -> None:
        """Raise `ConfigurationError` if calls of this URL cannot work in this environment."""
        if self.given is None:
            self._proxies.of(url)
            check_certificates()

    def to(self, url: str) -> httpx.BaseTransport:
        """Return what to send through; raise `ConfigurationError` as `check` does."""
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
