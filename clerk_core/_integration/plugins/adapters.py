"""Find the adapter for an application, whatever its framework, and what is wrong where none works.

It imports no other framework than the application's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter
from typing import TypeAlias

from clerk_core._integration.plugins.hookspecs import Adapter
from clerk_core._integration.plugins.loading import ANY_FAILURE, OWN, Plugin, log, told
from clerk_core.errors import ConfigurationError

Installer: TypeAlias = Callable[..., object]


def installer_for(app: object, plugins: tuple[Plugin, ...]) -> Installer:
    """What installs Clerk in this application: of the adapter for the nearest of its classes.

    Of several the last counts; one that is broken is passed over. Raises `ConfigurationError`
    where none serves the application, or none that does can be used.
    """
    serving = _serving(type(app), plugins)
    problems: list[str] = []
    cause: BaseException | None = None
    for plugin, adapter in serving:
        try:
            return installer_of(adapter)
        except ANY_FAILURE as error:
            problem = (
                f"The adapter {adapter.name} of {plugin.origin} is broken "
                f"({adapter.install}: {told(error)})."
            )
            log.warning("%s", problem)
            problems.append(f"{problem} Try: {how_to_install(plugin, adapter)}")
            cause = error
    raise (_unusable(problems) if problems else _missing(type(app), plugins)) from cause


def installer_of(adapter: Adapter) -> Installer:
    """What installs Clerk for this adapter; raises whatever is wrong with it."""
    install = resolve(adapter.install)
    if not callable(install):
        raise TypeError("it is no function")
    return install


def is_framework_missing(adapter: Adapter) -> bool:
    """Whether the package of its framework is not installed."""
    if adapter.package in sys.modules:
        # None stands for a module that must not be imported.
        return not sys.modules[adapter.package]
    return find_spec(adapter.package) is None


def how_to_install(plugin: Plugin, adapter: Adapter) -> str:
    """The command that installs what an adapter needs."""
    if plugin.distribution == OWN:
        return f'pip install "{OWN}[{adapter.name}]"'
    return f"pip install {plugin.distribution or adapter.package}"


def resolve(target: str) -> object:
    """What `module:name` stands for; raises what importing it raises."""
    module, _, name = target.partition(":")
    return attrgetter(name)(import_module(module))


def _serving(kind: type, plugins: tuple[Plugin, ...]) -> list[tuple[Plugin, Adapter]]:
    lineage = kind.__mro__
    packages = {one.__module__.partition(".")[0] for one in lineage}
    serving = [
        (lineage.index(served), plugin, adapter)
        for plugin in reversed(plugins)
        for adapter in plugin.adapters
        if (served := _app_class(adapter, packages)) in lineage
    ]
    nearest = min((distance for distance, _, _ in serving), default=None)
    return [(plugin, adapter) for distance, plugin, adapter in serving if distance == nearest]


def _app_class(adapter: Adapter, packages: set[str]) -> type | None:
    """The class that it serves; None where that is loaded by nobody, so that no object is of it."""
    module = adapter.app_type.partition(":")[0]
    if module not in sys.modules and adapter.package not in packages:
        return None
    try:
        served = resolve(adapter.app_type)
    except ANY_FAILURE:
        return None
    return served if isinstance(served, type) else None


def _missing(kind: type, plugins: tuple[Plugin, ...]) -> ConfigurationError:
    names = sorted(adapter.name for plugin in plugins for adapter in plugin.adapters)
    broken = "".join(
        f" The plugin {plugin.name} of {plugin.origin} is broken ({plugin.problem})."
        for plugin in plugins
        if plugin.problem
    )
    return ConfigurationError(
        f"No adapter serves {kind.__module__}.{kind.__qualname__}; "
        f"there are: {', '.join(names) or 'none'}.{broken} "
        "Install a distribution that brings one, or wrap the application in "
        "clerk_core.WsgiMiddleware or clerk_core.AsgiMiddleware.",
        code="adapter-missing",
    )


def _unusable(problems: list[str]) -> ConfigurationError:
    return ConfigurationError(" ".join(problems), code="adapter-broken")
