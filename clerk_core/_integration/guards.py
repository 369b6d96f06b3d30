"""What `require_auth` of every adapter does before it guards anything. It knows no framework."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, ParamSpec, Protocol, TypeVar, cast, overload

from clerk_core._authentication.result.authorization import Requirement, check_requirement

P = ParamSpec("P")
R = TypeVar("R")
Refusal = TypeVar("Refusal", covariant=True)

_GUARDED = "_clerk_guarded"
_log = logging.getLogger("clerk_core")


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


class SameGuard(Protocol):
    """Guards a view that responds as its guard does."""

    def __call__(self, view: Callable[P, R], /) -> Callable[P, R]:
        """Return the guarded view."""
        ...


def guard_with(
    guard: Callable[[Any, Requirement], Callable[..., Any]],
    view: Callable[..., Any] | None,
    required: Requirement,
) -> Callable[..., Any]:
    """The guarded view, or for `require_auth()` without one what guards the view that comes.

    Raises `TypeError` for a question that does not exist, and for a view that is none.
    """
    check_requirement(required, "require_auth")
    if view is None:

        def decorate(coming: Callable[..., Any]) -> Callable[..., Any]:
            return guard_with(guard, coming, required)

        return decorate
    if not callable(view):
        raise TypeError(
            "require_auth() takes what it requires by name, such as role='org:admin', and guards "
            f"what can be called, not {type(view).__name__}"
        )
    guarded = guard(view, required)
    # Itself, because what wraps a view copies its attributes.
    with suppress(AttributeError, TypeError):
        setattr(view, _GUARDED, view)
    return guarded


def warn_of_unguarded(endpoints: Iterable[object]) -> None:
    """Log a warning for each view that a router holds without the guard that was put on it.

    A decorator of a route hands the view itself to the router, so `@require_auth` above it guards
    nothing. A view that is there twice, guarded and not, is meant to be.
    """
    # Each once, though it may have several routes.
    held = list({id(endpoint): endpoint for endpoint in endpoints}.values())
    wrapped = {id(one) for endpoint in held for one in _wrapped_by(endpoint)}
    for endpoint in held:
        is_guarded_elsewhere = getattr(endpoint, _GUARDED, None) is endpoint
        if endpoint is not None and is_guarded_elsewhere and id(endpoint) not in wrapped:
            _log.warning(
                "require_auth does not guard %s.%s: its route was added without the guard. Put "
                "@require_auth below the decorator of the route.",
                getattr(endpoint, "__module__", ""),
                getattr(endpoint, "__qualname__", type(endpoint).__qualname__),
            )


def _wrapped_by(endpoint: object) -> Iterator[object]:
    while (endpoint := getattr(endpoint, "__wrapped__", None)) is not None:
        yield endpoint


def without_partial(function: object) -> object:
    """Return the function of a `functools.partial`, and anything else as it is."""
    return cast("partial[object]", function).func if isinstance(function, partial) else function
