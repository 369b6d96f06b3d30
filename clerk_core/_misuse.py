"""Errors for calls that are made in the wrong place. It knows no framework."""

from __future__ import annotations

from clerk_core.errors import ClerkError, ConfigurationError


def not_installed(install: str) -> ConfigurationError:
    """Return the error for a request that did not pass Clerk; `install` says how to install it."""
    return ConfigurationError(
        f"Clerk is not installed for this request. Install it at start: {install}.",
        code="clerk-not-installed",
    )


def not_fetched(name: str) -> ConfigurationError:
    """Return the error for a template that shows what its view did not fetch.

    Args:
        name: `user` or `organization`.
    """
    return ConfigurationError(
        f"A template cannot await, so clerk.{name} was not fetched. Call `await current_{name}()` "
        "in the view before it renders the template.",
        code=f"{name}-not-fetched",
    )


def not_signed_in() -> ClerkError:
    """Return what `require()` of an Auth object raises where nobody is signed in."""
    return ClerkError(
        "Nobody is signed in, so require() has nothing to return. Put require_auth on the view, or "
        "compare user_id with None first.",
        code="not-signed-in",
    )
