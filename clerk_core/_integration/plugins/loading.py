"""Find and load plugins. Broken plugins are skipped and logged; they never affect others.

It imports no framework: adapters are described by names.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import Distribution, EntryPoint, distributions
from inspect import iscoroutinefunction
from typing import Any, NamedTuple, cast

import pluggy

from clerk_core._api.api_call import CallObserver
from clerk_core._authentication.result.state import Observer
from clerk_core._integration.plugins import hookspecs
from clerk_core._integration.plugins.hookspecs import PROJECT, Adapter

OWN = "clerk-core"
# Importing a module that is a script may raise SystemExit.
ANY_FAILURE = (Exception, SystemExit)
log: logging.Logger = logging.getLogger(PROJECT)


_OBSERVERS = ("clerk_observer", "clerk_call_observer")


class Observing(NamedTuple):
    """The observers of plugins."""

    of_requests: tuple[Observer, ...] = ()
    of_calls: tuple[CallObserver, ...] = ()


@dataclass(frozen=True)
class Plugin:
    """A plugin that was found.

    Attributes:
        name: The name of its entry point, or of the object that was passed.
        distribution: The distribution that it comes from; None if it was passed to `install`.
        version: The version of the distribution.
        problem: Why it cannot be used; None if it can.
        adapters: The adapters that it returned.
        hooks: Its hooks; None if it cannot be used.
    """

    name: str
    distribution: str | None
    version: str = ""
    problem: str | None = None
    adapters: tuple[Adapter, ...] = ()
    # One manager per plugin: pluggy stops calling a hook at the first plugin that raises.
    hooks: pluggy.PluginManager | None = field(default=None, repr=False, compare=False)

    @property
    def origin(self) -> str:
        """The distribution and its version, for messages."""
        return f"{self.distribution} {self.version}" if self.distribution else "this application"

    @property
    def is_observer(self) -> bool:
        """Whether it implements `clerk_observer` or `clerk_call_observer`."""
        callers = [getattr(self.hooks.hook, name) for name in _OBSERVERS] if self.hooks else []
        return any(caller.get_hookimpls() for caller in callers)

    def observers(self) -> Observing:
        """Return its observers; raise what its hooks raise, or `TypeError`."""
        if self.hooks is None:
            return Observing()
        return Observing(*(tuple(_checked(name, self.hooks)) for name in _OBSERVERS))


def find_plugins(given: Iterable[object] = ()) -> tuple[Plugin, ...]:
    """Return all plugins. Later ones take precedence.

    First come those of this distribution, then those of other distributions by name, then those
    that are given.

    Args:
        given: Plugins of the application, in addition to those of installed distributions.

    Raises:
        TypeError: A given object is not a plugin.
        Exception: Whatever the hook of a given plugin raises.
    """
    installed = sorted(
        _installed(), key=lambda one: (one.distribution != OWN, one.distribution or "", one.name)
    )
    return *installed, *_load_given(given)


def load_observers(given: Iterable[object] = ()) -> Observing:
    """Return the observers of all plugins. Broken plugins of distributions are logged.

    Args:
        given: Plugins of the application, in addition to those of installed distributions.

    Raises:
        TypeError: A given object is not a plugin.
        Exception: Whatever the hook of a given plugin raises.
    """
    of_requests: list[Observer] = []
    of_calls: list[CallObserver] = []
    for plugin in find_plugins(given):
        problem = plugin.problem
        try:
            found = plugin.observers()
            of_requests += found.of_requests
            of_calls += found.of_calls
        except ANY_FAILURE as error:
            if plugin.distribution is None:
                raise
            problem = describe(error)
        if problem:
            log.warning(
                "The plugin %s of %s was skipped (%s). See: clerk-core plugins",
                plugin.name,
                plugin.origin,
                problem,
                extra={"event": "clerk.plugin_skipped"},
            )
    return Observing(tuple(of_requests), tuple(of_calls))


def describe(error: BaseException) -> str:
    """Return an error as one line of text."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _installed() -> Iterator[Plugin]:
    # Not `entry_points()`, which raises if the file of any distribution is malformed.
    seen: set[tuple[str, str]] = set()
    for distribution in distributions():
        try:
            points = distribution.entry_points.select(group=PROJECT)
        except ANY_FAILURE as error:
            yield Plugin("entry_points.txt", *_name_and_version(distribution), describe(error))
            continue
        # Only for plugins: reading the metadata of every distribution takes far longer.
        name, version = _name_and_version(distribution) if points else ("", "")
        for point in points:
            # As with modules, the first on the path counts.
            if (name, point.name) not in seen:
                seen.add((name, point.name))
                yield _load_installed(point, name, version)


def _name_and_version(distribution: Distribution) -> tuple[str, str]:
    try:
        # Each access parses the whole file.
        metadata = distribution.metadata
        return metadata["Name"] or "unknown", metadata["Version"] or ""
    except ANY_FAILURE:
        return "unknown", ""


def _load_installed(point: EntryPoint, distribution: str, version: str) -> Plugin:
    try:
        return _load(point.load(), point.name, distribution, version)
    except ANY_FAILURE as error:
        return Plugin(point.name, distribution, version, f"{point.value}: {describe(error)}")


def _load_given(given: object) -> Iterator[Plugin]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(f"plugins must be a list of plugins, not {type(given).__name__}")
    for plugin in cast("Iterable[object]", given):
        name = getattr(plugin, "__name__", type(plugin).__name__)
        try:
            yield _load(plugin, name, None)
        except TypeError as error:
            raise TypeError(f"plugins contains {name}, which is not a plugin: {error}") from error


def _load(plugin: object, name: str, distribution: str | None, version: str = "") -> Plugin:
    if isinstance(plugin, type):
        raise TypeError(f"it is a class. Pass an object of it: {plugin.__qualname__}()")
    hooks = pluggy.PluginManager(PROJECT)
    hooks.add_hookspecs(hookspecs)
    hooks.register(plugin)
    # Raises for a hook that does not exist, which would never be called.
    hooks.check_pending()
    if not hooks.get_hookcallers(plugin):
        raise TypeError(
            "it has no function marked with hookimpl of clerk_core, such as clerk_observer"
        )
    adapters: list[object] = hooks.hook.clerk_adapter()
    return Plugin(name, distribution, version, None, tuple(map(_checked_adapter, adapters)), hooks)


def _checked_adapter(adapter: object) -> Adapter:
    if not isinstance(adapter, Adapter):
        raise TypeError("clerk_adapter() must return an Adapter")
    return adapter


def _checked(name: str, hooks: pluggy.PluginManager) -> Iterator[Any]:
    """Yield the observers that a hook returns."""
    for observer in getattr(hooks.hook, name)():
        if not callable(observer) or iscoroutinefunction(observer):
            raise TypeError(f"{name}() must return a plain function")
        yield observer
