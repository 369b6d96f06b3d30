"""The adapters of this distribution, told through the door that everybody else's come through."""

from __future__ import annotations

from clerk_core.plugins.hookspecs import Adapter, hookimpl


class BuiltIn:
    """The plugin of one adapter."""

    def __init__(self, name: str, app_type: str) -> None:
        self._adapter = Adapter(name, app_type, f"clerk_{name}:install")

    @hookimpl
    def clerk_adapter(self) -> Adapter:
        """Tell of it."""
        return self._adapter


flask: BuiltIn = BuiltIn("flask", "flask:Flask")
starlette: BuiltIn = BuiltIn("starlette", "starlette.applications:Starlette")
fastapi: BuiltIn = BuiltIn("fastapi", "fastapi:FastAPI")
quart: BuiltIn = BuiltIn("quart", "quart:Quart")
aiohttp: BuiltIn = BuiltIn("aiohttp", "aiohttp.web:Application")
