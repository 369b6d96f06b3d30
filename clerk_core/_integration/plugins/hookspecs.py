"""The hooks that a plugin may implement; each is called when Clerk is installed, never later.

A plugin is a module or an object. It is found by the entry point of its distribution:

    [project.entry-points.clerk_core]
    bottle = "clerk_bottle_plugin"

or handed in where Clerk is installed, as `plugins=[…]`. A hook is a function of the names below,
marked with `hookimpl`:

    from clerk_core import Adapter, hookimpl

    @hookimpl
    def clerk_adapter() -> Adapter:
        return Adapter("bottle", "bottle:Bottle", "clerk_bottle:install")

The entry point's module is imported wherever Clerk is installed, so it imports no framework.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pluggy

from clerk_core._authentication.result.state import Observer

PROJECT = "clerk_core"

hookspec: pluggy.HookspecMarker = pluggy.HookspecMarker(PROJECT)
hookimpl: pluggy.HookimplMarker = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of the hook of that name."""

_TARGET = re.compile(r"[^\W\d]\w*(\.\w+)*:\w+(\.\w+)*")


@dataclass(frozen=True)
class Adapter:
    """Brings Clerk to a framework; told as text, so that telling imports neither of them.

    `name` is how people call the framework. `app_type` is the class of its applications and
    `install` the function `install(app, **options)` that installs Clerk in one, both written as an
    entry point is: `module:name`. Raises `ValueError` where they are not.
    """

    name: str
    app_type: str
    install: str

    def __post_init__(self) -> None:
        if not _is_text(self.name):
            raise ValueError(f"an Adapter's name must be a string, not {self.name!r}")
        for target in (self.app_type, self.install):
            if not _is_text(target) or not _TARGET.fullmatch(target):
                raise ValueError(f"an Adapter's {target!r} must be written as module:name")

    @property
    def package(self) -> str:
        """The package of the framework."""
        return self.app_type.partition(":")[0].partition(".")[0]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


@hookspec
def clerk_adapter() -> Adapter:  # type: ignore[empty-body]
    """Tell of an adapter; `clerk_core.install(app)` finds it by the type of `app`.

    The most specific class counts, and of two adapters for one class the one of another
    distribution than `clerk-core`: a plugin may replace what is built in.
    """


@hookspec
def clerk_observer() -> Observer:  # type: ignore[empty-body]
    """Give a function that is told the `RequestState` of every request that is decided about.

    It is called on the request's way, by any thread: it has to be quick, and nothing awaits it.
    What it raises is logged and breaks nothing. `OutcomeCounter` is an example.
    """
