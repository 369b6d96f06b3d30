"""`protect()` as a method of the request's object, and as a function of an adapter, with types.

A request that is refused raises `AccessDeniedError`, or the exception of the framework.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any, Generic, Literal, TypeVar, overload

from clerk_core._auth import AsyncMachineAuth, AsyncSessionAuth, MachineAuth, SessionAuth
from clerk_core._authentication.request.token_kinds import MachineTokenType, SeveralTokenTypes
from clerk_core._authentication.result.access import GuardOptions
from clerk_core._authentication.result.authorization import Requirement
from clerk_core._compat import Unpack
from clerk_core._strict_coroutine import StrictCoroutine
from clerk_core.errors import AccessDeniedError

Connection = TypeVar("Connection", contravariant=True)


class ProtectMethods:
    """`protect()` in code that waits."""

    __slots__ = ()

    @overload
    def protect(
        self, *, accepts_token: Literal["session_token"] = ..., **required: Unpack[Requirement]
    ) -> SessionAuth: ...
    @overload
    def protect(
        self, *, accepts_token: MachineTokenType, scopes: str | Collection[str] = ...
    ) -> MachineAuth: ...
    @overload
    def protect(
        self,
        *,
        accepts_token: SeveralTokenTypes,
        scopes: str | Collection[str] = ...,
        **required: Unpack[Requirement],
    ) -> SessionAuth | MachineAuth: ...
    def protect(self, **options: Any) -> Any:
        """Return the Auth object if the request is admitted, and refuse it otherwise.

        Call it in a view whose requirement depends on an object that it has loaded.

        Args:
            options: `accepts_token` for other kinds of token than a session's; `scopes` for
                machine tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in
                `has()`. Without requirements, everybody who is signed in is admitted.

        Raises:
            AccessDeniedError: The request is refused. Functions of an adapter raise the exception
                of the framework in its place.
            TypeError: An option is malformed.
        """
        return self.protect_any(**options)

    protect.__qualname__ = "protect"

    def protect_any(self, **options: Unpack[GuardOptions]) -> SessionAuth | MachineAuth:
        """Return what `protect` returns, for callers that have types of their own."""
        raise NotImplementedError


class AsyncProtectMethods:
    """`protect()` in code that awaits."""

    __slots__ = ()

    @overload
    def protect(
        self, *, accepts_token: Literal["session_token"] = ..., **required: Unpack[Requirement]
    ) -> AsyncSessionAuth: ...
    @overload
    def protect(
        self, *, accepts_token: MachineTokenType, scopes: str | Collection[str] = ...
    ) -> StrictCoroutine[AsyncMachineAuth]: ...
    @overload
    def protect(
        self,
        *,
        accepts_token: SeveralTokenTypes,
        scopes: str | Collection[str] = ...,
        **required: Unpack[Requirement],
    ) -> StrictCoroutine[AsyncSessionAuth | AsyncMachineAuth]: ...
    def protect(self, **options: Any) -> Any:
        """Return the Auth object if the request is admitted, and refuse it otherwise.

        The result for session tokens is known at once. For any other `accepts_token`, await it.

        Args:
            options: `accepts_token` for other kinds of token than a session's; `scopes` for
                machine tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in
                `has()`. Without requirements, everybody who is signed in is admitted.

        Raises:
            AccessDeniedError: The request is refused. Functions of an adapter raise the exception
                of the framework in its place.
            TypeError: An option is malformed.
        """
        return self.protect_any(**options)

    protect.__qualname__ = "protect"

    def protect_any(
        self, **options: Unpack[GuardOptions]
    ) -> AsyncSessionAuth | StrictCoroutine[AsyncSessionAuth | AsyncMachineAuth]:
        """Return what `protect` returns, for callers that have types of their own."""
        raise NotImplementedError


class ProtectFunctions(ProtectMethods):
    """`protect()` of the current request, in code that waits.

    Args:
        find: Returns the object of the current request; raises if there is none.
        to_exception: Returns the exception of the framework for a request that is refused.
    """

    def __init__(
        self,
        find: Callable[[], ProtectMethods],
        to_exception: Callable[[AccessDeniedError], Exception],
    ) -> None:
        self._find = find
        self._to_exception = to_exception

    def protect_any(self, **options: Unpack[GuardOptions]) -> SessionAuth | MachineAuth:
        """Return what `protect` returns, for callers that have types of their own."""
        try:
            return self._find().protect_any(**options)
        except AccessDeniedError as error:
            raise self._to_exception(error) from None


class AsyncProtectFunctions(AsyncProtectMethods):
    """`protect()` of the current request, in code that awaits.

    Args:
        find: Returns the object of the current request; raises if there is none.
        to_exception: Returns the exception of the framework for a request that is refused.
    """

    def __init__(
        self,
        find: Callable[[], AsyncProtectMethods],
        to_exception: Callable[[AccessDeniedError], Exception],
    ) -> None:
        self._find = find
        self._to_exception = to_exception

    def protect_any(
        self, **options: Unpack[GuardOptions]
    ) -> AsyncSessionAuth | StrictCoroutine[AsyncSessionAuth | AsyncMachineAuth]:
        """Return what `protect` returns, for callers that have types of their own."""
        return _protect_async(self._find(), self._to_exception, options)


class ConnectionProtectFunctions(Generic[Connection]):
    """`protect(request)` in code that waits.

    Args:
        find: Returns the object of the framework's request; raises if there is none.
        to_exception: Returns the exception of the framework for a request that is refused.
    """

    def __init__(
        self,
        find: Callable[[Connection], ProtectMethods],
        to_exception: Callable[[Connection, AccessDeniedError], Exception],
    ) -> None:
        self._find = find
        self._to_exception = to_exception

    @overload
    def protect(
        self,
        request: Connection,
        /,
        *,
        accepts_token: Literal["session_token"] = ...,
        **required: Unpack[Requirement],
    ) -> SessionAuth: ...
    @overload
    def protect(
        self,
        request: Connection,
        /,
        *,
        accepts_token: MachineTokenType,
        scopes: str | Collection[str] = ...,
    ) -> MachineAuth: ...
    @overload
    def protect(
        self,
        request: Connection,
        /,
        *,
        accepts_token: SeveralTokenTypes,
        scopes: str | Collection[str] = ...,
        **required: Unpack[Requirement],
    ) -> SessionAuth | MachineAuth: ...
    def protect(self, request: Connection, /, **options: Any) -> Any:
        """Return the Auth object if the request is admitted, and refuse it otherwise.

        Args:
            request: The request of the framework.
            options: `accepts_token` for other kinds of token than a session's; `scopes` for
                machine tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in
                `has()`. Without requirements, everybody who is signed in is admitted.

        Raises:
            Exception: The exception of the framework for a request that is refused.
            TypeError: An option is malformed.
        """
        try:
            return self._find(request).protect_any(**options)
        except AccessDeniedError as error:
            raise self._to_exception(request, error) from None

    protect.__qualname__ = "protect"


class AsyncConnectionProtectFunctions(Generic[Connection]):
    """`protect(request)` in code that awaits.

    Args:
        find: Returns the object of the framework's request; raises if there is none.
        to_exception: Returns the exception of the framework for a request that is refused.
    """

    def __init__(
        self,
        find: Callable[[Connection], AsyncProtectMethods],
        to_exception: Callable[[Connection, AccessDeniedError], Exception],
    ) -> None:
        self._find = find
        self._to_exception = to_exception

    @overload
    def protect(
        self,
        request: Connection,
        /,
        *,
        accepts_token: Literal["session_token"] = ...,
        **required: Unpack[Requirement],
    ) -> AsyncSessionAuth: ...
    @overload
    def protect(
        self,
        request: Connection,
        /,
        *,
        accepts_token: MachineTokenType,
        scopes: str | Collection[str] = ...,
    ) -> StrictCoroutine[AsyncMachineAuth]: ...
    @overload
    def protect(
        self,
        request: Connection,
        /,
        *,
        accepts_token: SeveralTokenTypes,
        scopes: str | Collection[str] = ...,
        **required: Unpack[Requirement],
    ) -> StrictCoroutine[AsyncSessionAuth | AsyncMachineAuth]: ...
    def protect(self, request: Connection, /, **options: Any) -> Any:
        """Return the Auth object if the request is admitted, and refuse it otherwise.

        The result for session tokens is known at once. For any other `accepts_token`, await it.

        Args:
            request: The request of the framework.
            options: `accepts_token` for other kinds of token than a session's; `scopes` for
                machine tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in
                `has()`. Without requirements, everybody who is signed in is admitted.

        Raises:
            Exception: The exception of the framework for a request that is refused.
            TypeError: An option is malformed.
        """
        to_exception = partial(self._to_exception, request)
        return _protect_async(self._find(request), to_exception, options)

    protect.__qualname__ = "protect"


def _protect_async(
    found: AsyncProtectMethods,
    to_exception: Callable[[AccessDeniedError], Exception],
    options: Any,
) -> AsyncSessionAuth | StrictCoroutine[AsyncSessionAuth | AsyncMachineAuth]:
    try:
        auth = found.protect_any(**options)
    except AccessDeniedError as error:
        raise to_exception(error) from None
    if isinstance(auth, StrictCoroutine):
        return StrictCoroutine(_awaited(auth, to_exception), "protect()")
    return auth


async def _awaited(
    auth: StrictCoroutine[AsyncSessionAuth | AsyncMachineAuth],
    to_exception: Callable[[AccessDeniedError], Exception],
) -> AsyncSessionAuth | AsyncMachineAuth:
    try:
        return await auth
    except AccessDeniedError as error:
        raise to_exception(error) from None
