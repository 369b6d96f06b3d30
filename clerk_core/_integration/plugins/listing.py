"""What `clerk-core plugins` shows: every plugin, where it is from, what it brings, its state.

To say truly what is ready it imports the frameworks that are installed; nothing else may.
"""

from __future__ import annotations

from clerk_core._integration.plugins.adapters import (
    how_to_install,
    installer_of,
    is_framework_missing,
    resolve,
)
from clerk_core._integration.plugins.hookspecs import Adapter
from clerk_core._integration.plugins.loading import ANY_FAILURE, Plugin, told

_HEADINGS = ("PLUGIN", "DISTRIBUTION", "BRINGS", "STATE")


def table(plugins: tuple[Plugin, ...]) -> str:
    """The plugins in lines, a column for each of the headings."""
    rows = [_HEADINGS, *map(_row, plugins)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(plugin: Plugin) -> tuple[str, str, str, str]:
    brings = [f"adapter for {adapter.app_type}" for adapter in plugin.adapters]
    if plugin.observes:
        brings.append("observer")
    return plugin.name, plugin.origin, ", ".join(brings) or "-", _state(plugin)


def _state(plugin: Plugin) -> str:
    if plugin.problem:
        return f"broken: {plugin.problem}"
    states = [_state_of_adapter(plugin, adapter) for adapter in plugin.adapters]
    return next((state for state in states if state != "ready"), "ready")


def _state_of_adapter(plugin: Plugin, adapter: Adapter) -> str:
    if is_framework_missing(adapter):
        return f"{adapter.package} is not installed: {how_to_install(plugin, adapter)}"
    target = adapter.app_type
    try:
        if not isinstance(resolve(target), type):
            raise TypeError("it is no class")
        target = adapter.install
        installer_of(adapter)
    except ANY_FAILURE as error:
        return f"broken: {target}: {told(error)}"
    return "ready"
