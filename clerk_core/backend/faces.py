"""The operations as methods: the same definition for a caller that waits and one that awaits.

`users.update(...)` is a flow in `clerk_core.backend.users`; here it becomes a method that returns a
`User` on a `SyncFace` and an awaitable `User` on an `AsyncFace`. How a flow is run is handed in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

from clerk_core.backend import sessions, users
from clerk_core.words.flow import Flow
from clerk_core.words.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")


class Perform(Protocol):
    """Runs a flow and returns its value."""

    def __call__(self, flow: Flow[T], /) -> T:
        """Run it here and now."""


class PerformAsync(Protocol):
    """Runs a flow and returns its value to who awaits it."""

    def __call__(self, flow: Flow[T], /) -> Awaitable[T]:
        """Run it when awaited."""


class SyncFace:
    """Gives operations as plain methods."""

    def __init__(self, settings: Settings, perform: Perform) -> None:
        self._settings = settings
        self._perform = perform


class AsyncFace:
    """Gives operations as methods to await."""

    def __init__(self, settings: Settings, perform: PerformAsync) -> None:
        self._settings = settings
        self._perform = perform


class Operation(Generic[P, T]):
    """Turns a flow function, whose first parameter is the settings, into a method of both faces."""

    def __init__(self, flow: Callable[Concatenate[Settings, P], Flow[T]]) -> None:
        self._flow = flow
        self.__doc__ = flow.__doc__

    @overload
    def __get__(self, face: None, owner: type) -> Operation[P, T]: ...
    @overload
    def __get__(self, face: SyncFace, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, face: AsyncFace, owner: type) -> Callable[P, Awaitable[T]]: ...
    def __get__(
        self, face: SyncFace | AsyncFace | None, owner: type
    ) -> Operation[P, T] | Callable[P, T] | Callable[P, Awaitable[T]]:
        if face is None:
            return self

        def method(*args: P.args, **kwargs: P.kwargs) -> T | Awaitable[T]:
            return face._perform(self._flow(face._settings, *args, **kwargs))

        method.__name__ = self._flow.__name__.rstrip("_")
        method.__doc__ = self.__doc__
        return method  # type: ignore[return-value]


class _UsersOperations:
    get = Operation(users.get)
    list = Operation(users.list_)
    create = Operation(users.create)
    update = Operation(users.update)
    delete = Operation(users.delete)


class _SessionsOperations:
    get = Operation(sessions.get)
    revoke = Operation(sessions.revoke)
    create_token = Operation(sessions.create_token)
    create_token_from_template = Operation(sessions.create_token_from_template)


class Users(_UsersOperations, SyncFace):
    """Operations on users."""


class AsyncUsers(_UsersOperations, AsyncFace):
    """Operations on users, to await."""


class Sessions(_SessionsOperations, SyncFace):
    """Operations on sessions."""


class AsyncSessions(_SessionsOperations, AsyncFace):
    """Operations on sessions, to await."""
