"""The hooks of plugins. `docs/plugins` has a page for each.

Hooks are called when Clerk is installed in an application, never during a request.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass

import pluggy

from clerk_core._api.api_call import CallObserver
from clerk_core._authentication.result.state import Observer

PROJECT = "clerk_core"

hookspec: pluggy.HookspecMarker = pluggy.HookspecMarker(PROJECT)
hookimpl: pluggy.HookimplMarker = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of the hook with its name."""

_TARGET = re.compile(r"[^\W\d]\w*(\.\w+)*:\w+(\.\w+)*")


@dataclass(frozen=True)
class Adapter:
    """An adapter, described by names so that neither it nor its framework is imported.

    Args:
        name: The name of the framework.
        app_type: The class of its applications, as `module:name`.
        install: The function `install(app, **options)` that installs Clerk, as `module:name`.

    Raises:
        TypeError: An argument is not a string.
        ValueError: `app_type` or `install` is not written as `module:name`.
    """

    name: str
    app_type: str
    install: str

    def __post_init__(self) -> None:
        if not all(isinstance(argument, str) for argument in astuple(self)):
            raise TypeError("the arguments of Adapter() must be strings")
        for target in (self.app_type, self.install):
            if not _TARGET.fullmatch(target):
                raise ValueError(f"Adapter() argument {target!r} must be written as module:name")

    @property
    def package(self) -> str:
        """The package of the framework."""
        return self.app_type.partition(":")[0].partition(".")[0]


@hookspec
def clerk_adapter() -> Adapter | None:
    """Return an adapter. `clerk_core.install(app)` finds it by the type of `app`."""


@hookspec
def clerk_observer() -> Observer | None:
    """Return a function that is called with the `RequestState` of every request."""


@hookspec
def clerk_call_observer() -> CallObserver | None:
    """Return a function that is called with an `ApiCall` after each call of Clerk's API."""
