"""The clients of an installation: one for all requests, or one for each set of options.

It knows no request and no framework.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Set
from typing import Any, Generic, TypeVar, cast

from clerk_core._arguments import check_names
from clerk_core._authentication.tokens.keyring import MAX_INSTANCES
from clerk_core._client import DEADLINE, RETRIES, AsyncClerk, Clerk
from clerk_core._frozen import Secret
from clerk_core._http.connections import check_sending
from clerk_core._http.streams import StreamSender
from clerk_core._integration.endpoints import AsyncEndpoints, Endpoints
from clerk_core._integration.frontend_api_proxy import (
    AsyncFrontendApiProxy,
    FrontendApiProxy,
    check_proxy,
    read_proxy_path,
)
from clerk_core._integration.options import AsyncInstallOptions, InstallOptions
from clerk_core._integration.plugins.loading import load_observers
from clerk_core._messages import Request
from clerk_core._problems import ProblemLog
from clerk_core._settings.checks import check_limits
from clerk_core._settings.settings import Options, OrganizationSyncOptions
from clerk_core._settings.sources import merge_options
from clerk_core.caching._senders import check_sync
from clerk_core.caching._views import open_cache
from clerk_core.errors import ConfigurationError

MAX_CLIENTS = MAX_INSTANCES
"""How many clients are kept. One takes about 4 KB, with its keys."""
_FIRST = "first"

AnyClerk = TypeVar("AnyClerk")


class Clients(Generic[AnyClerk]):
    """The clients of one installation.

    Threads share it without a lock: its operations are atomic in a dictionary.

    Args:
        make: Makes a client from options. It is given a client to share connections and keys with,
            or None for the first.
        depend_on_request: Whether each request has its own options.
    """

    def __init__(
        self, make: Callable[[Options, AnyClerk | None], AnyClerk], *, depend_on_request: bool
    ) -> None:
        self._make = make
        # The keys are options, so they contain secrets. The least recently used comes first.
        self._made: Secret[OrderedDict[Hashable, AnyClerk]] = Secret(OrderedDict())
        # At most one, also if several threads make clients at the same time.
        self._first: dict[str, AnyClerk] = {} if depend_on_request else {_FIRST: make({}, None)}
        self._depend_on_request = depend_on_request

    @property
    def first(self) -> AnyClerk | None:
        """The first client, which all others share connections with; None if there is none yet."""
        return self._first.get(_FIRST)

    def only(self) -> AnyClerk:
        """Return the client for all requests.

        Raises:
            ConfigurationError: Each request has its own options.
        """
        if self._depend_on_request:
            raise ConfigurationError(
                "With options_for, the client depends on the request. Ask for it in a request.",
                code="client-depends-on-request",
            )
        return self._first[_FIRST]

    def of(self, options: Options) -> AnyClerk:
        """Return the client of these options. Equal options get the same client.

        Raises:
            TypeError: The options are not a mapping, or a value cannot be compared.
        """
        made, key = self._made.value, _key(options)
        client = made.get(key)
        if client is None:
            # A copy: the mapping may change before the client is made.
            options = cast("Options", _copy(options))
            client = made.setdefault(_key(options), self._make_sharing(options))
            while len(made) > MAX_CLIENTS:
                made.popitem(last=False)
            return client
        try:
            made.move_to_end(key)
        except KeyError:
            # Another thread has dropped it meanwhile.
            made[key] = client
        return client

    def _make_sharing(self, options: Options) -> AnyClerk:
        first = self.first
        if first is None:
            made = self._make(options, None)
            first = self._first.setdefault(_FIRST, made)
            if first is made:
                return made
        return self._make(options, first)


def _key(options: object) -> Hashable:
    """Return a key that is equal for equal options only, and does not change with them."""
    if not isinstance(options, Mapping):
        raise TypeError(
            f"options_for must return a dictionary of options, not {type(options).__name__}"
        )
    return _mapping_key(cast("Mapping[object, object]", options))


def _mapping_key(mapping: Mapping[object, object]) -> Hashable:
    return frozenset([(name, _value_key(value)) for name, value in mapping.items()])


def _value_key(value: object) -> Hashable:
    if value is None or type(value) is str:
        return value
    if isinstance(value, str):
        # The text itself: a subclass may define how it is shown and compared.
        return str.__str__(value)
    if isinstance(value, (int, float)):
        # With its type: 1, 1.0 and True are equal.
        return type(value), value
    if isinstance(value, (list, tuple)):
        return tuple([_value_key(item) for item in cast("list[object]", value)])
    if isinstance(value, OrganizationSyncOptions):
        return type(value), value.organization_patterns, value.personal_account_patterns
    if isinstance(value, Mapping):
        return Mapping, _mapping_key(cast("Mapping[object, object]", value))
    if isinstance(value, Set):
        return frozenset([_value_key(item) for item in cast("Set[object]", value)])
    # An iterator would be exhausted, and an object may change unnoticed.
    raise TypeError(
        f"options_for must return texts, numbers, lists and mappings, not {type(value).__name__}"
    )


def _copy(value: object) -> object:
    if isinstance(value, Mapping):
        return {k: _copy(v) for k, v in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list):
        return tuple(cast("list[object]", value))
    if isinstance(value, Set):
        return frozenset(cast("Set[object]", value))
    return value


class ClientFactory:
    """Makes the clients of an installation from its options and those of a request.

    Args:
        options: The options of the installation.
        known: The type of the options, whose names exist.
        transport: The class of transports for this kind of client.

    Raises:
        ConfigurationError: A value can never work.
        TypeError: An option does not exist or has the wrong type.
    """

    def __init__(
        self,
        options: InstallOptions | AsyncInstallOptions,
        known: type[object],
        transport: type[object],
    ) -> None:
        check_names("Clerk has no option", options, known.__annotations__)
        _check_options_for(options.get("options_for"))
        own: dict[str, Any] = {
            name: value for name, value in options.items() if name in Options.__annotations__
        }
        self.proxy_path = read_proxy_path(
            options.get("frontend_api_proxy"), options.get("proxy_url")
        )
        if self.proxy_path is not None and not (
            own.get("proxy_url") or os.environ.get("CLERK_PROXY_URL")
        ):
            own["proxy_url"] = self.proxy_path
        self._options = Secret(cast("Options", own))
        self._timeout = options.get("timeout", DEADLINE)
        self._retries = options.get("retries", RETRIES)
        self._transport: Any = options.get("transport")
        # Opened here, so that a malformed URL is reported when the application starts.
        self._revocation = options.get("revocation", False)
        self._cache: Any = open_cache(options.get("cache"), os.environ)
        if known is InstallOptions:
            check_sync(self._cache)
        # Here, because with options_for no client is made before the first request.
        check_limits(self._timeout, self._retries)
        check_sending(self._transport, transport, self._options.value)
        self._observers = load_observers(options.get("plugins", ()))

    def clerk(self, options: Options, sharing: Clerk | None) -> Clerk:
        """Return a client for code that waits."""
        return Clerk(sharing=sharing, **self._arguments(options))

    def async_clerk(self, options: Options, sharing: AsyncClerk | None) -> AsyncClerk:
        """Return a client for code that awaits."""
        return AsyncClerk(sharing=sharing, **self._arguments(options))

    def endpoints(
        self, client_of: Callable[[Request], Clerk], clerk: Clerk | None
    ) -> Endpoints | None:
        """Return what an installation that waits answers itself; None if that is nothing.

        Args:
            client_of: Returns the client of the instance that a request belongs to.
            clerk: The client of all requests, if there is one.
        """
        proxy, has_metadata = None, _may_be_oauth_resource(clerk)
        if self.proxy_path is not None:
            sender = StreamSender(self._timeout, self._transport, ProblemLog())
            check_proxy(sender, clerk)
            proxy = FrontendApiProxy(self.proxy_path, client_of, sender)
        return Endpoints(proxy, has_metadata, client_of) if proxy or has_metadata else None

    def async_endpoints(
        self, client_of: Callable[[Request], Awaitable[AsyncClerk]], clerk: AsyncClerk | None
    ) -> AsyncEndpoints | None:
        """Return what an installation that awaits answers itself; None if that is nothing.

        Args:
            client_of: Awaits the client of the instance that a request belongs to.
            clerk: The client of all requests, if there is one.
        """
        proxy, has_metadata = None, _may_be_oauth_resource(clerk)
        if self.proxy_path is not None:
            from clerk_core._http.async_streams import AsyncStreamSender

            sender = AsyncStreamSender(self._timeout, self._transport, ProblemLog())
            check_proxy(sender, clerk)
            proxy = AsyncFrontendApiProxy(self.proxy_path, client_of, sender)
        return AsyncEndpoints(proxy, has_metadata, client_of) if proxy or has_metadata else None

    def _arguments(self, options: Options) -> dict[str, Any]:
        check_names("options_for returned an unknown option", options, Options.__annotations__)
        return {
            "timeout": self._timeout,
            "retries": self._retries,
            "transport": self._transport,
            "cache": self._cache,
            "revocation": self._revocation,
            "observers": self._observers.of_requests,
            "call_observers": self._observers.of_calls,
            **merge_options(self._options.value, options),
        }


def _may_be_oauth_resource(clerk: Clerk | AsyncClerk | None) -> bool:
    # Without a client of all requests, the options of a request may have a resource.
    return clerk is None or clerk.settings.oauth_resource is not None


def _check_options_for(options_for: object) -> None:
    if options_for is not None and not callable(options_for):
        kind = type(options_for).__name__
        raise TypeError(f"options_for must be a function from a request to options, not {kind}")
