"""What is raised: misuse of the library and a network that failed. Never an invalid token.

A token that does not hold is an outcome with a `Reason`; see `clerk_core.words.reasons`.
"""

from __future__ import annotations


class ClerkError(Exception):
    """The base of everything this library raises.

    Every argument of a subclass stands in `args`, in the order of its parameters, so that
    `type(error)(*error.args)` is the same error: task queues and process pools rebuild errors so.

    Args:
        message: A sentence that says what happened and what to do.
        code: A stable slug to branch on.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, code)
        self.message = message
        self.code = code

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


class ConfigurationError(ClerkError):
    """A setting is missing or cannot be understood. The message names what to set."""


class TransportError(ClerkError):
    """No answer came: refused, reset, timed out. A `send` function raises it; flows receive it.

    The code `transport-failed` says that it failed at once; any other, that time may have passed.
    """

    def __init__(self, message: str = "No answer came.", code: str = "no-answer") -> None:
        super().__init__(message, code)


class TokenVerificationError(ClerkError):
    """A token that was to be verified does not hold. The code is one of the values of `Reason`."""


def not_installed(install: str) -> ConfigurationError:
    """What to raise where a request did not come through Clerk; `install` is what lacks."""
    return ConfigurationError(
        f"Clerk is not installed for this request. Install it at start: {install}.",
        code="clerk-not-installed",
    )


def not_signed_in() -> ClerkError:
    """Return what `require()` of an Auth object raises where nobody is signed in."""
    return ClerkError(
        "Nobody is signed in, so require() has nothing to return. Put require_auth on the view, or "
        "compare user_id with None first.",
        code="not-signed-in",
    )
