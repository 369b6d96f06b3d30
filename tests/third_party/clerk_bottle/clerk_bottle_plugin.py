"""Tells `clerk_core` of this adapter. Beside the package and not in it: that imports Bottle."""

from __future__ import annotations

from clerk_core._integration.plugins.hookspecs import Adapter, hookimpl


@hookimpl
def clerk_adapter() -> Adapter:
    """Tell of it."""
    return Adapter("bottle", "bottle:Bottle", "clerk_bottle:install")
