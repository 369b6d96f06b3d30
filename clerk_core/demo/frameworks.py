"""The frameworks that there is an example application for, without importing any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Server: TypeAlias = Literal["werkzeug", "uvicorn", "hypercorn", "aiohttp"]


@dataclass(frozen=True, slots=True)
class Framework:
    """The server of a framework's example, and what to install for it."""

    title: str
    server: Server
    requirements: str


FRAMEWORKS = {
    "flask": Framework("Flask", "werkzeug", '"clerk-core[local,flask]"'),
    "starlette": Framework("Starlette", "uvicorn", '"clerk-core[local,starlette]" uvicorn'),
    "fastapi": Framework("FastAPI", "uvicorn", '"clerk-core[local,fastapi]" uvicorn'),
    "quart": Framework("Quart", "hypercorn", '"clerk-core[local,quart]" hypercorn'),
    "aiohttp": Framework("aiohttp", "aiohttp", '"clerk-core[local,aiohttp]"'),
    "wsgi": Framework("WSGI", "werkzeug", '"clerk-core[local]"'),
    "asgi": Framework("ASGI", "uvicorn", '"clerk-core[local]" uvicorn'),
}
"""By the name that `clerk-core demo --framework` takes."""
