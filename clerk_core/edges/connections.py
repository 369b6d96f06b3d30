"""Pools of connections as httpx transports, through the proxy that the environment names, shared.

The transports are used without httpx's client around them: that would log every URL with its query,
and carry one caller's cookies to the next.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from clerk_core.edges.deadline import DeadlineBackend
from clerk_core.words.errors import ConfigurationError

MAX_CONNECTIONS = 100
IDLE_SECONDS = 30.0


def proxy_for(url: str) -> httpx.Proxy | None:
    """The proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name for a URL; None for none.

    Raises `ConfigurationError` for a proxy of another kind.
    """
    target = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(target.scheme) or proxies.get("all")
    if proxy is None or proxy_bypass(target.hostname or ""):
        return None
    # As curl reads it: without a scheme it is an http proxy.
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if not proxy.startswith(("http://", "https://")):
        raise ConfigurationError(
            "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names a proxy that is neither http nor https. "
            "Set NO_PROXY for Clerk's Backend API, or hand in a transport of your own.",
            code="proxy-unsupported",
        )
    return httpx.Proxy(proxy)


def tls_context() -> ssl.SSLContext:
    """The certificates to trust; raises `ConfigurationError` where they cannot be read."""
    try:
        return httpx.create_ssl_context()
    except (OSError, ssl.SSLError):
        raise ConfigurationError(
            "The certificates to trust cannot be read. Check SSL_CERT_FILE and SSL_CERT_DIR.",
            code="certificates-unreadable",
        ) from None


class PooledTransport(httpx.BaseTransport):
    """A pool whose calls keep to the `Deadline` that stands in their time-outs."""

    def __init__(self, proxy: httpx.Proxy | None) -> None:
        backend = DeadlineBackend()
        tls = tls_context()
        if proxy is None:
            self._pool: httpcore.ConnectionPool = httpcore.ConnectionPool(
                ssl_context=tls,
                max_connections=MAX_CONNECTIONS,
                keepalive_expiry=IDLE_SECONDS,
                network_backend=backend,
            )
        else:
            self._pool = httpcore.HTTPProxy(
                proxy_url=str(proxy.url),
                proxy_auth=proxy.raw_auth,
                proxy_headers=proxy.headers.raw,
                ssl_context=tls,
                max_connections=MAX_CONNECTIONS,
                keepalive_expiry=IDLE_SECONDS,
                network_backend=backend,
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
                content=request.read(),
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
    """One pool for all threads of a process; a forked child makes its own.

    A transport that is `given` is used as it is, after a fork too.
    """

    def __init__(self, given: httpx.BaseTransport | None) -> None:
        self._given = given
        self._pools: dict[int, PooledTransport] = {}

    def to(self, url: str) -> httpx.BaseTransport:
        """What to send through; raises `ConfigurationError` for a proxy or certificates."""
        if self._given is not None:
            return self._given
        # By process: the parent's connections are the parent's, two must not write to one.
        pool = self._pools.get(os.getpid())
        if pool is None:
            made = PooledTransport(proxy_for(url))
            pool = self._pools.setdefault(os.getpid(), made)
        return pool

    def close(self) -> None:
        """Close the connections of this process."""
        transport = self._given or self._pools.pop(os.getpid(), None)
        if transport is not None:
            transport.close()
