from __future__ import annotations

import gc
import threading

import pytest
from aiohttp import web

from clerk_core._demo.frameworks import Server
from clerk_core._demo.servers import serve
from clerk_core.asgi import Receive, Scope, Send


async def failing_app(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "not today"})


async def fail_startup(app: web.Application) -> None:
    raise LookupError("not today")


def failing_aiohttp_app() -> web.Application:
    app = web.Application()
    app.on_startup.append(fail_startup)
    return app


@pytest.mark.parametrize(
    ("server", "app"),
    [("uvicorn", failing_app), ("hypercorn", failing_app), ("aiohttp", failing_aiohttp_app())],
)
def test_application_that_fails_to_start_raises_runtime_error(server: Server, app: object) -> None:
    before = set(threading.enumerate())
    with pytest.raises(RuntimeError, match="did not start"):
        serve(app, server)
    gc.collect()
    assert set(threading.enumerate()) <= before
