"""Define the measured frameworks, with their applications, servers and targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from benchmarks import applications, floors, in_process, servers
from benchmarks.applications import NOBODY, App, OptionsOrNone
from benchmarks.floors import Memory
from benchmarks.in_process import Calls
from benchmarks.instance import (
    SCRIPT,
    USER,
    Pairs,
    Visitor,
    cookie_request,
    forged_token,
    header_request,
    token,
)


class Framework(NamedTuple):
    """A framework and its measurement.

    `target` is the minimum share of requests per second that remain with Clerk installed.
    """

    name: str
    server: str
    target: float
    build: Callable[[OptionsOrNone], App]
    floor: Callable[[Memory], App]
    serve: servers.Serve
    calls: Callable[[App, str, list[Pairs]], Calls]


class Row(NamedTuple):
    """A kind of request, and the expected response with Clerk installed.

    `is_forged` says whether each request needs a verification, which has a separate target.
    """

    visitor: Visitor
    path: str
    body: str
    is_forged: bool = False


FRAMEWORKS = [
    Framework(
        "ASGI",
        "uvicorn",
        0.85,
        applications.asgi_app,
        floors.asgi_floor,
        servers.uvicorn_server,
        in_process.asgi_calls,
    ),
    Framework(
        "Starlette",
        "uvicorn",
        0.88,
        applications.starlette_app,
        floors.starlette_floor,
        servers.uvicorn_server,
        in_process.asgi_calls,
    ),
    Framework(
        "FastAPI",
        "uvicorn",
        0.92,
        applications.fastapi_app,
        floors.fastapi_floor,
        servers.uvicorn_server,
        in_process.asgi_calls,
    ),
    Framework(
        "aiohttp",
        "its own",
        0.88,
        applications.aiohttp_app,
        floors.aiohttp_floor,
        servers.aiohttp_server,
        in_process.aiohttp_calls,
    ),
    Framework(
        "Quart",
        "hypercorn",
        0.92,
        applications.quart_app,
        floors.quart_floor,
        servers.hypercorn_server,
        in_process.asgi_calls,
    ),
    Framework(
        "WSGI",
        "gunicorn",
        0.92,
        applications.wsgi_app,
        floors.wsgi_floor,
        servers.gunicorn_server,
        in_process.wsgi_calls,
    ),
    Framework(
        "Flask",
        "gunicorn",
        0.92,
        applications.flask_app,
        floors.flask_floor,
        servers.gunicorn_server,
        in_process.wsgi_calls,
    ),
    Framework(
        "Django",
        "gunicorn",
        0.92,
        applications.django_app,
        floors.django_floor,
        servers.gunicorn_server,
        in_process.wsgi_calls,
    ),
]

_GUARDED, _OPEN = applications.PATHS
ROWS = [
    Row(Visitor("header", "signed-in", lambda _: header_request(token(0))), _GUARDED, USER),
    Row(Visitor("cookie", "signed-in", lambda _: cookie_request(token(0))), _GUARDED, USER),
    Row(Visitor("signed out", "signed-out", lambda _: SCRIPT), _OPEN, NOBODY),
    Row(
        Visitor("forged token", "signed-out", lambda _: header_request(forged_token(0))),
        _OPEN,
        NOBODY,
    ),
    Row(
        Visitor(
            "forged, each another",
            "signed-out",
            lambda n: header_request(forged_token(n)),
            is_new=True,
        ),
        _OPEN,
        NOBODY,
        is_forged=True,
    ),
]
