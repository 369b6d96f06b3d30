"""Find the plugins of this environment. One that is broken is left out, told of, and harms none.

It may not import a framework: an adapter says by name which one it serves.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import Distribution, EntryPoint, distributions
from inspect import iscoroutinefunction
from typing import cast

import pluggy

from clerk_core._authentication.result.state import Observer
from clerk_core._integration.plugins import hookspecs
from clerk_core._integration.plugins.hookspecs import PROJECT, Adapter

OWN = "clerk-core"
# A module that is a script may end the interpreter where it is imported.
ANY_FAILURE = (Exception, SystemExit)
log: logging.Logger = logging.getLogger(PROJECT)


@dataclass(frozen=True)
class Plugin:
    """One that was found: where it is from, what it offers, and what is wrong, if anything is.

    `distribution` is None for one that was given to the application.
    """

    name: str
    distribution: str | None
    version: str = ""
    problem: str | None = None
    adapters: tuple[Adapter, ...] = ()
    # One manager a plugin, so that a hook of one that fails is no failure of the others.
    hooks: pluggy.PluginManager | None = field(default=None, repr=False, compare=False)

    @property
    def origin(self) -> str:
        """Where it is from, in words."""
        return f"{self.distribution} {self.version}" if self.distribution else "this application"

    @property
    def observes(self) -> bool:
        """Whether it wants to be told of requests."""
        return bool(self.hooks and self.hooks.hook.clerk_observer.get_hookimpls())

    def observers(self) -> tuple[Observer, ...]:
        """What is to be told every state; one that is broken is left out, unless it was given."""
        if self.hooks is None:
            return ()
        try:
            return tuple(_checked_observer(one) for one in _results(self.hooks, "clerk_observer"))
        except ANY_FAILURE as error:
            if self.distribution is None:
                raise
            log.warning(
                "The observer %s of %s is left out (%s)", self.name, self.origin, told(error)
            )
            return ()


def find_plugins(given: Iterable[object] = ()) -> tuple[Plugin, ...]:
    """The plugins of the installed distributions, with what is wrong, and those that are given.

    This library's own come first; a later one counts more. Raises what one that is given raises.
    """
    installed = sorted(
        _installed(), key=lambda one: (one.distribution != OWN, one.distribution or "", one.name)
    )
    return *installed, *_read_given(given)


def _read_given(given: object) -> Iterator[Plugin]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(f"plugins must be a list of plugins, not {type(given).__name__}")
    for plugin in cast("Iterable[object]", given):
        name = _name_of(plugin)
        try:
            yield _read(plugin, name, None)
        except TypeError as error:
            raise TypeError(f"plugins holds {name}, which is not a plugin: {error}") from error


def load_observers(given: Iterable[object] = ()) -> tuple[Observer, ...]:
    """What is to be told every state, of all plugins; the log is told which are left out."""
    found = find_plugins(given)
    for plugin in found:
        if plugin.problem:
            log.warning(
                "The plugin %s of %s is left out (%s). See: clerk-core plugins",
                plugin.name,
                plugin.origin,
                plugin.problem,
            )
    return tuple(observer for plugin in found for observer in plugin.observers())


def told(error: BaseException) -> str:
    """An error in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _installed() -> Iterator[Plugin]:
    # Not `entry_points()`: there, one distribution whose file is malformed hides all others.
    seen: set[tuple[str, str]] = set()
    for distribution in distributions():
        try:
            points = distribution.entry_points.select(group=PROJECT)
        except ANY_FAILURE as error:
            yield Plugin("entry_points.txt", *_identity(distribution), told(error))
            continue
        # Asked of plugins only: reading the metadata of every distribution takes far longer.
        name, version = _identity(distribution) if points else ("", "")
        for point in points:
            # As with modules, the first on the path counts.
            if (name, point.name) not in seen:
                seen.add((name, point.name))
                yield _load(point, name, version)


def _identity(distribution: Distribution) -> tuple[str, str]:
    try:
        # Each access parses the whole file.
        metadata = distribution.metadata
        return metadata["Name"] or "unknown", metadata["Version"] or ""
    except ANY_FAILURE:
        return "unknown", ""


def _load(point: EntryPoint, distribution: str, version: str) -> Plugin:
    try:
        return _read(point.load(), point.name, distribution, version)
    except ANY_FAILURE as error:
        return Plugin(point.name, distribution, version, f"{point.value}: {told(error)}")


def _read(plugin: object, name: str, distribution: str | None, version: str = "") -> Plugin:
    if isinstance(plugin, type):
        raise TypeError(f"it is a class. Pass an object of it: {plugin.__qualname__}()")
    hooks = pluggy.PluginManager(PROJECT)
    hooks.add_hookspecs(hookspecs)
    hooks.register(plugin)
    # A hook that does not exist is a slip, or of a later version: it would never be called.
    hooks.check_pending()
    if not hooks.get_hookcallers(plugin):
        raise TypeError(
            "it has no function marked with hookimpl of clerk_core, such as clerk_observer"
        )
    adapters = tuple(_checked_adapter(one) for one in _results(hooks, "clerk_adapter"))
    return Plugin(name, distribution, version, None, adapters, hooks)


def _results(hooks: pluggy.PluginManager, name: str) -> list[object]:
    caller = getattr(hooks.hook, name)
    results: list[object] = caller()
    # None is not among them.
    if len(results) != len(caller.get_hookimpls()):
        raise TypeError(f"{name}() returns nothing")
    return results


def _checked_adapter(adapter: object) -> Adapter:
    if not isinstance(adapter, Adapter):
        raise TypeError("clerk_adapter() must return an Adapter")
    return adapter


def _checked_observer(observer: object) -> Observer:
    if not callable(observer) or iscoroutinefunction(observer):
        raise TypeError("clerk_observer() must return a plain function")
    return cast("Observer", observer)


def _name_of(plugin: object) -> str:
    return getattr(plugin, "__name__", type(plugin).__name__)
