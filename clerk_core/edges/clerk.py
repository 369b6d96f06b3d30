"""`Clerk` and `AsyncClerk`: the same flows, run by a caller that waits and one that awaits.

They own what lasts: the settings, the keyring, the connections. What they do is decided elsewhere.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Awaitable
from types import TracebackType
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from clerk_core.backend.faces import AsyncSessions, AsyncUsers, Sessions, Users
from clerk_core.deciding.authenticate import decide
from clerk_core.edges.transport import AsyncSender, Sender
from clerk_core.outcome import auth
from clerk_core.outcome.state import RequestState
from clerk_core.verifying.keyring import Keyring
from clerk_core.words.flow import Flow, run, run_async
from clerk_core.words.messages import Request
from clerk_core.words.settings import Options, Settings

if TYPE_CHECKING:
    import httpx
    from typing_extensions import Self, Unpack

T = TypeVar("T")

Auth: TypeAlias = auth.SessionAuth[str | None] | auth.SignedOutAuth[str | None]
"""Who is asking, where a call waits for its result."""
AsyncAuth: TypeAlias = (
    auth.SessionAuth[Awaitable[str | None]] | auth.SignedOutAuth[Awaitable[str | None]]
)
"""Who is asking, where a call is awaited."""

DEADLINE = 10.0
"""How long any one call of Clerk's API may take, in seconds."""

_log = logging.getLogger("clerk_core")


def _settings(options: Options) -> Settings:
    settings = Settings.from_environ(os.environ, **options)
    if settings.instance is None:
        _log.warning(
            "No publishable key is set, so cookies are not read and only tokens in the "
            "Authorization header sign anybody in. Set CLERK_PUBLISHABLE_KEY for an application "
            "with pages."
        )
    return settings


def _keyring(settings: Settings) -> Keyring:
    keyring = Keyring()
    if settings.jwt_key is not None:
        # A key that is none stops the application when it starts, not its first request.
        keyring.read_pem(settings.jwt_key)
    return keyring


class Clerk:
    """One Clerk instance, for synchronous code. Make one, and share it between threads.

    Options are those of `Settings`; what is left out comes from the `CLERK_…` variables. `timeout`
    is the deadline of every call in seconds, `transport` an httpx transport to send through.
    Raises `ConfigurationError` when a key is missing or malformed.
    """

    def __init__(
        self,
        *,
        timeout: float = DEADLINE,
        transport: httpx.BaseTransport | None = None,
        **options: Unpack[Options],
    ) -> None:
        self.settings = _settings(options)
        self._keyring = _keyring(self.settings)
        self._send = Sender(timeout, transport)
        self.users = Users(self.settings, self._run)
        self.sessions = Sessions(self.settings, self._run)

    def _run(self, flow: Flow[T]) -> T:
        return run(flow, self._send)

    def authenticate(self, request: Request) -> RequestState[str | None]:
        """Decide who sent this request."""
        return self._run(decide(request, self.settings, time.time(), self._keyring, self._run))

    def close(self) -> None:
        """Close the connections to Clerk."""
        self._send.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.settings.publishable_key or 'no publishable key'})"


class AsyncClerk:
    """One Clerk instance, for asynchronous code. Make one, and share it between tasks.

    Everything is as in `Clerk`; calls are awaited.
    """

    def __init__(
        self,
        *,
        timeout: float = DEADLINE,
        transport: httpx.AsyncBaseTransport | None = None,
        **options: Unpack[Options],
    ) -> None:
        self.settings = _settings(options)
        self._keyring = _keyring(self.settings)
        self._send = AsyncSender(timeout, transport)
        self.users = AsyncUsers(self.settings, self._run)
        self.sessions = AsyncSessions(self.settings, self._run)

    async def _run(self, flow: Flow[T]) -> T:
        return await run_async(flow, self._send)

    async def authenticate(self, request: Request) -> RequestState[Awaitable[str | None]]:
        """Decide who sent this request."""
        return await self._run(
            decide(request, self.settings, time.time(), self._keyring, self._run)
        )

    async def close(self) -> None:
        """Close the connections to Clerk that the running loop has opened."""
        await self._send.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.settings.publishable_key or 'no publishable key'})"
