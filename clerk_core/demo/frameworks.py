"""The frameworks that the demo can be shown in: a table, which loads none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Server: TypeAlias = Literal["werkzeug", "uvicorn", "hypercorn", "aiohttp"]


@dataclass(frozen=True, slots=True)
class Framework:
    """How the demo is called, served and installed in a framework.

    `auth`, `user` and `client` are how its applications write the library's three words, as the
    page shows them.
    """

    title: str
    server: Server
    requirements: str
    auth: str
    user: str
    client: str

    @property
    def awaits(self) -> bool:
        """Whether calls are awaited there."""
        return self.server != "werkzeug"


FRAMEWORKS = {
    "flask": Framework(
        "Flask", "werkzeug", '"clerk-core[flask]"', "auth()", "current_user()", "clerk_client()"
    ),
    "starlette": Framework(
        "Starlette",
        "uvicorn",
        '"clerk-core[starlette]" uvicorn',
        "auth(request)",
        "await current_user(request)",
        "clerk_client(request)",
    ),
    "fastapi": Framework(
        "FastAPI", "uvicorn", '"clerk-core[fastapi]" uvicorn', "auth", "user: CurrentUser", "clerk"
    ),
    "quart": Framework(
        "Quart",
        "hypercorn",
        '"clerk-core[quart]" hypercorn',
        "auth()",
        "await current_user()",
        "clerk_client()",
    ),
    "aiohttp": Framework(
        "aiohttp",
        "aiohttp",
        '"clerk-core[aiohttp]"',
        "auth(request)",
        "await current_user(request)",
        "clerk_client(request)",
    ),
    "wsgi": Framework(
        "WSGI",
        "werkzeug",
        "clerk-core",
        'environ["clerk"].auth()',
        'environ["clerk"].current_user()',
        'environ["clerk"].client',
    ),
    "asgi": Framework(
        "ASGI",
        "uvicorn",
        "clerk-core uvicorn",
        'scope["clerk"].auth()',
        'await scope["clerk"].current_user()',
        'scope["clerk"].client',
    ),
}
"""By the name that the command takes."""
