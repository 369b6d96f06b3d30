"""The key of a call that machines make: the machine's own, where one is given or set."""

from __future__ import annotations

import re

from clerk_core._settings.settings import Settings
from clerk_core.errors import ConfigurationError

MACHINE_SECRET_KEY = "machine_secret_key"
"""The parameter of operations that machines call, for another key than the client's."""

_HEADER_SAFE = re.compile(r"[!-~]+")


def take_machine_secret_key(settings: Settings, given: dict[str, object]) -> str:
    """Return the key to call with, and take it out of the arguments, which are sent."""
    key = given.pop(MACHINE_SECRET_KEY, None)
    if not isinstance(key, (str, type(None))):
        raise TypeError(f"{MACHINE_SECRET_KEY} must be a string, not {type(key).__name__}")
    # What a header cannot hold would be refused later, in an error that shows it.
    if key and not _HEADER_SAFE.fullmatch(key):
        raise ConfigurationError(
            "machine_secret_key holds characters that no key has. Copy it again from the machine's "
            "page in the Clerk dashboard.",
            code="machine-secret-key-invalid",
        )
    key = key or settings.machine_secret_key or settings.secret_key
    if not key:
        raise ConfigurationError(
            "Machines call the Backend API with a key of their own. Set CLERK_MACHINE_SECRET_KEY, "
            "or pass machine_secret_key=.",
            code="machine-secret-key-missing",
        )
    return key
