"""Declare operations of the Backend API, each once, as the signature of a function.

    @operation("PATCH", "/users/{user_id}")
    def update(self, user_id: str, *, first_name: str | None = ...) -> User:
        \"\"\"Update a user.\"\"\"
        ...

The parameters, which of them are required, and the type of the result are read from the signature.
The operation becomes a method that returns a `User` in `SyncMode` and a coroutine of one in
`AsyncMode`. `Operation.flow` is the call itself; the mode decides how to run it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from functools import update_wrapper
from types import MethodType
from typing import (
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    TypeAlias,
    TypeVar,
    cast,
    overload,
)

from clerk_core._api.arguments import bind, with_extra
from clerk_core._api.calls import Body, path_of, response_to, texts_of
from clerk_core._api.machine_key import MACHINE_SECRET_KEY, take_machine_secret_key
from clerk_core._api.modes import AsyncMode, Operations, SyncMode
from clerk_core._api.results import Read, reader_of
from clerk_core._cache_policy import CachePolicy
from clerk_core._flow import Flow
from clerk_core._lazy import lazy
from clerk_core._settings.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

Upload: TypeAlias = bytes | tuple[str, bytes] | tuple[str, bytes, str]
"""A file: `content`, `(name, content)` or `(name, content, content type)`."""
Extra: TypeAlias = Mapping[str, object]
"""Fields that an operation has no parameter for: of the JSON body, or of the query of a GET."""
LocalFlow: TypeAlias = Callable[["SyncMode | AsyncMode", Mapping[str, object]], Flow[T] | None]
"""A function that returns a flow to run instead of a call; None to call the Backend API."""

_IN_QUERY = ("GET", "DELETE")
_EXTRA = "extra"


class _Omitted:
    """The default of an optional parameter. It is never sent."""

    def __repr__(self) -> str:
        return "..."


_OMITTED = _Omitted()


class Operation(Generic[P, T]):
    """One operation of the Backend API, as a method of both clients.

    Args:
        declaration: The function whose signature declares the operation.
        method: The HTTP method.
        path: The path, with the names of identifiers in braces.
        body: The name of the parameter that is the whole body.
        joined: The query parameters that are sent as one comma-separated value.
        multipart: Whether the body is a form with files.
        local_flow: Returns a flow to run instead of the call, or None to make the call.
    """

    def __init__(
        self,
        declaration: Callable[Concatenate[Any, P], T],
        method: str,
        path: str,
        *,
        body: str | None = None,
        joined: tuple[str, ...] = (),
        multipart: bool = False,
        local_flow: LocalFlow[T] | None = None,
    ) -> None:
        self.declaration = declaration
        self.method = method
        self.path = path
        self.body = body
        self.joined = joined
        self.multipart = multipart
        self._local_flow = local_flow
        self.name: str = declaration.__name__
        self.__doc__ = declaration.__doc__

    @lazy
    def declared(self) -> inspect.Signature:
        """The signature without `self`."""
        _, *parameters = self.signature.parameters.values()
        return self.signature.replace(parameters=parameters)

    @lazy
    def signature(self) -> inspect.Signature:
        """The signature of the method. The default of optional parameters is shown as `...`."""
        whole = inspect.signature(self.declaration, eval_str=True)
        parameters = (
            one.replace(default=_OMITTED) if one.default is ... else one
            for one in whole.parameters.values()
        )
        return whole.replace(parameters=list(parameters))

    @lazy
    def _sent(self) -> frozenset[str]:
        return frozenset(self.declared.parameters) - {MACHINE_SECRET_KEY, _EXTRA}

    @lazy
    def _renamed(self) -> bool:
        """Whether a field has the name of a Python keyword, so that its parameter has a suffix."""
        return any(name.endswith("_") for name in self._sent)

    @lazy
    def _read(self) -> Read:
        return reader_of(self.declared.return_annotation)

    def arguments(
        self, args: tuple[object, ...], named: Mapping[str, object], name: str = ""
    ) -> dict[str, object]:
        """Return the fields of a call by name, those of `extra` included.

        Args:
            args: The positional arguments.
            named: The keyword arguments.
            name: The name of the method, for errors; that of the operation by default.

        Raises:
            TypeError: An argument is missing, unknown, or given twice, also in `extra`.
        """
        name = name or self.declaration.__qualname__
        given = bind(name, self.declared, args, named)
        extra = given.pop(_EXTRA, None)
        return given if extra is None else with_extra(name, given, extra, self.declared.parameters)

    def flow(self, settings: Settings, /, *args: P.args, **kwargs: P.kwargs) -> Flow[T]:
        """Return the call as a flow.

        Args:
            settings: The settings of the instance.
            *args: The arguments of the operation.
            **kwargs: The arguments of the operation.

        Returns:
            A flow that returns the result of the operation.

        Raises:
            TypeError: An argument is missing, unknown, or given twice.
        """
        return self.call(settings, self.arguments(args, kwargs))

    def call(
        self,
        settings: Settings,
        given: dict[str, object],
        cache_policy: CachePolicy | None = None,
    ) -> Flow[T]:
        """Call the Backend API and return the result of the operation.

        Args:
            settings: The settings of the instance.
            given: The arguments by name. The call modifies this dictionary.
            cache_policy: How the response may be shared through a cache; None not to share it.

        Raises:
            ClerkAPIError: The response is an error.
            ConfigurationError: There is no key.
        """
        key = None
        if MACHINE_SECRET_KEY in self.declared.parameters:
            key = take_machine_secret_key(settings, given)
        path = path_of(self.path, given)
        query: list[tuple[str, str]] = []
        body: Body = None
        if self._renamed:
            given = {name.rstrip("_"): value for name, value in given.items()}
        if self.method in _IN_QUERY:
            query = [pair for name, value in given.items() for pair in self._query(name, value)]
        elif self.body is not None:
            body = cast("Body", given[self.body])
        elif given or len(self._sent) > self.path.count("{"):
            body = given
        response = yield from response_to(
            settings,
            self.method,
            path,
            query=query,
            body=body,
            multipart=self.multipart,
            key=key,
            may_repeat=True,
            route=self.path,
            cache_policy=cache_policy,
        )
        result: T = self._read(response, f"{self.method} {self.path}")
        return result

    def _query(self, name: str, value: object) -> Iterator[tuple[str, str]]:
        texts = texts_of(value)
        if name in self.joined:
            texts = [",".join(texts)] if texts else []
        return ((name, text) for text in texts)

    def _prepare(
        self, mode: SyncMode | AsyncMode, args: tuple[object, ...], named: Mapping[str, object]
    ) -> Flow[T]:
        given = self.arguments(args, named)
        local_flow = self._local_flow(mode, given) if self._local_flow is not None else None
        return local_flow or self.call(mode.client.settings, given)

    @lazy
    def _method(self) -> Callable[..., T]:
        def method(operations: Operations[SyncMode], /, *args: object, **named: object) -> T:
            mode = operations.mode
            return mode.run(self._prepare(mode, args, named), method.__qualname__)

        return self._with_metadata(method)

    @lazy
    def _async_method(self) -> Callable[..., Coroutine[object, object, T]]:
        # Not `async def`, so that wrong arguments are reported at the call, not at the await.
        def method(
            operations: Operations[AsyncMode], /, *args: object, **named: object
        ) -> Coroutine[object, object, T]:
            mode = operations.mode
            return mode.run(self._prepare(mode, args, named), method.__qualname__)

        return mark_coroutine_function(self._with_metadata(method))

    def _with_metadata(self, method: F) -> F:
        update_wrapper(method, self.declaration)
        cast("Any", method).__signature__ = self.signature
        return method

    @overload
    def __get__(self, instance: None, owner: type) -> Operation[P, T]: ...
    @overload
    def __get__(self, instance: Operations[SyncMode], owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(
        self, instance: Operations[AsyncMode], owner: type
    ) -> Callable[P, Coroutine[object, object, T]]: ...
    def __get__(
        self, instance: Operations[Any] | None, owner: type
    ) -> Operation[P, T] | Callable[P, T] | Callable[P, Coroutine[object, object, T]]:
        if instance is None:
            return self
        is_async = isinstance(instance.mode, AsyncMode)
        return MethodType(self._async_method if is_async else self._method, instance)


class _Declare(Protocol):
    def __call__(self, declaration: Callable[Concatenate[Any, P], T], /) -> Operation[P, T]: ...


def operation(
    method: str,
    path: str,
    *,
    body: str | None = None,
    joined: tuple[str, ...] = (),
    multipart: bool = False,
    local_flow: LocalFlow[Any] | None = None,
) -> _Declare:
    """Return a decorator that declares an operation.

    Args:
        method: The HTTP method.
        path: The path, with the names of identifiers in braces.
        body: The name of the parameter that is the whole body.
        joined: The query parameters that are sent as one comma-separated value.
        multipart: Whether the body is a form with files.
        local_flow: Returns a flow to run instead of the call, or None to make the call.
    """

    def declare(declaration: Callable[Concatenate[Any, P], T]) -> Operation[P, T]:
        return Operation(
            declaration,
            method,
            path,
            body=body,
            joined=joined,
            multipart=multipart,
            local_flow=local_flow,
        )

    return declare


def mark_coroutine_function(function: F) -> F:
    """Mark a function that returns a coroutine, so that its mocks can be awaited; return it."""
    if sys.version_info >= (3, 12):
        return inspect.markcoroutinefunction(function)
    from asyncio import coroutines

    cast("Any", function)._is_coroutine = cast("Any", coroutines)._is_coroutine
    return function
