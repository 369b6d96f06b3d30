"""Create the errors for functions that are called in the wrong place."""

from __future__ import annotations

from clerk_core.errors import ClerkError, ConfigurationError


def not_installed(install: str) -> ConfigurationError:
    """Return the error for a request in an application without Clerk.

    Args:
        install: The code that installs Clerk.
    """
    return ConfigurationError(
        f"Clerk is not installed for this request. Install it at start: {install}.",
        code="clerk-not-installed",
    )


def not_fetched(name: str) -> ConfigurationError:
    """Return the error for a template that uses data which its view did not fetch.

    Args:
        name: `user` or `organization`.
    """
    return ConfigurationError(
        f"A template cannot await, so clerk.{name} was not fetched. Call `await current_{name}()` "
        "in the view before it renders the template.",
        code=f"{name}-not-fetched",
    )


def not_signed_in() -> ClerkError:
    """Return the error of `require()` if nobody is signed in."""
    return ClerkError(
        "require() failed, because nobody is signed in. Add require_auth to the view, or check "
        "first that user_id is not None.",
        code="not-signed-in",
    )
