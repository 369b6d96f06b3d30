"""The adapters of this distribution, which are found by entry points like all others."""

from __future__ import annotations

from clerk_core._integration.plugins.hookspecs import Adapter, hookimpl


class BuiltInAdapter:
    """The plugin of one adapter.

    Args:
        name: The name of the framework, and of the module `clerk_core.<name>`.
        app_type: The class of its applications, as `module:name`.
    """

    def __init__(self, name: str, app_type: str) -> None:
        self._adapter = Adapter(name, app_type, f"clerk_core.{name}:install")

    @hookimpl
    def clerk_adapter(self) -> Adapter:
        """Return the adapter."""
        return self._adapter


flask: BuiltInAdapter = BuiltInAdapter("flask", "flask:Flask")
starlette: BuiltInAdapter = BuiltInAdapter("starlette", "starlette.applications:Starlette")
fastapi: BuiltInAdapter = BuiltInAdapter("fastapi", "fastapi:FastAPI")
quart: BuiltInAdapter = BuiltInAdapter("quart", "quart:Quart")
aiohttp: BuiltInAdapter = BuiltInAdapter("aiohttp", "aiohttp.web:Application")
django: BuiltInAdapter = BuiltInAdapter("django", "django.core.handlers.base:BaseHandler")
litestar: BuiltInAdapter = BuiltInAdapter("litestar", "litestar:Litestar")
