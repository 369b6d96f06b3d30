"""Types of `auth()` and `current_user()` for mypy, so that it reports a forgotten `await`.

mypy reports the truth value of functions and classes only (`truthy-function`). So the result to
await has the type of a class, whose metaclass is a coroutine. Such a type cannot be written, only
inferred from an argument, hence `KINDS`, `USER` and `ORGANIZATION`. Pyright needs none of this: it
reads `StrictCoroutine.__bool__`. Nothing here is used at run time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from clerk_core._auth import AsyncAnyAuth, AsyncAuth, AsyncMachineAuth, AsyncSignedOutAuth
from clerk_core._authentication.request.token_kinds import MachineTokenType, SeveralTokenTypes
from clerk_core.models import Organization, User

if TYPE_CHECKING:
    from collections.abc import Coroutine
else:

    class Coroutine:
        """Is no base class at run time, because ABCMeta cannot have metaclasses as subclasses."""

        def __class_getitem__(cls, item: object) -> type:
            return object


Connection = TypeVar("Connection", contravariant=True)
Machine = TypeVar("Machine")
Several = TypeVar("Several")
Awaited = TypeVar("Awaited")


class _Machine(type, Coroutine[Any, Any, AsyncMachineAuth | AsyncSignedOutAuth]): ...


class _Any(type, Coroutine[Any, Any, AsyncAnyAuth]): ...


class _User(type, Coroutine[Any, Any, User | None]): ...


class _Organization(type, Coroutine[Any, Any, Organization | None]): ...


class MachineAuthNotAwaited(metaclass=_Machine):
    """The result of `auth()` for one kind of machine token."""


class AnyAuthNotAwaited(metaclass=_Any):
    """The result of `auth()` for several kinds of token."""


class UserNotAwaited(metaclass=_User):
    """The result of `current_user()`."""


class OrganizationNotAwaited(metaclass=_Organization):
    """The result of `current_organization()`."""


KINDS = (MachineAuthNotAwaited, AnyAuthNotAwaited)
USER = UserNotAwaited
ORGANIZATION = OrganizationNotAwaited


class Auth(Generic[Machine, Several]):
    """The type of `auth`."""

    def __init__(self, machine: Machine, several: Several) -> None: ...

    @overload
    def __call__(
        self,
        *,
        accepts_token: Literal["session_token"] = "session_token",
        treat_pending_as_signed_out: bool = True,
    ) -> AsyncAuth: ...
    @overload
    def __call__(self, *, accepts_token: MachineTokenType) -> Machine: ...
    @overload
    def __call__(
        self, *, accepts_token: SeveralTokenTypes, treat_pending_as_signed_out: bool = True
    ) -> Several: ...
    def __call__(self, **_: Any) -> Any:
        """Return the Auth object, or a coroutine that returns it."""


class AuthOf(Generic[Connection, Machine, Several]):
    """The type of `auth` if it is given the request."""

    def __init__(
        self, find: Callable[[Connection], object], machine: Machine, several: Several
    ) -> None: ...

    @overload
    def __call__(
        self,
        request: Connection,
        /,
        *,
        accepts_token: Literal["session_token"] = "session_token",
        treat_pending_as_signed_out: bool = True,
    ) -> AsyncAuth: ...
    @overload
    def __call__(self, request: Connection, /, *, accepts_token: MachineTokenType) -> Machine: ...
    @overload
    def __call__(
        self,
        request: Connection,
        /,
        *,
        accepts_token: SeveralTokenTypes,
        treat_pending_as_signed_out: bool = True,
    ) -> Several: ...
    def __call__(self, request: Any, /, **_: Any) -> Any:
        """Return the Auth object, or a coroutine that returns it."""


class Awaiting(Generic[Awaited]):
    """The type of `current_user` and `current_organization`."""

    def __init__(self, result: Awaited) -> None: ...

    def __call__(self) -> Awaited:
        """Return a coroutine that returns the result."""
        raise NotImplementedError


class AwaitingOf(Generic[Connection, Awaited]):
    """The type of both if they are given the request."""

    def __init__(self, find: Callable[[Connection], object], result: Awaited) -> None: ...

    def __call__(self, request: Connection, /) -> Awaited:
        """Return a coroutine that returns the result."""
        raise NotImplementedError
