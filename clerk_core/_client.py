"""Define `Clerk` and `AsyncClerk`, the sync and the async client of one Clerk instance.

A client owns the settings, the keys and the connections, and runs flows with them.
"""

from __future__ import annotations

import copy
import logging
import os
from collections.abc import Callable, Iterable
from typing import Any, Generic, NoReturn, TypeVar, cast
from weakref import WeakSet

import httpx

from clerk_core import _clock
from clerk_core._api.api_call import CallObserver
from clerk_core._api.modes import AsyncMode, Operations, SyncMode, VerifyM2M
from clerk_core._api.resources import Resources
from clerk_core._arguments import check_keywords
from clerk_core._authentication.request.token_kinds import AcceptsToken
from clerk_core._authentication.response.request_flows import Authenticator
from clerk_core._authentication.result.state import Observer, RequestState
from clerk_core._authentication.steps.memory import ResultMemory
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._authentication.tokens.machine_token import verify_m2m_jwt
from clerk_core._authentication.tokens.revoked import Revocation
from clerk_core._compat import Self, Unpack
from clerk_core._flow import Flow, named, run, run_async
from clerk_core._http.sending import BaseSender
from clerk_core._http.transport import Sender
from clerk_core._messages import Request
from clerk_core._observers import Observers
from clerk_core._request_methods import AsyncRequestMethods, RequestMethods
from clerk_core._revocation.events import revocation_of
from clerk_core._revocation.revocations import Poller, Revocations
from clerk_core._settings.checks import keys_seem_mismatched
from clerk_core._settings.settings import Options, Settings
from clerk_core._settings.sources import ignored_variables
from clerk_core._strict_coroutine import StrictCoroutine
from clerk_core._token_methods import AsyncTokenMethods, TokenMethods
from clerk_core._verify_webhook import check_webhook_secret
from clerk_core._webhooks import WebhookEvent
from clerk_core.caching import AsyncCache, Cache
from clerk_core.caching._senders import (
    AsyncCachingSender,
    CachingSender,
    SharedCache,
    check_sync,
    open_shared,
)
from clerk_core.caching._views import in_thread, is_async
from clerk_core.errors import ConfigurationError

T = TypeVar("T")
M = TypeVar("M", bound="SyncMode | AsyncMode")
S = TypeVar("S", bound=BaseSender)

DEADLINE = 10.0
"""The default deadline of a call in seconds, including retries."""
RETRIES = 2
"""The default maximum number of retries of a call."""

_log = logging.getLogger("clerk_core")
_keyrings: WeakSet[Keyring] = WeakSet()


def _forget_flights() -> None:
    for keyring in list(_keyrings):
        keyring.forget_flights()


# A forked child never receives the responses to requests of its parent.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_flights)


def _settings(options: Options, is_first: bool) -> Settings:
    settings = Settings.from_environ(os.environ, **options)
    # Warn only once: the other clients of an installation share with the first one.
    if is_first:
        check_webhook_secret(os.environ)
        for sentence in ignored_variables(os.environ):
            _log.warning("%s", sentence, extra={"event": "clerk.variable_ignored"})
        if keys_seem_mismatched(settings):
            _log.warning(
                "The publishable key and the secret key belong to different instances, one in "
                "development and one in production, so nobody can sign in. Copy "
                "CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY of one instance from the Clerk "
                "dashboard.",
                extra={"event": "clerk.keys_mismatched"},
            )
    return settings


def _authenticator(
    settings: Settings, report: Observers, shared: Authenticator | None, *, blocking: bool
) -> Authenticator:
    keyring = shared.keyring if shared else Keyring(blocking=blocking)
    memory = shared.memory if shared else ResultMemory()
    return Authenticator(
        settings, keyring, memory, _clock.now, report, is_observed=report.has_observers
    )


def _poller_of(shared_cache: SharedCache | None) -> Poller:
    if shared_cache is None or is_async(shared_cache.cache):
        raise ConfigurationError(
            "revocation=True needs a cache that all processes share. Pass cache= or set "
            "CLERK_CACHE_URL. An AsyncCache does not suffice, because a thread reads it.",
            code="revocation-needs-cache",
        )
    return shared_cache.companion(Poller)


def _check_arguments(kind: type, misplaced: tuple[object, ...], options: Options) -> None:
    if misplaced:
        raise TypeError(
            f"{kind.__name__}() of clerk_core takes keyword arguments only, such as secret_key=. "
            "It is the client of the Backend API. To install Clerk in an application, call "
            "clerk_core.install(app), or use a module such as clerk_core.flask."
        )
    check_keywords(kind.__name__, options, Options.__annotations__)


class _BaseClerk(Resources[M], Generic[M, S]):
    """The base of both clients: settings, keys and connections."""

    settings: Settings
    authenticator: Authenticator
    _send: S
    _shared_cache: SharedCache | None
    _revocations: Revocations | None = None
    _counterpart: Any = None

    def _set_up(
        self, authenticator: Authenticator, send: S, shared_cache: SharedCache | None
    ) -> None:
        settings, keyring = authenticator.settings, authenticator.keyring
        send.check(settings.api_url)
        if settings.jwt_key is not None:
            # Report a malformed key when the application starts, not with the first request.
            keyring.read_pem(settings.jwt_key)
        _keyrings.add(keyring)
        self.settings = settings
        self.authenticator = authenticator
        self.verify_m2m: VerifyM2M = lambda token: verify_m2m_jwt(
            token, settings, authenticator.clock(), keyring
        )
        self._send = send
        self._shared_cache = shared_cache

    def _start_revocation(self, revocation: bool) -> None:
        if revocation:
            same = self.authenticator
            self._revocations = Revocations(
                same.settings, same.memory, _poller_of(self._shared_cache), same.clock
            )
            same.revocations = self._revocations

    def _revocation_of(self, event: WebhookEvent) -> tuple[Revocations, Revocation | None]:
        if self._revocations is None:
            raise ConfigurationError(
                "revoke_from() needs the option revocation=True.", code="revocation-off"
            )
        return self._revocations, revocation_of(event, self.authenticator.clock())

    def with_options(self, *, timeout: float | None = None, retries: int | None = None) -> Self:
        """Return a client with other limits for its calls.

        Everything else is shared. Closing one client closes the connections of both.

        Args:
            timeout: The deadline of a call in seconds, including retries; None for no change.
            retries: The maximum number of retries of a call; None for no change.

        Raises:
            ConfigurationError: A limit is of another type or out of range.
        """
        other = copy.copy(self)
        for name, value in list(vars(other).items()):
            # Resources belong to the client that they were created for.
            if name == "_counterpart" or isinstance(value, Operations):
                del other.__dict__[name]
        other._send = self._send.limited(timeout, retries)
        return other

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.settings.publishable_key or 'no publishable key'})"


class Clerk(TokenMethods, RequestMethods, _BaseClerk[SyncMode, Sender]):
    """The synchronous client of one Clerk instance. Threads can share it.

    Options that are not given are read from the `CLERK_…` environment variables.

    Args:
        timeout: The deadline of each call in seconds, including retries.
        retries: The maximum number of retries of a call. Only calls that are safe to repeat are
            retried.
        transport: An httpx transport to send requests with.
        cache: A cache to share with other processes, or its URL; `CLERK_CACHE_URL` if None.
        revocation: Whether to refuse session tokens of sessions that ended, see `revoke_from`.
        sharing: Another client whose connections, keys and cache to use; its instance may differ.
        observers: Functions that are called with the result of each authenticated request.
        call_observers: Functions that are called after each call of Clerk's API.
        options: The options of the instance, such as `secret_key`.

    Raises:
        ConfigurationError: A key is missing or malformed, or the cache cannot be opened.
    """

    mode_type: Callable[[Any], SyncMode] = SyncMode

    def __init__(
        self,
        *misplaced: NoReturn,
        timeout: float = DEADLINE,
        retries: int = RETRIES,
        transport: httpx.BaseTransport | None = None,
        cache: Cache | str | None = None,
        revocation: bool = False,
        sharing: Clerk | None = None,
        observers: Iterable[Observer] = (),
        call_observers: Iterable[CallObserver] = (),
        **options: Unpack[Options],
    ) -> None:
        _check_arguments(type(self), misplaced, options)
        settings = _settings(options, is_first=sharing is None)
        send = (
            sharing._send.limited(timeout, retries)
            if sharing
            else Sender(timeout, transport, retries=retries)
        )
        if sharing is None:
            send.call_observers = tuple(call_observers)
        report = Observers(observers, send.problems)
        shared = sharing.authenticator if sharing else None
        check_sync(cache)
        shared_cache = (
            sharing._shared_cache if sharing else open_shared(cache, os.environ, send.problems)
        )
        authenticator = _authenticator(settings, report, shared, blocking=True)
        self._set_up(authenticator, send, shared_cache)
        self._start_revocation(revocation)

    def to_async(self) -> AsyncClerk:
        """Return an `AsyncClerk` with the same settings that shares keys, caches and connections.

        Its calls run in worker threads, so it can be used in event loops that end, such as those of
        `asyncio.run()` and of coroutine functions in a framework that waits.
        """
        if self._counterpart is None:
            other = AsyncClerk.__new__(AsyncClerk)
            same = self.authenticator
            send = self._send.to_async()
            authenticator = same.with_keyring(same.keyring.with_blocking(False))
            other._set_up(authenticator, send, self._shared_cache)
            other._revocations = self._revocations
            other._counterpart = self
            self._counterpart = other
        return cast("AsyncClerk", self._counterpart)

    def run(self, flow: Flow[T]) -> T:
        """Run a flow with the connections of this client, and return its value.

        Raises:
            ClerkError: The flow failed.
        """
        shared_cache = self._shared_cache
        if shared_cache is None:
            return run(flow, self._send)
        return run(flow, CachingSender(self._send, shared_cache, self._send.call_observers))

    def authenticate(
        self, request: Request, *, accepts_token: AcceptsToken = "session_token"
    ) -> RequestState:
        """Authenticate a request.

        Args:
            request: The request as the application received it.
            accepts_token: The kinds of token to accept.

        Returns:
            The result. Invalid tokens do not raise exceptions.

        Raises:
            ConfigurationError: A key is malformed, or a required key is missing.
        """
        return self.run(self.authenticator.authenticate_once(request, accepts_token))

    def revoke_from(self, event: WebhookEvent) -> bool:
        """Refuse the session tokens that an event revokes, in all processes within a second.

        Call it in the webhook of `session.ended`, `session.removed`, `session.revoked`,
        `user.deleted` and `user.updated`. Other events have no effect.

        Args:
            event: The verified event.

        Returns:
            Whether the event revokes any tokens.

        Raises:
            ConfigurationError: The option `revocation` is not set.
            TransportError: The cache is away. Let the exception make the webhook fail, so that
                Clerk sends it again. This process refuses the tokens already.
        """
        revocations, revocation = self._revocation_of(event)
        if revocation is not None:
            revocations.publish(revocation)
        return revocation is not None

    def close(self) -> None:
        """Close the connections to Clerk. The next call opens new ones."""
        if self._revocations is not None:
            self._revocations.close()
        if self._shared_cache is not None:
            self._shared_cache.close()
        self._send.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClerk(AsyncTokenMethods, AsyncRequestMethods, _BaseClerk[AsyncMode, Any]):
    """The asynchronous client of one Clerk instance. Tasks can share it.

    Options that are not given are read from the `CLERK_…` environment variables.

    Args:
        timeout: The deadline of each call in seconds, including retries.
        retries: The maximum number of retries of a call. Only calls that are safe to repeat are
            retried.
        transport: An httpx transport to send requests with.
        cache: A cache to share with other processes, or its URL; `CLERK_CACHE_URL` if None.
        revocation: Whether to refuse session tokens of sessions that ended, see `revoke_from`.
        sharing: Another client whose connections, keys and cache to use; its instance may differ.
        observers: Functions that are called with the result of each authenticated request.
        call_observers: Functions that are called after each call of Clerk's API.
        options: The options of the instance, such as `secret_key`.

    Raises:
        ConfigurationError: A key is missing or malformed, or the cache cannot be opened.
    """

    mode_type: Callable[[Any], AsyncMode] = AsyncMode

    def __init__(
        self,
        *misplaced: NoReturn,
        timeout: float = DEADLINE,
        retries: int = RETRIES,
        transport: httpx.AsyncBaseTransport | None = None,
        cache: Cache | AsyncCache | str | None = None,
        revocation: bool = False,
        sharing: AsyncClerk | None = None,
        observers: Iterable[Observer] = (),
        call_observers: Iterable[CallObserver] = (),
        **options: Unpack[Options],
    ) -> None:
        _check_arguments(type(self), misplaced, options)
        # Imported here, because it imports asyncio.
        from clerk_core._http.async_transport import AsyncSender

        settings = _settings(options, is_first=sharing is None)
        send = (
            sharing._send.limited(timeout, retries)
            if sharing
            else AsyncSender(timeout, transport, retries=retries)
        )
        if sharing is None:
            send.call_observers = tuple(call_observers)
        report = Observers(observers, send.problems)
        shared = sharing.authenticator if sharing else None
        shared_cache = (
            sharing._shared_cache if sharing else open_shared(cache, os.environ, send.problems)
        )
        authenticator = _authenticator(settings, report, shared, blocking=False)
        self._set_up(authenticator, send, shared_cache)
        self._start_revocation(revocation)

    def to_sync(self) -> Clerk:
        """Return a `Clerk` with the same settings that shares the keys and caches.

        It has connections of its own, which are closed with those of this client. It cannot use an
        `AsyncCache`.

        Raises:
            ConfigurationError: `transport` is not synchronous.
        """
        if self._counterpart is None:
            other = Clerk.__new__(Clerk)
            same = self.authenticator
            send = self._send.to_sync()
            authenticator = same.with_keyring(same.keyring.with_blocking(True))
            other._set_up(authenticator, send, self._shared_cache)
            other._revocations = self._revocations
            other._counterpart = self
            self._counterpart = other
        return cast("Clerk", self._counterpart)

    def run(self, flow: Flow[T]) -> StrictCoroutine[T]:
        """Run a flow with the connections of this client. Await its value.

        Raises:
            ClerkError: The flow failed.
        """
        name = getattr(flow, "__qualname__", "AsyncClerk.run")
        send, shared_cache = self._send, self._shared_cache
        if shared_cache is not None:
            send = AsyncCachingSender(send, shared_cache, send.call_observers)
        return StrictCoroutine(named(run_async(flow, send), name), f"{name}()")

    def authenticate(
        self, request: Request, *, accepts_token: AcceptsToken = "session_token"
    ) -> StrictCoroutine[RequestState]:
        """Authenticate a request. Await the result.

        Args:
            request: The request as the application received it.
            accepts_token: The kinds of token to accept.

        Returns:
            The result. Invalid tokens do not raise exceptions.

        Raises:
            ConfigurationError: A key is malformed, or a required key is missing.
        """
        flow = self.authenticator.authenticate_once(request, accepts_token)
        return StrictCoroutine(self.run(named(flow, "AsyncClerk.authenticate")), "authenticate()")

    def revoke_from(self, event: WebhookEvent) -> StrictCoroutine[bool]:
        """Refuse the session tokens that an event revokes, in all processes within a second.

        Await it in the webhook of `session.ended`, `session.removed`, `session.revoked`,
        `user.deleted` and `user.updated`. Other events have no effect.

        Args:
            event: The verified event.

        Returns:
            Whether the event revokes any tokens.

        Raises:
            ConfigurationError: The option `revocation` is not set.
            TransportError: The cache is away. Let the exception make the webhook fail, so that
                Clerk sends it again. This process refuses the tokens already.
        """
        return StrictCoroutine(self._revoke_from(event), "revoke_from()")

    async def _revoke_from(self, event: WebhookEvent) -> bool:
        revocations, revocation = self._revocation_of(event)
        if revocation is not None:
            await in_thread(revocations.publish, revocation)
        return revocation is not None

    async def close(self) -> None:
        """Close the connections of the running event loop. The next call opens new ones."""
        if self._revocations is not None:
            self._revocations.close()
        if self._shared_cache is not None:
            self._shared_cache.close()
        await self._send.close()

    async def aclose(self) -> None:
        """Close the connections like `close`, for `contextlib.aclosing`."""
        await self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
