"""What an installation answers itself, before authentication and before the application.

That are the Frontend API proxy and the metadata of an OAuth resource. It knows no server and no
framework.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from clerk_core._authentication.response.oauth_metadata import (
    ServerMetadata,
    may_be_metadata,
    oauth_metadata,
)
from clerk_core._flow import Flow
from clerk_core._frontend_api_proxy.forwarding import ForwardedRequest
from clerk_core._http.streamed_response import AsyncStreamedResponse, StreamedResponse
from clerk_core._integration.frontend_api_proxy import AsyncFrontendApiProxy, FrontendApiProxy
from clerk_core._messages import Request, Response

if TYPE_CHECKING:
    from clerk_core._client import AsyncClerk, Clerk

P = TypeVar("P", FrontendApiProxy, AsyncFrontendApiProxy)


class _BaseEndpoints(Generic[P]):
    """What both kinds share.

    Args:
        proxy: The Frontend API proxy; None without one.
        has_metadata: Whether the application may be a resource of OAuth.
    """

    def __init__(self, proxy: P | None, has_metadata: bool) -> None:
        self._proxy: P | None = proxy
        self._has_metadata = has_metadata
        self._servers = ServerMetadata()

    def may_match(self, path: str) -> bool:
        """Return False, quickly, for the path of a request that the application answers."""
        return self._may_be_metadata(path) or (
            self._proxy is not None and self._proxy.may_match(path)
        )

    def _may_be_metadata(self, path: str) -> bool:
        return self._has_metadata and may_be_metadata(path)

    def _metadata(self, request: Request, clerk: Clerk | AsyncClerk) -> Flow[Response | None]:
        authenticator = clerk.authenticator
        now = authenticator.clock()
        return oauth_metadata(request, clerk.settings, authenticator.keyring, self._servers, now)


class Endpoints(_BaseEndpoints[FrontendApiProxy]):
    """What an installation answers itself, in an application that waits.

    Args:
        proxy: The Frontend API proxy; None without one.
        has_metadata: Whether the application may be a resource of OAuth.
        client_of: Returns the client of the instance that a request belongs to.
    """

    def __init__(
        self,
        proxy: FrontendApiProxy | None,
        has_metadata: bool,
        client_of: Callable[[Request], Clerk],
    ) -> None:
        super().__init__(proxy, has_metadata)
        self._client_of = client_of

    def answer(self, request: Request, client: str | None) -> ForwardedRequest | Response | None:
        """Return the response, or the request to `send` for it; None for other requests.

        Args:
            request: The request.
            client: The address of the client, according to the server.
        """
        if self._may_be_metadata(request.url):
            clerk = self._client_of(request)
            found = clerk.run(self._metadata(request, clerk))
            if found is not None:
                return found
        return None if self._proxy is None else self._proxy.forward(request, client)

    def send(
        self, forwarded: ForwardedRequest, body: Iterable[bytes]
    ) -> StreamedResponse | Response:
        """Send a request with its body, and return the response. Close a streamed one."""
        return _existing(self._proxy).send(forwarded, body)

    def close(self) -> None:
        """Close the connections to the Frontend API."""
        if self._proxy is not None:
            self._proxy.close()


class AsyncEndpoints(_BaseEndpoints[AsyncFrontendApiProxy]):
    """What an installation answers itself, in an application that awaits.

    Args:
        proxy: The Frontend API proxy; None without one.
        has_metadata: Whether the application may be a resource of OAuth.
        client_of: Awaits the client of the instance that a request belongs to.
    """

    def __init__(
        self,
        proxy: AsyncFrontendApiProxy | None,
        has_metadata: bool,
        client_of: Callable[[Request], Awaitable[AsyncClerk]],
    ) -> None:
        super().__init__(proxy, has_metadata)
        self._client_of = client_of

    async def answer(
        self, request: Request, client: str | None
    ) -> ForwardedRequest | Response | None:
        """Return the response, or the request to `send` for it; None for other requests.

        Args:
            request: The request.
            client: The address of the client, according to the server.
        """
        if self._may_be_metadata(request.url):
            clerk = await self._client_of(request)
            found = await clerk.run(self._metadata(request, clerk))
            if found is not None:
                return found
        return None if self._proxy is None else await self._proxy.forward(request, client)

    async def send(
        self, forwarded: ForwardedRequest, body: AsyncIterable[bytes]
    ) -> AsyncStreamedResponse | Response:
        """Send a request with its body, and return the response. Close a streamed one."""
        return await _existing(self._proxy).send(forwarded, body)

    async def close(self) -> None:
        """Close the connections to the Frontend API."""
        if self._proxy is not None:
            await self._proxy.close()


def _existing(proxy: P | None) -> P:
    if proxy is None:
        raise RuntimeError("only the Frontend API proxy forwards requests")
    return proxy
