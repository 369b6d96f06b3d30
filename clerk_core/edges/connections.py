"""Pools of connections as httpx transports, through the proxy that the environment names.

The transports are used without httpx's client around them: that would log every URL with its query,
and carry one caller's cookies to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from clerk_core.edges.deadline import Deadline, DeadlineBackend

_MAX_CONNECTIONS = 100
_IDLE_SECONDS = 30.0


def proxy_for(url: str) -> httpx.Proxy | None:
    """The proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name for a URL; None for none."""
    target = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(target.scheme) or proxies.get("all")
    return None if proxy is None or proxy_bypass(target.hostname or "") else httpx.Proxy(proxy)


class PooledTransport(httpx.BaseTransport):
    """A pool whose calls keep to the `deadline` of their thread."""

    def __init__(self, deadline: Deadline, proxy: httpx.Proxy | None) -> None:
        backend = DeadlineBackend(deadline)
        tls = httpx.create_ssl_context()
        if proxy is None:
            self._pool: httpcore.ConnectionPool = httpcore.ConnectionPool(
                ssl_context=tls,
                max_connections=_MAX_CONNECTIONS,
                keepalive_expiry=_IDLE_SECONDS,
                network_backend=backend,
            )
        else:
            self._pool = httpcore.HTTPProxy(
                proxy_url=str(proxy.url),
                proxy_auth=proxy.raw_auth,
                proxy_headers=proxy.headers.raw,
                ssl_context=tls,
                max_connections=_MAX_CONNECTIONS,
                keepalive_expiry=_IDLE_SECONDS,
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


def async_transport(proxy: httpx.Proxy | None) -> httpx.AsyncHTTPTransport:
    """A pool for the calls of one event loop, whose tasks are limited from outside."""
    limits = httpx.Limits(max_connections=_MAX_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS)
    return httpx.AsyncHTTPTransport(proxy=proxy, limits=limits)
