"""List the frameworks of the example applications.

It must not import a framework.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Server: TypeAlias = Literal["werkzeug", "uvicorn", "hypercorn", "aiohttp"]


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework with an example application.

    Attributes:
        title: The name to display.
        server: The server that runs the example.
        requirements: The arguments of `pip install`.
    """

    title: str
    server: Server
    requirements: str


FRAMEWORKS = {
    "flask": Framework("Flask", "werkzeug", '"clerk-core[local,flask]"'),
    "starlette": Framework("Starlette", "uvicorn", '"clerk-core[local,starlette]" uvicorn'),
    "fastapi": Framework("FastAPI", "uvicorn", '"clerk-core[local,fastapi]" uvicorn'),
    "litestar": Framework("Litestar", "uvicorn", '"clerk-core[local,litestar]" uvicorn'),
    "quart": Framework("Quart", "hypercorn", '"clerk-core[local,quart]" hypercorn'),
    "aiohttp": Framework("aiohttp", "aiohttp", '"clerk-core[local,aiohttp]"'),
    "django": Framework("Django", "werkzeug", '"clerk-core[local,django]"'),
    "wsgi": Framework("WSGI", "werkzeug", '"clerk-core[local]"'),
    "asgi": Framework("ASGI", "uvicorn", '"clerk-core[local]" uvicorn'),
}
"""The frameworks by the value of `clerk-core demo --framework`."""
