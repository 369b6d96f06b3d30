"""The adapters of this distribution, told through the door that everybody else's come through."""

from __future__ import annotations

from clerk_core._integration.plugins.hookspecs import Adapter, hookimpl


class BuiltInAdapter:
    """The plugin of one adapter."""

    def __init__(self, name: str, app_type: str) -> None:
        self._adapter = Adapter(name, app_type, f"clerk_core.{name}:install")

    @hookimpl
    def clerk_adapter(self) -> Adapter:
        """Tell of it."""
        return self._adapter


flask: BuiltInAdapter = BuiltInAdapter("flask", "flask:Flask")
starlette: BuiltInAdapter = BuiltInAdapter("starlette", "starlette.applications:Starlette")
fastapi: BuiltInAdapter = BuiltInAdapter("fastapi", "fastapi:FastAPI")
quart: BuiltInAdapter = BuiltInAdapter("quart", "quart:Quart")
aiohttp: BuiltInAdapter = BuiltInAdapter("aiohttp", "aiohttp.web:Application")
