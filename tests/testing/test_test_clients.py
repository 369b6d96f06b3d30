"""One call signs a user in, whatever test client it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Literal, cast

import httpx
import pytest
import requests
from aiohttp import web
from aiohttp.test_utils import TestClient as AiohttpClient
from aiohttp.test_utils import TestServer
from django.http import HttpRequest, JsonResponse
from django.test import AsyncClient as DjangoAsyncClient
from django.test import Client as DjangoClient
from django.test import override_settings
from django.urls import path
from flask import Flask
from litestar.testing import AsyncTestClient as AsyncLitestarClient
from litestar.testing import TestClient as LitestarClient
from quart import Quart
from starlette.testclient import TestClient

from clerk_core import AsgiMiddleware, Clerk, Options, Request, WsgiMiddleware
from clerk_core import aiohttp as clerk_aiohttp
from clerk_core import litestar as clerk_litestar
from clerk_core import quart as clerk_quart
from clerk_core.local._loopback import LoopbackServer
from clerk_core.testing import ClerkFixture
from tests.adapters import (
    aiohttp_site,
    asgi_site,
    fastapi_site,
    flask_site,
    litestar_site,
    quart_site,
    starlette_site,
    wsgi_site,
)
from tests.adapters.django_project import set_up

VIA = pytest.mark.parametrize("via", ["header", "cookies", None])


@pytest.fixture
def ada(clerk_local: ClerkFixture) -> str:
    return str(clerk_local.create_user(first_name="Ada").id)


@pytest.fixture
def grace(clerk_local: ClerkFixture) -> str:
    return str(clerk_local.create_user(first_name="Grace").id)


Ask = Callable[[], "str | None"]
Via = Literal["header", "cookies"] | None


def check(
    local: ClerkFixture, client: object, ask: Ask, ada: str, grace: str, via: Via = None
) -> None:
    """Sign in, act as somebody else, and sign out."""
    assert ask() is None
    local.sign_in(client, ada, via=via)
    assert ask() == ada
    assert ask() == ada
    local.sign_in(client, grace, via=via)
    assert ask() == grace
    local.sign_out(client)
    assert ask() is None
    with local.signed_in(client, ada, via=via):
        assert ask() == ada
    assert ask() is None


async def check_async(
    local: ClerkFixture,
    client: object,
    ask: Callable[[], Awaitable[str | None]],
    ada: str,
    grace: str,
    via: Via = None,
) -> None:
    assert await ask() is None
    local.sign_in(client, ada, via=via)
    assert await ask() == ada
    local.sign_in(client, grace, via=via)
    assert await ask() == grace
    local.sign_out(client)
    assert await ask() is None


@VIA
def test_flask(
    clerk_local: ClerkFixture, clerk_options: Options, ada: str, grace: str, via: Via
) -> None:
    site = flask_site.build(**clerk_options)
    client = cast("Flask", site.app).test_client()
    try:
        check(clerk_local, client, lambda: client.get("/").get_json()["user_id"], ada, grace, via)
    finally:
        site.close()


@VIA
@pytest.mark.parametrize("application", [starlette_site.application, asgi_site.application])
def test_starlette_test_client(
    clerk_local: ClerkFixture,
    clerk_options: Options,
    ada: str,
    grace: str,
    via: Via,
    application: Callable[..., Any],
) -> None:
    with TestClient(application(**clerk_options)) as client:
        check(clerk_local, client, lambda: client.get("/").json()["user_id"], ada, grace, via)


def test_fastapi(clerk_local: ClerkFixture, clerk_options: Options, ada: str, grace: str) -> None:
    with TestClient(fastapi_site.application(**clerk_options)) as client:
        check(clerk_local, client, lambda: client.get("/").json()["user_id"], ada, grace)


@VIA
def test_litestar(
    clerk_local: ClerkFixture, clerk_options: Options, ada: str, grace: str, via: Via
) -> None:
    plugin = clerk_litestar.ClerkPlugin(**clerk_options)
    with LitestarClient(litestar_site.application(plugins=[plugin])) as client:
        check(clerk_local, client, lambda: client.get("/").json()["user_id"], ada, grace, via)


@VIA
def test_litestar_async(
    clerk_local: ClerkFixture, clerk_options: Options, ada: str, grace: str, via: Via
) -> None:
    async def scenario() -> None:
        plugin = clerk_litestar.ClerkPlugin(**clerk_options)
        app = litestar_site.application(plugins=[plugin])
        async with AsyncLitestarClient(app) as client:

            async def ask() -> str | None:
                user_id: str | None = (await client.get("/")).json()["user_id"]
                return user_id

            await check_async(clerk_local, client, ask, ada, grace, via)

    asyncio.run(scenario())


def test_websocket_of_starlette(
    clerk_local: ClerkFixture, clerk_options: Options, ada: str
) -> None:
    with TestClient(asgi_site.application(**clerk_options)) as client:
        clerk_local.sign_in(client, ada)
        with client.websocket_connect("/ws") as opened:
            assert opened.receive_json()["user_id"] == ada


@VIA
def test_httpx_over_wsgi(
    clerk_local: ClerkFixture, clerk_options: Options, ada: str, grace: str, via: Via
) -> None:
    site = wsgi_site.build(**clerk_options)
    transport = httpx.WSGITransport(site.app)
    with httpx.Client(transport=transport, base_url="http://localhost") as client:
        check(clerk_local, client, lambda: client.get("/").json()["user_id"], ada, grace, via)
    site.close()


@VIA
def test_httpx_over_asgi(
    clerk_local: ClerkFixture, clerk_options: Options, ada: str, grace: str, via: Via
) -> None:
    async def scenario() -> None:
        app: AsgiMiddleware = asgi_site.application(**clerk_options)
        transport = httpx.ASGITransport(cast("Any", app))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:

            async def ask() -> str | None:
                found: str | None = (await client.get("/")).json()["user_id"]
                return found

            await check_async(clerk_local, client, ask, ada, grace, via)
        await app.close()

    asyncio.run(scenario())


def quart_app(options: Options) -> Quart:
    app = Quart("site")
    clerk_quart.install(app, **options)
    quart_site.add_routes(app)
    return app


def test_quart(clerk_local: ClerkFixture, clerk_options: Options, ada: str, grace: str) -> None:
    async def scenario() -> None:
        client = quart_app(clerk_options).test_client()

        async def ask() -> str | None:
            found: str | None = (await (await client.get("/")).get_json())["user_id"]
            return found

        await check_async(clerk_local, client, ask, ada, grace)

    asyncio.run(scenario())


def test_quart_cannot_sign_in_by_header(
    clerk_local: ClerkFixture, clerk_options: Options, ada: str
) -> None:
    client = quart_app(clerk_options).test_client()

    with pytest.raises(TypeError, match="via='cookies'"):
        clerk_local.sign_in(client, ada, via="header")


@VIA
def test_aiohttp(
    clerk_local: ClerkFixture, clerk_options: Options, ada: str, grace: str, via: Via
) -> None:
    async def scenario() -> None:
        app = web.Application()
        clerk_aiohttp.install(app, **clerk_options)
        aiohttp_site.add_routes(app)
        async with AiohttpClient(TestServer(app)) as client:

            async def ask() -> str | None:
                found: str | None = (await (await client.get("/")).json())["user_id"]
                return found

            await check_async(clerk_local, client, ask, ada, grace, via)

    asyncio.run(scenario())


@VIA
def test_requests_and_a_server(
    clerk_local: ClerkFixture, clerk_options: Options, ada: str, grace: str, via: Via
) -> None:
    site = wsgi_site.build(**clerk_options)
    with LoopbackServer(site.app) as server, requests.Session() as client:

        def ask() -> str | None:
            found: str | None = client.get(server.url).json()["user_id"]
            return found

        check(clerk_local, client, ask, ada, grace, via)
    site.close()


class TestDjango:
    """A view that authenticates its request, in Django without an adapter."""

    @pytest.fixture
    def clerk(self, clerk_options: Options) -> Iterator[Clerk]:
        set_up()
        with override_settings(ROOT_URLCONF=__name__), Clerk(**clerk_options) as clerk:
            _django_clerk.append(clerk)
            yield clerk
            _django_clerk.clear()

    @VIA
    def test_client(
        self, clerk: Clerk, clerk_local: ClerkFixture, ada: str, grace: str, via: Via
    ) -> None:
        client = DjangoClient()

        check(clerk_local, client, lambda: client.get("/").json()["user_id"], ada, grace, via)

    def test_async_client(
        self, clerk: Clerk, clerk_local: ClerkFixture, ada: str, grace: str
    ) -> None:
        async def scenario() -> None:
            client = DjangoAsyncClient()

            async def ask() -> str | None:
                found: str | None = (await client.get("/")).json()["user_id"]
                return found

            await check_async(clerk_local, client, ask, ada, grace)

        asyncio.run(scenario())


_django_clerk: list[Clerk] = []


def _view(request: HttpRequest) -> JsonResponse:
    url = request.build_absolute_uri()
    state = _django_clerk[0].authenticate(Request("GET", url, request.headers))
    return JsonResponse({"user_id": state.auth("session_token").user_id})


urlpatterns = [path("", _view)]


def test_object_that_is_no_client_is_named(clerk_local: ClerkFixture, ada: str) -> None:
    with pytest.raises(TypeError, match="WsgiMiddleware is not a test client"):
        clerk_local.sign_in(WsgiMiddleware.__new__(WsgiMiddleware), ada)
