"""What is raised: misuse of the library and a network that failed. Never an invalid token.

A token that does not hold is an outcome with a `Reason`; see `clerk_core.words.reasons`.
"""

from __future__ import annotations


class ClerkError(Exception):
    """The root of everything this library raises.

    `code` is a stable slug to branch on; `message` is a sentence that says what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


class ConfigurationError(ClerkError):
    """A setting is missing or cannot be understood. The message names what to set."""


class TransportError(ClerkError):
    """No answer came: refused, reset, timed out. A `send` function raises it; flows receive it.

    The code `transport-failed` says that it failed at once; any other, that time may have passed.
    """

    def __init__(self, message: str = "No answer came.", code: str = "no-answer") -> None:
        super().__init__(code, message)

    def __reduce__(self) -> tuple[type[TransportError], tuple[str, str]]:
        return type(self), (self.message, self.code)


def not_installed(install: str) -> ConfigurationError:
    """What to raise where a request did not come through Clerk; `install` is what lacks."""
    return ConfigurationError(
        "clerk-not-installed",
        f"Clerk has not seen this request. Install it ({install}) around whatever asks.",
    )
