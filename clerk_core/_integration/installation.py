"""Clerk as it is installed in one application: which client answers for a request.

Mostly one for all; with `options_for` one for each set of options, such as the keys of a tenant.
What the adapters install is this; it knows no framework.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import asdict
from hashlib import sha256
from inspect import isawaitable, iscoroutine, iscoroutinefunction
from typing import Any, Generic, TypeVar, cast

import httpx

from clerk_core._arguments import check_names
from clerk_core._authentication.request.host import with_one_host
from clerk_core._authentication.request.websocket import upgraded_request, websocket_request
from clerk_core._authentication.steps.memory import RecallKey
from clerk_core._client import DEADLINE, RETRIES, AsyncClerk, Clerk
from clerk_core._compat import Unpack
from clerk_core._frozen import Secret
from clerk_core._http.connections import check_sending
from clerk_core._integration.guards import warn_of_unguarded
from clerk_core._integration.options import AsyncInstallOptions, InstallOptions
from clerk_core._integration.plugins.loading import load_observers
from clerk_core._integration.request_auth import AsyncRequestAuth, RequestAuth
from clerk_core._integration.skip import AsyncSkippedRequestAuth, SkippedRequestAuth, skips
from clerk_core._messages import Request
from clerk_core._settings.checks import check_limits
from clerk_core._settings.settings import Options, OrganizationSyncOptions
from clerk_core._settings.sources import merge_options
from clerk_core.errors import ConfigurationError

_MOST_CLIENTS = 1024
_FIRST = "first"

AnyClerk = TypeVar("AnyClerk")


class _Clients(Generic[AnyClerk]):
    """The clients that were made, by their options; `make` is told one to share with."""

    def __init__(
        self, make: Callable[[Options, AnyClerk | None], AnyClerk], *, depend_on_request: bool
    ) -> None:
        self._make = make
        self._made: dict[str, AnyClerk] = {}
        # Its connections are those of all: no more than one, whatever threads make at a time.
        self._first: dict[str, AnyClerk] = {} if depend_on_request else {_FIRST: make({}, None)}
        self._depend_on_request = depend_on_request

    @property
    def first(self) -> AnyClerk | None:
        """The client whose connections all use, if one was made; closing it closes all."""
        return self._first.get(_FIRST)

    def only(self) -> AnyClerk:
        """The client for all requests; raises `ConfigurationError` where it depends on them."""
        if self._depend_on_request:
            raise ConfigurationError(
                "With options_for, which client it is depends on the request. Ask within one.",
                code="client-depends-on-request",
            )
        return self._first[_FIRST]

    def of(self, options: Options) -> AnyClerk:
        """The client of these options, made when they are first met."""
        key = _key(options)
        client = self._made.get(key)
        if client is None:
            if len(self._made) >= _MOST_CLIENTS:
                # Of a copy: another thread may make one meanwhile.
                self._made.pop(next(iter(self._made.copy())), None)
            client = self._made.setdefault(key, self._make_sharing(options))
        return client

    def _make_sharing(self, options: Options) -> AnyClerk:
        first = self.first
        if first is None:
            made = self._make(options, None)
            first = self._first.setdefault(_FIRST, made)
            if first is made:
                return made
        return self._make(options, first)


def _key(options: object) -> str:
    """What stands for these options, and tells none of them."""
    if not isinstance(options, Mapping):
        raise TypeError(
            f"options_for must return a dictionary of options, not {type(options).__name__}"
        )
    return sha256(json.dumps(options, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, OrganizationSyncOptions):
        return asdict(value)
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    if isinstance(value, Set):
        return sorted(cast("Iterable[Any]", value))
    # What can be gone through but once would be another option for each who looks at it.
    kind = type(value).__name__
    raise TypeError(f"options_for must return texts, numbers, lists and mappings, and no {kind}")


class _Making:
    """What makes the clients of an installation: its own options, and what all of them share."""

    def __init__(
        self,
        options: InstallOptions | AsyncInstallOptions,
        known: type[object],
        transport: type[object],
    ) -> None:
        check_names("Clerk has no option", options, known.__annotations__)
        _check_options_for(options.get("options_for"))
        own = {name: value for name, value in options.items() if name in Options.__annotations__}
        self._options = Secret(cast("Options", own))
        self._timeout = options.get("timeout", DEADLINE)
        self._retries = options.get("retries", RETRIES)
        self._transport: Any = options.get("transport")
        # Here, because with options_for no client is made before the first request.
        check_limits(self._timeout, self._retries)
        check_sending(self._transport, transport, self._options.value)
        self._observers = load_observers(options.get("plugins", ()))

    def clerk(self, options: Options, sharing: Clerk | None) -> Clerk:
        return Clerk(sharing=sharing, **self._arguments(options))

    def async_clerk(self, options: Options, sharing: AsyncClerk | None) -> AsyncClerk:
        return AsyncClerk(sharing=sharing, **self._arguments(options))

    def _arguments(self, options: Options) -> dict[str, Any]:
        check_names("options_for returned an unknown option", options, Options.__annotations__)
        return {
            "timeout": self._timeout,
            "retries": self._retries,
            "transport": self._transport,
            "observers": self._observers,
            **merge_options(self._options.value, options),
        }


def _check_options_for(options_for: object) -> None:
    if options_for is not None and not callable(options_for):
        kind = type(options_for).__name__
        raise TypeError(f"options_for must be a function from a request to options, not {kind}")


class Installation:
    """Clerk in an application that waits.

    Raises `ConfigurationError` when a key is missing, unless `options_for` has to tell it.
    """

    def __init__(self, **options: Unpack[InstallOptions]) -> None:
        self._options_for = options.get("options_for")
        if iscoroutinefunction(self._options_for):
            raise _not_awaited()
        self._skips = skips(options.get("skip"))
        making = _Making(options, InstallOptions, httpx.BaseTransport)
        self._clients = _Clients(making.clerk, depend_on_request=self._options_for is not None)
        is_plain = self._options_for is None and options.get("skip") is None
        self._client_of_all = self._clients.only() if is_plain else None
        self._has_warned = False

    @property
    def client(self) -> Clerk:
        """The client for all requests; raises `ConfigurationError` where it depends on them."""
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
        """Warn of views that a router holds without their guard; the first time only."""
        if not self._has_warned:
            self._has_warned = True
            warn_of_unguarded(views)

    def close(self) -> None:
        """Close the connections to Clerk."""
        if self._clients.first is not None:
            self._clients.first.close()


class AsyncInstallation:
    """Clerk in an application that awaits; the rest is as in `Installation`."""

    def __init__(self, **options: Unpack[AsyncInstallOptions]) -> None:
        self._options_for = options.get("options_for")
        self._query = options.get("websocket_query")
        self._subprotocol = options.get("websocket_subprotocol")
        self._skips = skips(options.get("skip"))
        making = _Making(options, AsyncInstallOptions, httpx.AsyncBaseTransport)
        depend_on_request = self._options_for is not None
        self._clients = _Clients(making.async_clerk, depend_on_request=depend_on_request)
        is_plain = not depend_on_request and options.get("skip") is None
        self._client_of_all = self._clients.only() if is_plain else None

    @property
    def client(self) -> AsyncClerk:
        """The client for all requests; raises `ConfigurationError` where it depends on them."""
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
        if self._clients.first is not None:
            await self._clients.first.close()


def _not_awaited(options: object = None) -> TypeError:
    if iscoroutine(options):
        # Or Python would warn of it, too.
        options.close()
    return TypeError("options_for must be a plain function here: nothing awaits it")
