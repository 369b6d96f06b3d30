"""Operations of the Backend API, each declared once, as the signature of a function.

    @operation("PATCH", "/users/{user_id}")
    def update(self, user_id: str, *, first_name: str | None = ...) -> User: ...

The declaration is all there is: names, which are required, and the result are read from it. It
becomes a method that returns a `User` on a `SyncFace` and a coroutine of one on an `AsyncFace`;
`Operation.flow` is the call itself. How a flow is run is handed in.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import (
    AsyncGenerator,
    Callable,
    Coroutine,
    Generator,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from typing import (
    TYPE_CHECKING,
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

from clerk_core.backend.calls import Body, answer_to, path_of, read_json
from clerk_core.backend.pages import Page
from clerk_core.backend.results import Read, reader_of
from clerk_core.words.errors import ConfigurationError
from clerk_core.words.flow import Flow, named
from clerk_core.words.lazy import lazy
from clerk_core.words.settings import Settings

if TYPE_CHECKING:
    from clerk_core.backend.models import M2MToken

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

Upload: TypeAlias = "bytes | tuple[str, bytes] | tuple[str, bytes, str]"
"""A file: its content, or its name and content, or both and its content type."""

_IN_QUERY = ("GET", "DELETE")
_HEADER_SAFE = re.compile(r"[!-~]+")
_PAGE = 100


class Perform(Protocol):
    """Runs a flow and returns its value."""

    def __call__(self, flow: Flow[T], /) -> T:
        """Run it here and now."""


class PerformAsync(Protocol):
    """Returns a coroutine that runs a flow."""

    def __call__(self, flow: Flow[T], /) -> Coroutine[object, object, T]:
        """Return a coroutine of the flow's value."""


VerifyM2M: TypeAlias = "Callable[[object], Flow[M2MToken] | None]"
"""Returns the flow that verifies an M2M token by its signature; None for what is no such JWT."""

MACHINE_SECRET_KEY = "machine_secret_key"
"""The parameter of operations that a machine calls, with its own key. It is not sent."""


def _no_jwt(token: object) -> None:
    """Verify nothing without a call."""


class SyncFace:
    """Gives operations as plain methods."""

    def __init__(
        self, settings: Settings, perform: Perform, verify_m2m: VerifyM2M = _no_jwt
    ) -> None:
        self._settings = settings
        self._perform = perform
        self.verify_m2m = verify_m2m


class AsyncFace:
    """Gives operations as methods to await."""

    def __init__(
        self, settings: Settings, perform: PerformAsync, verify_m2m: VerifyM2M = _no_jwt
    ) -> None:
        self._settings = settings
        self._perform = perform
        self.verify_m2m = verify_m2m


Locally: TypeAlias = "Callable[[SyncFace | AsyncFace, Mapping[str, object]], Flow[T] | None]"
"""Returns the flow to run in place of a call; None where the Backend API has to be called."""


class Operation(Generic[P, T]):
    """One operation; `name`, `method`, `path` and `declared` (its signature) tell all of it.

    `body` names the argument that is the whole body, `joined` the query parameters whose values
    stand in one with commas between, `multipart` says that the body is a form with files. `locally`
    may answer for the Backend API.
    """

    def __init__(
        self,
        declaration: Callable[Concatenate[Any, P], T],
        method: str,
        path: str,
        body: str | None,
        joined: tuple[str, ...],
        multipart: bool,
        locally: Locally[T] | None,
    ) -> None:
        self._declaration = declaration
        self.method = method
        self.path = path
        self.body = body
        self.joined = joined
        self.multipart = multipart
        self._locally = locally
        self.name = declaration.__name__
        self.__doc__ = declaration.__doc__

    @lazy
    def declared(self) -> inspect.Signature:
        """The signature, without the object that the method is of."""
        whole = inspect.signature(self._declaration)
        return whole.replace(parameters=list(whole.parameters.values())[1:])

    @lazy
    def _positional(self) -> tuple[str, ...]:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        return tuple(n for n, one in self.declared.parameters.items() if one.kind is kind)

    @lazy
    def _required(self) -> frozenset[str]:
        empty = inspect.Parameter.empty
        return frozenset(n for n, one in self.declared.parameters.items() if one.default is empty)

    @lazy
    def _sent(self) -> frozenset[str]:
        return frozenset(self.declared.parameters) - {MACHINE_SECRET_KEY}

    @lazy
    def _is_of_a_machine(self) -> bool:
        return MACHINE_SECRET_KEY in self.declared.parameters

    @lazy
    def _read(self) -> Read:
        return reader_of(self.declared.return_annotation)

    def arguments(self, args: tuple[object, ...], named: Mapping[str, object]) -> dict[str, object]:
        """What was given, by name; raises `TypeError` for what does not exist or is missing.

        What is not given is not among them: only a None that is given is sent.
        """
        if len(args) > len(self._positional):
            raise TypeError(f"{self.name}() takes {len(self._positional)} positional arguments")
        given = dict(zip(self._positional, args, strict=False))
        self._refuse("was given twice", given.keys() & named.keys())
        self._refuse("does not know", named.keys() - self.declared.parameters.keys())
        given |= named
        self._refuse("lacks", self._required - given.keys())
        return given

    def _refuse(self, what: str, names: Set[str]) -> None:
        if names:
            raise TypeError(f"{self.name}() {what} {', '.join(sorted(names))}")

    def flow(self, settings: Settings, /, *args: P.args, **kwargs: P.kwargs) -> Flow[T]:
        """The call as a flow, which gives the result."""
        return self._flow(settings, self.arguments(args, kwargs))

    def _flow(self, settings: Settings, given: dict[str, object]) -> Flow[T]:
        key = _machine_secret_key(settings, given) if self._is_of_a_machine else None
        path = path_of(self.path, given)
        query: list[tuple[str, str]] = []
        body: Body = None
        if self.method in _IN_QUERY:
            query = [pair for name, value in given.items() for pair in self._query(name, value)]
        elif self.body is not None:
            body = cast("Body", given[self.body])
        elif given or len(self._sent) > self.path.count("{"):
            body = given
        response = yield from answer_to(
            settings,
            self.method,
            path,
            query=query,
            body=body,
            multipart=self.multipart,
            key=key,
            may_repeat=True,
        )
        what = f"{self.method} {self.path}"
        is_text = self.declared.return_annotation == "str"
        found = response.content.decode(errors="replace") if is_text else read_json(response, what)
        result: T = self._read(found)
        return result

    def _query(self, name: str, value: object) -> Iterator[tuple[str, str]]:
        values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        texts = [_text(one) for one in values if one is not None]
        if name in self.joined:
            texts = [",".join(texts)] if texts else []
        return ((name, text) for text in texts)

    @overload
    def __get__(self, face: None, owner: type) -> Operation[P, T]: ...
    @overload
    def __get__(self, face: SyncFace, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(
        self, face: AsyncFace, owner: type
    ) -> Callable[P, Coroutine[object, object, T]]: ...
    def __get__(
        self, face: SyncFace | AsyncFace | None, owner: type
    ) -> Operation[P, T] | Callable[P, T] | Callable[P, Coroutine[object, object, T]]:
        if face is None:
            return self

        def method(*args: P.args, **kwargs: P.kwargs) -> T | Coroutine[object, object, T]:
            given = self.arguments(args, kwargs)
            flow = self._locally(face, given) if self._locally is not None else None
            flow = flow or self._flow(face._settings, given)
            return face._perform(named(flow, method.__qualname__))

        method.__name__ = self.name
        method.__qualname__ = f"{owner.__name__}.{self.name}"
        method.__doc__ = self.__doc__
        method.__signature__ = self.declared  # type: ignore[attr-defined]
        return method  # type: ignore[return-value]


class _Declaring(Protocol):
    def __call__(self, declaration: Callable[Concatenate[Any, P], T], /) -> Operation[P, T]: ...


def operation(
    method: str,
    path: str,
    *,
    body: str | None = None,
    joined: tuple[str, ...] = (),
    multipart: bool = False,
    locally: Locally[Any] | None = None,
) -> _Declaring:
    """Declare an operation; see `Operation`."""

    def declare(declaration: Callable[Concatenate[Any, P], T]) -> Operation[P, T]:
        return Operation(declaration, method, path, body, joined, multipart, locally)

    return declare


class Iterating(Generic[P, R]):
    """All that a `list` operation lists, page after page, each thing once.

    `limit` is how many to give at most, and everything else is as in the operation.
    """

    def __init__(self, listing: Operation[P, Page[R]]) -> None:
        self._listing = listing

    @overload
    def __get__(self, face: None, owner: type) -> Iterating[P, R]: ...
    @overload
    def __get__(self, face: SyncFace, owner: type) -> Callable[P, Generator[R, None, None]]: ...
    @overload
    def __get__(self, face: AsyncFace, owner: type) -> Callable[P, AsyncGenerator[R, None]]: ...
    def __get__(
        self, face: SyncFace | AsyncFace | None, owner: type
    ) -> (
        Iterating[P, R]
        | Callable[P, Generator[R, None, None]]
        | Callable[P, AsyncGenerator[R, None]]
    ):
        if face is None:
            return self
        walk = _walk if isinstance(face, SyncFace) else _walk_async

        def method(
            *args: P.args, **kwargs: P.kwargs
        ) -> Generator[R, None, None] | AsyncGenerator[R, None]:
            # Now, so that a slip is told where it was made.
            pages = _Pages(self._listing, self._listing.arguments(args, kwargs))
            return walk(face, pages)  # type: ignore[arg-type]

        return method  # type: ignore[return-value]


class _Pages(Generic[R]):
    """Which page to ask for next, and what of it is new."""

    def __init__(self, listing: Operation[..., Page[R]], given: dict[str, object]) -> None:
        limit, offset = given.pop("limit", None), given.pop("offset", None)
        self._left = int(limit) if isinstance(limit, (int, float)) else None
        self._size = _PAGE if self._left is None else min(_PAGE, self._left)
        self._offset = int(offset) if isinstance(offset, (int, float)) else 0
        self._listing = listing
        self._given = given
        self._seen: set[object] = set()
        self._last: Sequence[R] | None = None
        self.is_over = self._left is not None and self._left <= 0

    def next(self, settings: Settings) -> Flow[Sequence[R]]:
        """The things of the next page that were not on those before."""
        asked = {**self._given, "limit": self._size, "offset": self._offset}
        page = yield from self._listing._flow(settings, asked)
        self._offset += len(page)
        # More than was asked for, or the same again, comes from a list that has no pages.
        self.is_over = len(page) != self._size or page == self._last
        self._last = page
        fresh = [one for one in page if self._is_new(one)][: self._left]
        if self._left is not None:
            self._left -= len(fresh)
            self.is_over = self.is_over or self._left <= 0
        return fresh

    def _is_new(self, one: R) -> bool:
        # What was created meanwhile moves everything on by one, to the next page.
        identifier = getattr(one, "id", "")
        is_new = not identifier or identifier not in self._seen
        self._seen.add(identifier)
        return is_new


def _walk(face: SyncFace, pages: _Pages[R]) -> Generator[R, None, None]:
    while not pages.is_over:
        yield from face._perform(pages.next(face._settings))


async def _walk_async(face: AsyncFace, pages: _Pages[R]) -> AsyncGenerator[R, None]:
    while not pages.is_over:
        for one in await face._perform(pages.next(face._settings)):
            yield one


def _machine_secret_key(settings: Settings, given: dict[str, object]) -> str:
    """Return the key that goes with a call of a machine's, which a parameter may name."""
    key = given.pop(MACHINE_SECRET_KEY, None)
    if not isinstance(key, (str, type(None))):
        raise TypeError(f"{MACHINE_SECRET_KEY} must be a string, not {type(key).__name__}")
    # What a header cannot hold would be refused later, in an error that shows it.
    if key and not _HEADER_SAFE.fullmatch(key):
        raise ConfigurationError(
            "machine_secret_key holds characters that no key has. Copy it again from the machine's "
            "page in the Clerk dashboard.",
            code="machine-secret-key-invalid",
        )
    key = key or settings.machine_secret_key or settings.secret_key
    if not key:
        raise ConfigurationError(
            "Machines call the Backend API with a key of their own. Set CLERK_MACHINE_SECRET_KEY, "
            "or pass machine_secret_key=.",
            code="machine-secret-key-missing",
        )
    return key


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
