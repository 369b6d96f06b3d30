"""`clerk_core.install(app)`, for applications of any framework with an adapter."""

from __future__ import annotations

from clerk_core._compat import Unpack
from clerk_core._integration.options import AsyncInstallOptions
from clerk_core._integration.plugins.adapters import installer_for
from clerk_core._integration.plugins.loading import find_plugins


def install(app: object, **options: Unpack[AsyncInstallOptions]) -> None:
    """Install Clerk in an application with the adapter for its framework.

    Args:
        app: The application.
        options: The options of the adapter.

    Raises:
        ConfigurationError: There is no adapter for the application, or a key is missing.
    """
    if "plugins" in options:
        # Read here and by the adapter.
        options["plugins"] = tuple(options["plugins"])
    installer_for(app, find_plugins(options.get("plugins", ())))(app, **options)
