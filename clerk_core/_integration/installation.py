"""Clerk in one application: authenticates each request with the client that it belongs to.

Adapters and middlewares make one. It knows no framework.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import isawaitable, iscoroutine, iscoroutinefunction

import httpx

from clerk_core._authentication.request.host import with_one_host
from clerk_core._authentication.request.websocket import upgraded_request, websocket_request
from clerk_core._authentication.steps.memory import RecallKey
from clerk_core._client import AsyncClerk, Clerk
from clerk_core._compat import Unpack
from clerk_core._integration.clients import ClientFactory, Clients
from clerk_core._integration.endpoints import AsyncEndpoints, Endpoints
from clerk_core._integration.guards import warn_of_unguarded
from clerk_core._integration.options import AsyncInstallOptions, InstallOptions
from clerk_core._integration.request_auth import AsyncRequestAuth, RequestAuth
from clerk_core._integration.skip import AsyncSkippedRequestAuth, SkippedRequestAuth, skips
from clerk_core._messages import Request


class Installation:
    """Clerk in an application that waits.

    Args:
        options: The options of the installation.

    Raises:
        ConfigurationError: A key is missing, unless `options_for` returns the keys; or a value can
            never work.
        TypeError: An option does not exist or has the wrong type.
    """

    def __init__(self, **options: Unpack[InstallOptions]) -> None:
        self._options_for = options.get("options_for")
        if iscoroutinefunction(self._options_for):
            raise _not_awaited()
        self._skips = skips(options.get("skip"))
        factory = ClientFactory(options, InstallOptions, httpx.BaseTransport)
        self._clients = Clients(factory.clerk, depend_on_request=self._options_for is not None)
        is_plain = self._options_for is None and options.get("skip") is None
        self._client_of_all = self._clients.only() if is_plain else None
        self.endpoints: Endpoints | None = factory.endpoints(self._client_of, self._clients.first)
        self._has_warned = False

    @property
    def client(self) -> Clerk:
        """The client for all requests; raises `ConfigurationError` with `options_for`."""
        return self._clients.only()

    def recall(
        self, key: RecallKey | None, make_request: Callable[[], Request]
    ) -> RequestAuth | None:
        """Return the object of a request whose result is remembered; None to authenticate it.

        Args:
            key: What the result depends on; None for a request that is never remembered.
            make_request: Makes the request, when it is first needed.
        """
        client = self._client_of_all
        if key is None or client is None:
            return None
        flows = client.authenticator.recall(key, make_request)
        return None if flows is None else RequestAuth(client, flows)

    def request_auth(self, request: Request, key: RecallKey | None = None) -> RequestAuth:
        """Authenticate a request with the client of its instance; it may open a WebSocket.

        Args:
            request: The request.
            key: What to remember its result by; None not to remember it.
        """
        if self._skips(request):
            return SkippedRequestAuth(self._clients.only)
        client = self._client_of(request)
        if key is not None and self._client_of_all is None:
            flows = client.authenticator.recall(key, lambda: request)
            if flows is not None:
                return RequestAuth(client, flows)
        auth = RequestAuth.authenticate(client, upgraded_request(request, client.settings))
        client.authenticator.remember(key, auth.state)
        return auth

    def _client_of(self, request: Request) -> Clerk:
        if self._options_for is None:
            return self._clients.only()
        options = self._options_for(with_one_host(request))
        if isawaitable(options):
            raise _not_awaited(options)
        return self._clients.of(options)

    def warn_of_unguarded(self, views: Iterable[object]) -> None:
        """Log a warning for views whose `@require_auth` has no effect, on the first call only.

        Args:
            views: The views of all routes.
        """
        if not self._has_warned:
            self._has_warned = True
            warn_of_unguarded(views)

    def close(self) -> None:
        """Close the connections to Clerk."""
        if self.endpoints is not None:
            self.endpoints.close()
        if self._clients.first is not None:
            self._clients.first.close()


class AsyncInstallation:
    """Clerk in an application that awaits.

    Args:
        options: The options of the installation.

    Raises:
        ConfigurationError: A key is missing, unless `options_for` returns the keys; or a value can
            never work.
        TypeError: An option does not exist or has the wrong type.
    """

    def __init__(self, **options: Unpack[AsyncInstallOptions]) -> None:
        self._options_for = options.get("options_for")
        self._query = options.get("websocket_query")
        self._subprotocol = options.get("websocket_subprotocol")
        self._skips = skips(options.get("skip"))
        factory = ClientFactory(options, AsyncInstallOptions, httpx.AsyncBaseTransport)
        depend_on_request = self._options_for is not None
        self._clients = Clients(factory.async_clerk, depend_on_request=depend_on_request)
        is_plain = not depend_on_request and options.get("skip") is None
        self._client_of_all = self._clients.only() if is_plain else None
        self.endpoints: AsyncEndpoints | None = factory.async_endpoints(
            self._client_of, self._clients.first
        )

    @property
    def client(self) -> AsyncClerk:
        """The client for all requests; raises `ConfigurationError` with `options_for`."""
        return self._clients.only()

    def recall(
        self, key: RecallKey | None, make_request: Callable[[], Request]
    ) -> AsyncRequestAuth | None:
        """Return the object of a request whose result is remembered; None to authenticate it.

        Args:
            key: What the result depends on; None for a request that is never remembered.
            make_request: Makes the request, when it is first needed.
        """
        client = self._client_of_all
        if key is None or client is None:
            return None
        flows = client.authenticator.recall(key, make_request)
        return None if flows is None else AsyncRequestAuth(client, flows)

    async def request_auth(
        self, request: Request, key: RecallKey | None = None
    ) -> AsyncRequestAuth:
        """Authenticate a request with the client of its instance.

        Args:
            request: The request.
            key: What to remember its result by; None not to remember it.
        """
        if self._skips(request):
            return AsyncSkippedRequestAuth(self._clients.only)
        client = await self._client_of(request)
        if key is not None and self._client_of_all is None:
            flows = client.authenticator.recall(key, lambda: request)
            if flows is not None:
                return AsyncRequestAuth(client, flows)
        received = upgraded_request(request, client.settings)
        auth = await AsyncRequestAuth.authenticate(client, received)
        client.authenticator.remember(key, auth.state)
        return auth

    async def authenticate_websocket(self, request: Request) -> tuple[AsyncRequestAuth, str | None]:
        """Authenticate a WebSocket; return also the subprotocol that its token came in, or None.

        A WebSocket cannot be redirected: it is signed out instead.
        """
        if self._skips(request):
            return AsyncSkippedRequestAuth(self._clients.only), None
        client = await self._client_of(request)
        read, subprotocol = websocket_request(
            request, client.settings, self._query, self._subprotocol
        )
        return await AsyncRequestAuth.authenticate(client, read), subprotocol

    async def _client_of(self, request: Request) -> AsyncClerk:
        if self._options_for is None:
            return self._clients.only()
        options = self._options_for(with_one_host(request))
        return self._clients.of(await options if isawaitable(options) else options)

    async def close(self) -> None:
        """Close the connections to Clerk."""
        if self.endpoints is not None:
            await self.endpoints.close()
        if self._clients.first is not None:
            await self._clients.first.close()


def _not_awaited(options: object = None) -> TypeError:
    if iscoroutine(options):
        # Otherwise Python would also warn that it was never awaited.
        options.close()
    return TypeError(
        "options_for must not be a coroutine function here: this installation does not await"
    )
