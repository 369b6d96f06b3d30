"""Find the adapter for an application. It imports no framework but the application's own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from operator import attrgetter
from typing import TypeAlias

from clerk_core._integration.plugins.hookspecs import Adapter
from clerk_core._integration.plugins.loading import ANY_FAILURE, OWN, Plugin, describe, log
from clerk_core.errors import ConfigurationError

Installer: TypeAlias = Callable[..., object]


def installer_for(app: object, plugins: tuple[Plugin, ...]) -> Installer:
    """Return the function that installs Clerk in an application.

    It is that of the adapter for the most specific class of the application. Of several such
    adapters the last takes precedence; one that cannot be imported is skipped and logged.

    Raises:
        ConfigurationError: There is no adapter for the application, or none can be imported.
    """
    problems: list[str] = []
    cause: BaseException | None = None
    for plugin, adapter in _candidates(type(app), plugins):
        try:
            return import_installer(adapter)
        except ANY_FAILURE as error:
            problem = (
                f"The adapter {adapter.name} of {plugin.origin} is broken "
                f"({adapter.install}: {describe(error)})."
            )
            log.warning("%s", problem, extra={"event": "clerk.adapter_broken"})
            problems.append(f"{problem} Try: {install_command(plugin, adapter)}")
            cause = error
    if problems:
        raise ConfigurationError(" ".join(problems), code="adapter-broken") from cause
    raise _no_adapter(type(app), plugins)


def import_installer(adapter: Adapter) -> Installer:
    """Import the function that installs Clerk; raise what importing it raises, or `TypeError`."""
    install = import_object(adapter.install)
    if not callable(install):
        raise TypeError("it is not a function")
    return install


def import_object(target: str) -> object:
    """Import the object that is written as `module:name`; raise what importing it raises."""
    module, _, name = target.partition(":")
    return attrgetter(name)(import_module(module))


def install_command(plugin: Plugin, adapter: Adapter) -> str:
    """Return the command that installs what an adapter needs."""
    if plugin.distribution == OWN:
        return f'pip install "{OWN}[{adapter.name}]"'
    return f"pip install {plugin.distribution or adapter.package}"


def _candidates(app_type: type, plugins: tuple[Plugin, ...]) -> list[tuple[Plugin, Adapter]]:
    bases = app_type.__mro__
    packages = {base.__module__.partition(".")[0] for base in bases}
    found = [
        (bases.index(supported), plugin, adapter)
        for plugin in reversed(plugins)
        for adapter in plugin.adapters
        if (supported := _supported_type(adapter, packages)) in bases
    ]
    nearest = min((distance for distance, _, _ in found), default=None)
    return [(plugin, adapter) for distance, plugin, adapter in found if distance == nearest]


def _supported_type(adapter: Adapter, packages: set[str]) -> type | None:
    """Return the class that it supports; None if that does not exist or cannot be the app's."""
    module = adapter.app_type.partition(":")[0]
    # No application is of a class that nothing has imported.
    if module not in sys.modules and adapter.package not in packages:
        return None
    try:
        supported = import_object(adapter.app_type)
    except ANY_FAILURE:
        return None
    return supported if isinstance(supported, type) else None


def _no_adapter(app_type: type, plugins: tuple[Plugin, ...]) -> ConfigurationError:
    names = sorted(adapter.name for plugin in plugins for adapter in plugin.adapters)
    broken = "".join(
        f" The plugin {plugin.name} of {plugin.origin} is broken ({plugin.problem})."
        for plugin in plugins
        if plugin.problem
    )
    return ConfigurationError(
        f"There is no adapter for {app_type.__module__}.{app_type.__qualname__}. Adapters: "
        f"{', '.join(names) or 'none'}.{broken} Install a distribution with an adapter, or wrap "
        "the application in clerk_core.WsgiMiddleware or clerk_core.AsgiMiddleware.",
        code="adapter-missing",
    )
