"""Choose the key of a call by a machine: the machine's key if there is one."""

from __future__ import annotations

from clerk_core._settings.settings import Settings
from clerk_core._settings.values import HEADER_SAFE
from clerk_core.errors import ConfigurationError

MACHINE_SECRET_KEY = "machine_secret_key"
"""The parameter that overrides the key of the client, in operations that machines call."""


def take_machine_secret_key(settings: Settings, given: dict[str, object]) -> str:
    """Return the key of a call, and remove it from the arguments, so that it is not sent.

    Raises:
        ConfigurationError: There is no key, or it contains characters that keys cannot contain.
        TypeError: The key is not a string.
    """
    key = given.pop(MACHINE_SECRET_KEY, None)
    if not isinstance(key, (str, type(None))):
        raise TypeError(f"{MACHINE_SECRET_KEY} must be a string, not {type(key).__name__}")
    # An HTTP client would reject other characters in an error that shows the key.
    if key and not HEADER_SAFE.fullmatch(key):
        raise ConfigurationError(
            "machine_secret_key contains invalid characters. Copy it again from the machine's page "
            "in the Clerk dashboard.",
            code="machine-secret-key-invalid",
        )
    key = key or settings.machine_secret_key or settings.secret_key
    if not key:
        raise ConfigurationError(
            "This call of the Backend API needs the secret key of a machine. Set "
            "CLERK_MACHINE_SECRET_KEY, or pass machine_secret_key=.",
            code="machine-secret-key-missing",
        )
    return key
