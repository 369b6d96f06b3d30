"""`clerk_core.install(app)`: the right adapter for an application, whatever its framework."""

from __future__ import annotations

from clerk_core._compat import Unpack
from clerk_core._integration.options import AsyncInstallOptions
from clerk_core._integration.plugins.adapters import installer_for
from clerk_core._integration.plugins.loading import find_plugins


def install(app: object, **options: Unpack[AsyncInstallOptions]) -> None:
    """Install Clerk in an application, by the adapter that serves its type.

    Options are those of the adapter, mostly those of `Settings`. Raises `ConfigurationError` where
    no adapter serves it, and when a key is missing.
    """
    if "plugins" in options:
        # Read twice, here and by the adapter.
        options["plugins"] = tuple(options["plugins"])
    installer_for(app, find_plugins(options.get("plugins", ())))(app, **options)
