from __future__ import annotations

import gc
import threading

import pytest
from aiohttp import web

from clerk_core._demo.frameworks import Server
from clerk_core._demo.servers import serve
from clerk_core.asgi import Receive, Scope, Send


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "not today"})


async def break_down(app: web.Application) -> None:
    raise LookupError("not today")


def broken_aiohttp() -> web.Application:
    app = web.Application()
    app.on_startup.append(break_down)
    return app


@pytest.mark.parametrize(
    ("server", "app"),
    [("uvicorn", broken), ("hypercorn", broken), ("aiohttp", broken_aiohttp())],
)
def test_an_application_that_fails_to_start_is_an_error(server: Server, app: object) -> None:
    before = set(threading.enumerate())
    with pytest.raises(RuntimeError, match="did not start"):
        serve(app, server)
    gc.collect()
    assert set(threading.enumerate()) <= before
