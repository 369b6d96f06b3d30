"""How the operations of a client run: they wait for a result, or return a coroutine of it."""

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
"""Returns the flow that verifies an M2M token by its signature; None for what is no such JWT."""


class Client(Protocol):
    """What operations need of a client."""

    @property
    def settings(self) -> Settings:
        """The settings that calls are made with."""
        ...

    @property
    def verify_m2m(self) -> VerifyM2M:
        """How M2M tokens are verified without a call."""
        ...


class SyncClient(Client, Protocol):
    """A client whose calls wait."""

    def run(self, flow: Flow[T], /) -> T:
        """Run a flow and return its value."""
        ...


class AsyncClient(Client, Protocol):
    """A client whose calls are awaited."""

    def run(self, flow: Flow[T], /) -> Coroutine[object, object, T]:
        """Return a coroutine that runs a flow."""
        ...


class _Mode(Generic[C]):
    def __init__(self, client: C | None) -> None:
        self._client = client

    @property
    def client(self) -> C:
        """The client; raises `TypeError` for operations that were taken from its class."""
        if self._client is None:
            raise TypeError("Operations are called on a client, as in Clerk().users.list()")
        return self._client


class SyncMode(_Mode[SyncClient]):
    """The mode of `Clerk`: operations return their results."""

    def run(self, flow: Flow[T], name: str) -> T:
        """Return the value of a flow."""
        return self.client.run(named(flow, name))

    def walk(self, pages: Pages[R]) -> Generator[R, None, None]:
        """Yield what is on the pages, which are fetched when they are needed."""
        while not pages.is_over:
            yield from self.client.run(pages.next(self.client.settings))


class AsyncMode(_Mode[AsyncClient]):
    """The mode of `AsyncClerk`: operations return coroutines, iterators are asynchronous."""

    def run(self, flow: Flow[T], name: str) -> Coroutine[object, object, T]:
        """Return a coroutine, called `name`, of the value of a flow."""
        return self.client.run(named(flow, name))

    async def walk(self, pages: Pages[R]) -> AsyncGenerator[R, None]:
        """Yield what is on the pages, which are fetched when they are needed."""
        while not pages.is_over:
            for one in await self.client.run(pages.next(self.client.settings)):
                yield one


class Operations(Generic[M]):
    """The operations on one resource: the base of a class for each resource."""

    def __init__(self, mode: M) -> None:
        self.mode = mode
