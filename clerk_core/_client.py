"""`Clerk` and `AsyncClerk`: the same flows, run by a caller that waits and one that awaits.

They own what lasts: the settings, the keyring, the connections. What they do is decided elsewhere.
"""

from __future__ import annotations

import copy
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, TypeVar
from weakref import WeakSet

import httpx

from clerk_core._api.modes import AsyncMode, Operations, SyncMode, VerifyM2M
from clerk_core._api.resources import Resources
from clerk_core._arguments import check_keywords
from clerk_core._authentication.request.token_kinds import AcceptsToken
from clerk_core._authentication.response.request_flows import RequestFlows
from clerk_core._authentication.result import auth, state
from clerk_core._authentication.result.state import MachineOrNobody, Observer, RequestState
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._authentication.tokens.machine_token import verify_m2m_jwt
from clerk_core._compat import Self, Unpack
from clerk_core._flow import Flow, named, run, run_async
from clerk_core._http.transport import Sender
from clerk_core._messages import Request
from clerk_core._observers import Observers
from clerk_core._settings.checks import keys_seem_mismatched
from clerk_core._settings.settings import Options, Settings
from clerk_core._settings.sources import ignored_variables
from clerk_core._strict_coroutine import StrictCoroutine
from clerk_core._verify_webhook import check_webhook_secret

if TYPE_CHECKING:
    from clerk_core._http.async_transport import AsyncSender

T = TypeVar("T")
Token = TypeVar("Token")

Auth: TypeAlias = auth.SessionAuth[str | None] | auth.SignedOutAuth[str | None]
"""Who is asking, where a call waits for its result."""
MachineAuth: TypeAlias = MachineOrNobody[str | None]
"""Which program is asking, likewise."""
AnyAuth: TypeAlias = state.AnyAuth[str | None]
"""Who or which program is asking, where several kinds of token are accepted."""
AsyncAuth: TypeAlias = (
    auth.SessionAuth[Awaitable[str | None]] | auth.SignedOutAuth[Awaitable[str | None]]
)
"""Who is asking, where a call is awaited."""
AsyncMachineAuth: TypeAlias = MachineOrNobody[Awaitable[str | None]]
"""Which program is asking, likewise."""
AsyncAnyAuth: TypeAlias = state.AnyAuth[Awaitable[str | None]]
"""Who or which program is asking, where several kinds of token are accepted, likewise."""

DEADLINE = 10.0
"""How long any one call of Clerk's API may take, in seconds, repeats and pauses included."""
RETRIES = 2
"""How often a call of an operation is repeated at most, where that is safe."""

_log = logging.getLogger("clerk_core")
_keyrings: WeakSet[Keyring] = WeakSet()


def _forget_flights() -> None:
    for keyring in list(_keyrings):
        keyring.forget_flights()


# What the parent was fetching at the fork never lands in the child.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_flights)


def _settings(options: Options, sharing: Clerk | AsyncClerk | None) -> Settings:
    settings = Settings.from_environ(os.environ, **options)
    # Once: of the clients of an installation, only the first shares with none.
    if sharing is None:
        check_webhook_secret(os.environ)
        for sentence in ignored_variables(os.environ):
            _log.warning("%s", sentence)
        if keys_seem_mismatched(settings):
            _log.warning(
                "The publishable key and the secret key are of two instances, one in development "
                "and one in production, so nobody can sign in. Copy CLERK_PUBLISHABLE_KEY and "
                "CLERK_SECRET_KEY of one instance from the Clerk dashboard."
            )
    return settings


def _keyring(settings: Settings, shared: Keyring | None, *, blocking: bool) -> Keyring:
    keyring = shared or Keyring(blocking=blocking)
    _keyrings.add(keyring)
    if settings.jwt_key is not None:
        # A key that is none stops the application when it starts, not its first request.
        keyring.read_pem(settings.jwt_key)
    return keyring


def _verifying_m2m(settings: Settings, keyring: Keyring) -> VerifyM2M:
    return lambda token: verify_m2m_jwt(token, settings, time.time(), keyring)


def _check_arguments(kind: type, misplaced: tuple[object, ...], options: Options) -> None:
    if misplaced:
        raise TypeError(
            f"{kind.__name__}() of clerk_core takes keyword arguments only, such as secret_key=. "
            "It is the client of the Backend API. To install Clerk in an application, call "
            "clerk_core.install(app), or use a module such as clerk_core.flask."
        )
    check_keywords(kind.__name__, options, Options.__annotations__)


def _without_resources(client: T) -> T:
    """A copy of a client whose resources are not yet made: each sends as the client it is of."""
    other = copy.copy(client)
    for name, value in list(vars(other).items()):
        if isinstance(value, Operations):
            del other.__dict__[name]
    return other


class Clerk(Resources[SyncMode]):
    """One Clerk instance, for synchronous code. Make one, and share it between threads.

    Options are those of `Settings`; what is left out comes from the `CLERK_…` variables. `timeout`
    is the deadline of every call in seconds, `retries` how often a call that failed is repeated at
    most within it, where that is safe (see `clerk_core._api.retries`). `transport` is an httpx
    transport to send through. `sharing` is another client whose connections and keyring to use; a
    keyring separates instances by their secret key, so the two may belong to different ones.
    `observers` are told every state that is decided. Raises `ConfigurationError` when a key is
    missing or malformed.
    """

    mode_type: Callable[[Any], SyncMode] = SyncMode

    def __init__(
        self,
        *misplaced: NoReturn,
        timeout: float = DEADLINE,
        retries: int = RETRIES,
        transport: httpx.BaseTransport | None = None,
        sharing: Clerk | None = None,
        observers: Iterable[Observer] = (),
        **options: Unpack[Options],
    ) -> None:
        _check_arguments(type(self), misplaced, options)
        self.settings: Settings = _settings(options, sharing)
        self._keyring: Keyring = _keyring(
            self.settings, sharing._keyring if sharing else None, blocking=True
        )
        self.verify_m2m: VerifyM2M = _verifying_m2m(self.settings, self._keyring)
        self._send: Sender = (
            sharing._send.limited(timeout, retries)
            if sharing
            else Sender(timeout, transport, retries=retries)
        )
        self._send.check(self.settings.api_url)
        self._tell = Observers(observers, self._send.problems)

    def with_options(self, *, timeout: float | None = None, retries: int | None = None) -> Self:
        """The same client with other limits for its calls; None leaves one as it is.

        Everything else is shared: to close one is to close the connections of both.
        """
        other = _without_resources(self)
        other._send = self._send.limited(timeout, retries)
        return other

    def run(self, flow: Flow[T]) -> T:
        """Run a flow over this object's connections."""
        return run(flow, self._send)

    def visitor(self, request: Request) -> RequestFlows[str | None]:
        """Who makes a request; an adapter keeps it as long as the request."""
        return RequestFlows(request, self.settings, time.time, self._keyring, self.run, self._tell)

    def authenticate(
        self, request: Request, *, accepts_token: AcceptsToken = "session_token"
    ) -> RequestState[str | None]:
        """Decide who sent this request, by the kinds of token that it accepts."""
        return self.run(self.visitor(request).state(accepts_token))

    def close(self) -> None:
        """Close the connections to Clerk."""
        self._send.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.settings.publishable_key or 'no publishable key'})"


class AsyncClerk(Resources[AsyncMode]):
    """One Clerk instance, for asynchronous code. Make one, and share it between tasks.

    Everything is as in `Clerk`; calls are awaited.
    """

    mode_type: Callable[[Any], AsyncMode] = AsyncMode

    def __init__(
        self,
        *misplaced: NoReturn,
        timeout: float = DEADLINE,
        retries: int = RETRIES,
        transport: httpx.AsyncBaseTransport | None = None,
        sharing: AsyncClerk | None = None,
        observers: Iterable[Observer] = (),
        **options: Unpack[Options],
    ) -> None:
        _check_arguments(type(self), misplaced, options)
        # Here, because it needs asyncio.
        from clerk_core._http.async_transport import AsyncSender

        self.settings: Settings = _settings(options, sharing)
        self._keyring: Keyring = _keyring(
            self.settings, sharing._keyring if sharing else None, blocking=False
        )
        self.verify_m2m: VerifyM2M = _verifying_m2m(self.settings, self._keyring)
        self._send: AsyncSender = (
            sharing._send.limited(timeout, retries)
            if sharing
            else AsyncSender(timeout, transport, retries=retries)
        )
        self._send.check(self.settings.api_url)
        self._tell = Observers(observers, self._send.problems)

    def with_options(self, *, timeout: float | None = None, retries: int | None = None) -> Self:
        """The same client with other limits for its calls; None leaves one as it is.

        Everything else is shared: to close one is to close the connections of both.
        """
        other = _without_resources(self)
        other._send = self._send.limited(timeout, retries)
        return other

    def run(self, flow: Flow[T]) -> StrictCoroutine[T]:
        """Run a flow over this object's connections."""
        name = getattr(flow, "__qualname__", "AsyncClerk.run")
        return StrictCoroutine(named(run_async(flow, self._send), name), f"{name}()")

    def visitor(self, request: Request) -> RequestFlows[Awaitable[str | None]]:
        """Who makes a request; an adapter keeps it as long as the request."""
        return RequestFlows(
            request, self.settings, time.time, self._keyring, self._get_token, self._tell
        )

    def _get_token(self, flow: Flow[str | None]) -> Awaitable[str | None]:
        return StrictCoroutine(self.run(flow), "get_token()")

    def authenticate(
        self, request: Request, *, accepts_token: AcceptsToken = "session_token"
    ) -> StrictCoroutine[RequestState[Awaitable[str | None]]]:
        """Decide who sent this request, by the kinds of token that it accepts."""
        flow = named(self.visitor(request).state(accepts_token), "AsyncClerk.authenticate")
        return StrictCoroutine(self.run(flow), "authenticate()")

    async def close(self) -> None:
        """Close the connections to Clerk that the running loop has opened."""
        await self._send.close()

    async def aclose(self) -> None:
        """Close the connections; the same as `close`, so that `contextlib.aclosing` takes it."""
        await self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.settings.publishable_key or 'no publishable key'})"
