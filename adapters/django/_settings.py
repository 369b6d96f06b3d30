"""The options of Clerk in the settings of a project. It makes no client.

The setting `CLERK` is a dictionary of options, with names in upper or lower case. Settings such as
`CLERK_SECRET_KEY` are read where it has none, and then the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings

from clerk_core import ConfigurationError
from clerk_core.adapters import (
    AsyncInstallOptions,
    InstallOptions,
    merge_options,
    options_in_config,
)

_NAMES = tuple(AsyncInstallOptions.__annotations__)
WEBHOOK_SECRET = "webhook_signing_secret"
"""The name of the secret that webhooks are verified with, which is no option of a client."""


def install_options() -> InstallOptions:
    """Return the options for code that waits.

    Raises:
        ConfigurationError: A name is misspelled or given twice.
        TypeError: The setting `CLERK` is not a dictionary.
    """
    only_async = set(_NAMES) - set(InstallOptions.__annotations__)
    options = {name: value for name, value in _options().items() if name not in only_async}
    return cast("InstallOptions", options)


def async_install_options() -> AsyncInstallOptions:
    """Return the options for code that awaits.

    Raises:
        ConfigurationError: A name is misspelled or given twice.
        TypeError: The setting `CLERK` is not a dictionary.
    """
    return _options()


def clerk_variables() -> dict[str, str]:
    """Return the environment variables of Clerk, which settings take precedence over."""
    return {name: value for name, value in os.environ.items() if name.startswith("CLERK_")}


def webhook_secret() -> str | None:
    """Return the signing secret of webhooks in the settings; None leaves it to the environment.

    Raises:
        ConfigurationError: A name is given twice.
        TypeError: The setting `CLERK` is not a dictionary.
    """
    found = _mapping().get(WEBHOOK_SECRET) or getattr(
        settings, f"CLERK_{WEBHOOK_SECRET.upper()}", None
    )
    return str(found) if found else None


def _options() -> AsyncInstallOptions:
    names = [name for name in dir(settings) if name.startswith("CLERK_")]
    configured = options_in_config({name: getattr(settings, name) for name in names}, _NAMES)
    in_mapping = {name: value for name, value in _mapping().items() if name != WEBHOOK_SECRET}
    return merge_options(configured, cast("AsyncInstallOptions", in_mapping))


def _mapping() -> dict[str, Any]:
    """Return the options of the setting `CLERK`, with names in lower case."""
    given: Any = getattr(settings, "CLERK", None) or {}
    if not isinstance(given, Mapping):
        kind = type(given).__name__
        raise TypeError(f"The setting CLERK must be a dictionary of options, not {kind}")
    options: dict[str, Any] = {}
    for key, value in cast("Mapping[object, Any]", given).items():
        name = str(key).lower()
        if name in options:
            raise ConfigurationError(
                f"The setting CLERK has the option {name!r} twice.", code="setting-twice"
            )
        options[name] = value
    return options
