"""The parts of `require_auth` that all adapters share. It knows no framework."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from clerk_core._authentication.result.access import GuardOptions, read_access

T = TypeVar("T")

_GUARDED = "_clerk_guarded"
_log = logging.getLogger("clerk_core")


class Guard(Protocol):
    """The type of `require_auth(role=…)`: a decorator that returns what it is given, guarded."""

    def __call__(self, view: T, /) -> T: ...


def guard_view(
    guard: Callable[[Any, GuardOptions], Any],
    view: Any,
    options: GuardOptions,
    is_view: Callable[[object], bool] = callable,
) -> Any:
    """Return what `require_auth` returns: the guarded view, or a decorator if `view` is None.

    Args:
        guard: Makes the guarded view from a view and its requirements.
        view: The view of `@require_auth`; None in `@require_auth(role="org:admin")`.
        options: The keyword arguments of `require_auth`.
        is_view: Returns whether something can be guarded.

    Raises:
        TypeError: A requirement is malformed, or `view` is not a view.
    """
    read_access(options, "require_auth")
    if view is None:

        def decorate(coming: Callable[..., Any]) -> Any:
            return guard_view(guard, coming, options, is_view)

        return decorate
    if not is_view(view):
        raise TypeError(
            "require_auth() takes a view, or keyword arguments such as role='org:admin', not "
            f"{type(view).__name__}"
        )
    guarded = guard(view, options)
    # The view itself as value, because wrappers copy attributes.
    with suppress(AttributeError, TypeError):
        setattr(view, _GUARDED, view)
    return guarded


def warn_of_unguarded(endpoints: Iterable[object]) -> None:
    """Log a warning for each view whose `@require_auth` has no effect, once at start.

    A route decorator registers the view itself, so `@require_auth` above it guards nothing. There
    is no warning for a view that is also registered with its guard.

    Args:
        endpoints: The views of all routes.
    """
    # Each once, although it may have several routes.
    views = list({id(endpoint): endpoint for endpoint in endpoints}.values())
    wrapped = {id(inner) for view in views for inner in _wrapped_by(view)}
    for endpoint in views:
        was_guarded = getattr(endpoint, _GUARDED, None) is endpoint
        if endpoint is not None and was_guarded and id(endpoint) not in wrapped:
            _log.warning(
                "@require_auth has no effect on %s.%s: the route decorator registers the view "
                "without it. Put @require_auth below the route decorator.",
                getattr(endpoint, "__module__", ""),
                getattr(endpoint, "__qualname__", type(endpoint).__qualname__),
                extra={"event": "clerk.guard_without_effect"},
            )


def _wrapped_by(endpoint: object) -> Iterator[object]:
    while (endpoint := getattr(endpoint, "__wrapped__", None)) is not None:
        yield endpoint
