"""The plugin of this adapter, outside of the package, which imports Bottle."""

from __future__ import annotations

from clerk_core import Adapter, hookimpl


@hookimpl
def clerk_adapter() -> Adapter:
    """Return the adapter."""
    return Adapter("bottle", "bottle:Bottle", "clerk_bottle:install")
