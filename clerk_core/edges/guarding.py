"""What `require_auth` of every adapter does before it guards anything. It knows no framework."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ParamSpec, Protocol, TypeVar, overload

from clerk_core.outcome.authorization import Question, check_question

P = ParamSpec("P")
R = TypeVar("R")
Refusal = TypeVar("Refusal", covariant=True)


class Guard(Protocol[Refusal]):
    """Guards a view, be it a function or a coroutine function, in a framework that waits."""

    @overload
    def __call__(
        self, view: Callable[P, Coroutine[Any, Any, R]], /
    ) -> Callable[P, R | Refusal]: ...
    @overload
    def __call__(self, view: Callable[P, R], /) -> Callable[P, R | Refusal]: ...


class AsyncGuard(Protocol[Refusal]):
    """Guards a view, be it a function or a coroutine function, in a framework that awaits."""

    @overload
    def __call__(
        self, view: Callable[P, Awaitable[R]], /
    ) -> Callable[P, Awaitable[R | Refusal]]: ...
    @overload
    def __call__(self, view: Callable[P, R], /) -> Callable[P, Awaitable[R | Refusal]]: ...


def guarding(
    guard: Callable[[Any, Question], Callable[..., Any]],
    view: Callable[..., Any] | None,
    required: Question,
) -> Callable[..., Any]:
    """The guarded view, or for `require_auth()` without one what guards the view that comes.

    Raises `TypeError` for a question that does not exist, and for a view that is none.
    """
    check_question(required, "require_auth")
    if view is None:
        return lambda coming: guarding(guard, coming, required)
    if not callable(view):
        raise TypeError(
            "require_auth() takes what it requires by name, such as role='org:admin', and guards "
            f"what can be called, not {type(view).__name__}"
        )
    return guard(view, required)
