"""The option `frontend_api_proxy`: the Frontend API at a path of the application.

It is answered before and outside of authentication. It knows no server and no framework.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from clerk_core._frontend_api_proxy.forwarding import ForwardedRequest, forward, is_for_proxy
from clerk_core._frontend_api_proxy.paths import DEFAULT_PATH, is_proxy_path, path_of
from clerk_core._frontend_api_proxy.upstream import upstream_url
from clerk_core._http.streamed_response import AsyncStreamedResponse, StreamedResponse
from clerk_core._messages import Request, Response
from clerk_core.errors import ConfigurationError

if TYPE_CHECKING:
    from clerk_core._client import AsyncClerk, Clerk
    from clerk_core._http.async_streams import AsyncStreamSender
    from clerk_core._http.streams import StreamSender


def read_proxy_path(option: object, proxy_url: str | None) -> str | None:
    """Return the path of the proxy; None without one.

    Args:
        option: The option `frontend_api_proxy`.
        proxy_url: The option `proxy_url`.

    Raises:
        ConfigurationError: The option is malformed, or `proxy_url` has another path.
        TypeError: The option has the wrong type.
    """
    if option is None or option is False:
        return None
    if option is not True and not isinstance(option, str):
        raise TypeError(f"frontend_api_proxy must be a bool or a str, not {type(option).__name__}")
    configured = proxy_url or os.environ.get("CLERK_PROXY_URL")
    of_url = path_of(configured) if configured else None
    path = (of_url or DEFAULT_PATH) if option is True else option
    if not is_proxy_path(path):
        raise ConfigurationError(
            "frontend_api_proxy must be True or a path of this application such as /__clerk, "
            "without a slash at its end.",
            code="frontend-api-proxy-invalid",
        )
    if of_url is not None and of_url != path:
        raise ConfigurationError(
            f"proxy_url does not lead to the Frontend API proxy of this application at {path}. "
            f"Leave proxy_url (CLERK_PROXY_URL) out, or let its path be {path}.",
            code="frontend-api-proxy-invalid",
        )
    return path


def check_proxy(sender: StreamSender | AsyncStreamSender, clerk: Clerk | AsyncClerk | None) -> None:
    """Raise `ConfigurationError` if the proxy of an installation could forward nothing.

    Args:
        sender: Sends the requests.
        clerk: The client of all requests; None if each request has its own.
    """
    if clerk is None:
        return
    if clerk.settings.secret_key is None:
        raise ConfigurationError(
            "frontend_api_proxy needs the secret key of the instance. Set CLERK_SECRET_KEY or pass "
            "secret_key=.",
            code="secret-key-missing",
        )
    sender.check(upstream_url(clerk.settings))


class _BaseProxy:
    """What both proxies share: the path."""

    def __init__(self, path: str) -> None:
        self._path = path
        # Where the application is mounted may be missing from the path that a server gives.
        self._last_segment = path[path.rindex("/") :]

    def may_match(self, path: str) -> bool:
        """Return False, quickly, for the path of a request that is not for the proxy."""
        return self._last_segment in path


class FrontendApiProxy(_BaseProxy):
    """Forwards requests to the Frontend API, in an application that waits.

    Args:
        path: The path of the proxy.
        client_of: Returns the client of the instance that a request belongs to.
        sender: Sends the requests.
    """

    def __init__(
        self, path: str, client_of: Callable[[Request], Clerk], sender: StreamSender
    ) -> None:
        super().__init__(path)
        self._client_of = client_of
        self._sender = sender

    def forward(self, request: Request, client: str | None) -> ForwardedRequest | Response | None:
        """Return the request to send, or the response that refuses it; None for other requests.

        Args:
            request: The request.
            client: The address of the client, according to the server.
        """
        if not is_for_proxy(request, self._path):
            return None
        return forward(request, self._client_of(request).settings, self._path, client)

    def send(
        self, forwarded: ForwardedRequest, body: Iterable[bytes]
    ) -> StreamedResponse | Response:
        """Send a request with its body, and return the response. Close a streamed one."""
        return self._sender(forwarded, body)

    def close(self) -> None:
        """Close the connections to the Frontend API."""
        self._sender.close()


class AsyncFrontendApiProxy(_BaseProxy):
    """Forwards requests to the Frontend API, in an application that awaits.

    Args:
        path: The path of the proxy.
        client_of: Awaits the client of the instance that a request belongs to.
        sender: Sends the requests.
    """

    def __init__(
        self,
        path: str,
        client_of: Callable[[Request], Awaitable[AsyncClerk]],
        sender: AsyncStreamSender,
    ) -> None:
        super().__init__(path)
        self._client_of = client_of
        self._sender = sender

    async def forward(
        self, request: Request, client: str | None
    ) -> ForwardedRequest | Response | None:
        """Return the request to send, or the response that refuses it; None for other requests.

        Args:
            request: The request.
            client: The address of the client, according to the server.
        """
        if not is_for_proxy(request, self._path):
            return None
        return forward(request, (await self._client_of(request)).settings, self._path, client)

    async def send(
        self, forwarded: ForwardedRequest, body: AsyncIterable[bytes]
    ) -> AsyncStreamedResponse | Response:
        """Send a request with its body, and return the response. Close a streamed one."""
        return await self._sender(forwarded, body)

    async def close(self) -> None:
        """Close the connections to the Frontend API."""
        await self._sender.close()
