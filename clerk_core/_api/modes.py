"""Define how a client runs operations: synchronously, or as coroutines."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Generic, Protocol, TypeAlias, TypeVar

from clerk_core._flow import Flow, named
from clerk_core._settings.settings import Settings

if TYPE_CHECKING:
    from clerk_core._api.paginator import Pages
    from clerk_core.models import M2MToken

T = TypeVar("T")
R = TypeVar("R")
C = TypeVar("C", bound="Client")
M = TypeVar("M", bound="SyncMode | AsyncMode")

VerifyM2M: TypeAlias = "Callable[[object], Flow[M2MToken] | None]"
"""A function that returns the flow which verifies an M2M JWT; None if the value is not one."""


class Client(Protocol):
    """The part of a client that operations use."""

    @property
    def settings(self) -> Settings:
        """The settings of the client."""
        ...

    @property
    def verify_m2m(self) -> VerifyM2M:
        """The function that verifies M2M JWTs without a call."""
        ...


class SyncClient(Client, Protocol):
    """A synchronous client."""

    def run(self, flow: Flow[T], /) -> T:
        """Run a flow and return its value."""
        ...


class AsyncClient(Client, Protocol):
    """An asynchronous client."""

    def run(self, flow: Flow[T], /) -> Coroutine[object, object, T]:
        """Return a coroutine that runs a flow."""
        ...


class _Mode(Generic[C]):
    def __init__(self, client: C | None) -> None:
        self._client = client

    @property
    def client(self) -> C:
        """The client of the operations.

        Raises:
            TypeError: The operations belong to the class of a client, not to an instance.
        """
        if self._client is None:
            raise TypeError("call operations on an instance of a client: Clerk().users.list()")
        return self._client


class SyncMode(_Mode[SyncClient]):
    """The mode of `Clerk`: operations return their results."""

    def run(self, flow: Flow[T], name: str) -> T:
        """Return the value of a flow."""
        return self.client.run(named(flow, name))

    def walk(self, pages: Pages[R]) -> Generator[R, None, None]:
        """Yield the results of all pages. Each page is fetched when it is needed."""
        while not pages.is_over:
            yield from self.client.run(pages.next(self.client.settings))


class AsyncMode(_Mode[AsyncClient]):
    """The mode of `AsyncClerk`: operations return coroutines, iterators are asynchronous."""

    def run(self, flow: Flow[T], name: str) -> Coroutine[object, object, T]:
        """Return a coroutine with the name `name` that returns the value of a flow."""
        return self.client.run(named(flow, name))

    async def walk(self, pages: Pages[R]) -> AsyncGenerator[R, None]:
        """Yield the results of all pages. Each page is fetched when it is needed."""
        while not pages.is_over:
            for one in await self.client.run(pages.next(self.client.settings)):
                yield one


class Operations(Generic[M]):
    """The operations on one resource: the base of a class for each resource."""

    def __init__(self, mode: M) -> None:
        self.mode = mode
