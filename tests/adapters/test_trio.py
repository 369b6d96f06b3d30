"""ASGI applications on trio: the middleware and the adapters that work on any event loop."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from socket import socket
from typing import Any, ClassVar

import anyio
import httpx
import hypercorn.trio
import pytest

from clerk_core import asgi
from clerk_core.asgi import ASGIApp
from clerk_core.fastapi import require_auth
from clerk_core.litestar import ClerkPlugin
from clerk_core.litestar import require_auth as require_auth_of_litestar
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import bearer
from clerk_core.testing.contract import AdapterContract, AsgiSite, WebSockets
from tests.adapters import asgi_site, fastapi_site, litestar_site, starlette_site

with warnings.catch_warnings():
    # Newer versions of Starlette warn that httpx is deprecated here.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

PATIENCE = 20.0


class TestAsgiOnTrio(AdapterContract, WebSockets):
    awaits = True
    limits: ClassVar = {
        "crash-headers": "The server sends the response when an application raises."
    }

    def make(self, **options: Any) -> AsgiSite:
        return AsgiSite(asgi_site.application(**options), "trio")

    make_sockets = make

    def require_auth(self, **required: Any) -> object:
        return asgi.RequireAuth(asgi_site.site, **required)


@pytest.mark.full
class TestLitestarOnTrio(AdapterContract, WebSockets):
    awaits = True

    def make(self, **options: Any) -> AsgiSite:
        app: Any = litestar_site.application(plugins=[ClerkPlugin(**options)])
        return AsgiSite(app, "trio")

    make_sockets = make

    def require_auth(self, **required: Any) -> object:
        return require_auth_of_litestar(**required)


@pytest.mark.full
class TestFastAPIOnTrio(AdapterContract, WebSockets):
    awaits = True
    limits: ClassVar = {"crash-headers": "Unhandled errors are answered outside of all middleware."}

    def make(self, **options: Any) -> AsgiSite:
        return AsgiSite(fastapi_site.application(**options), "trio")

    make_sockets = make

    def require_auth(self, **required: Any) -> object:
        return require_auth(**required)


APPLICATIONS: list[Any] = [
    asgi_site.application,
    starlette_site.application,
    fastapi_site.application,
]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("application", APPLICATIONS)
def test_starlette_test_client_authenticates_with_uncached_keys_on_each_backend(
    application: Any, backend: Any, instance: Instance
) -> None:
    app = application(**{**instance.options(), "jwt_key": None})

    with TestClient(app, backend=backend) as client:
        answer = client.get("/", headers=[bearer("user_7")])
        assert answer.json()["user_id"] == "user_7"
        assert client.get("/user", headers=[bearer("user_7")]).json()["id"] == "user_7"

    assert instance.calls == ["GET /v1/jwks", "GET /v1/users/user_7"]


@contextmanager
def _served_by_hypercorn_on_trio(app: ASGIApp) -> Iterator[str]:
    started, stopped = threading.Event(), threading.Event()
    listener = socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    config = hypercorn.Config()
    # The server closes the socket.
    config.bind = [f"fd://{listener.detach()}"]
    config.errorlog = None

    async def stop() -> None:
        # Called once the server listens.
        started.set()
        await anyio.to_thread.run_sync(stopped.wait, PATIENCE)

    async def serve() -> None:
        await hypercorn.trio.serve(app, config, shutdown_trigger=stop)  # type: ignore[arg-type]

    thread = threading.Thread(target=partial(anyio.run, serve, backend="trio"))
    thread.start()
    try:
        assert started.wait(PATIENCE)
        yield f"http://127.0.0.1:{port}"
    finally:
        stopped.set()
        thread.join(PATIENCE)


@pytest.mark.parametrize("application", APPLICATIONS)
def test_hypercorn_on_trio_authenticates_with_uncached_keys(
    application: Any, instance: Instance
) -> None:
    app = application(**{**instance.options(), "jwt_key": None})

    with _served_by_hypercorn_on_trio(app) as url:
        answer = httpx.get(url, headers=[bearer("user_7")], timeout=PATIENCE)

    assert answer.json()["user_id"] == "user_7"
    assert instance.calls == ["GET /v1/jwks"]
