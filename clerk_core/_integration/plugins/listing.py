"""The table of `clerk-core plugins`: each plugin, its origin, what it provides and its state.

To show the state it imports the installed frameworks, which nothing else may.
"""

from __future__ import annotations

from clerk_core._integration.plugins.adapters import (
    import_installer,
    import_object,
    install_command,
)
from clerk_core._integration.plugins.hookspecs import Adapter
from clerk_core._integration.plugins.loading import ANY_FAILURE, Plugin, describe

_HEADINGS = ("PLUGIN", "DISTRIBUTION", "PROVIDES", "STATE")


def format_plugins(plugins: tuple[Plugin, ...]) -> str:
    """Return a table with a line for each plugin."""
    rows = [_HEADINGS, *map(_row, plugins)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(plugin: Plugin) -> tuple[str, str, str, str]:
    provides = [f"adapter for {adapter.app_type}" for adapter in plugin.adapters]
    if plugin.is_observer:
        provides.append("observer")
    return plugin.name, plugin.origin, ", ".join(provides) or "-", _state(plugin)


def _state(plugin: Plugin) -> str:
    if plugin.problem:
        return f"broken: {plugin.problem}"
    states = [_adapter_state(plugin, adapter) for adapter in plugin.adapters]
    return next((state for state in states if state != "ready"), "ready")


def _adapter_state(plugin: Plugin, adapter: Adapter) -> str:
    target = adapter.app_type
    try:
        if not isinstance(import_object(target), type):
            raise TypeError("it is not a class")
        target = adapter.install
        import_installer(adapter)
    except ANY_FAILURE as error:
        if isinstance(error, ModuleNotFoundError) and error.name == adapter.package:
            return f"{adapter.package} is not installed: {install_command(plugin, adapter)}"
        return f"broken: {target}: {describe(error)}"
    return "ready"
