"""The views for webhooks read the raw body, also if a middleware has parsed it before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from typing import Any, cast

import pytest
from aiohttp import web
from django.test import RequestFactory
from fastapi import FastAPI
from flask import Flask
from flask import request as flask_request
from litestar import Litestar
from quart import Quart
from quart import request as quart_request
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clerk_core import WebhookEvent, WebhookRouter
from clerk_core import aiohttp as clerk_aiohttp
from clerk_core import django as clerk_django
from clerk_core import fastapi as clerk_fastapi
from clerk_core import flask as clerk_flask
from clerk_core import litestar as clerk_litestar
from clerk_core import quart as clerk_quart
from clerk_core import starlette as clerk_starlette
from clerk_core.caching import MemoryCache
from clerk_core.testing import webhook
from clerk_core.testing.contract import AsgiSite, Site, WsgiSite
from tests.adapters.aiohttp_site import AiohttpSite
from tests.adapters.django_project import set_up

SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgZW5kcG9pbnQ="
PATH = "/webhooks"


async def parsed_before(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Any:
    await request.json()
    return await call_next(request)


def flask_site(webhooks: WebhookRouter) -> Site:
    app = Flask(__name__)
    app.before_request(lambda: flask_request.get_json(silent=True) and None)
    app.post(PATH)(clerk_flask.webhook_view(webhooks))
    return WsgiSite(app, lambda: None)


def quart_site(webhooks: WebhookRouter) -> Site:
    app = Quart(__name__)

    @app.before_request
    async def parse() -> None:
        await quart_request.get_json(silent=True)

    app.post(PATH)(clerk_quart.webhook_view(webhooks))
    return AsgiSite(cast("Any", app))


def starlette_site(webhooks: WebhookRouter) -> Site:
    middleware = [Middleware(BaseHTTPMiddleware, dispatch=parsed_before)]
    route = Route(PATH, clerk_starlette.webhook_view(webhooks), methods=["POST"])
    return AsgiSite(Starlette(routes=[route], middleware=middleware))


def fastapi_site(webhooks: WebhookRouter) -> Site:
    app = FastAPI()
    app.middleware("http")(parsed_before)
    app.post(PATH)(clerk_fastapi.webhook_view(webhooks))
    return AsgiSite(app)


def aiohttp_site(webhooks: WebhookRouter) -> Site:
    @web.middleware
    async def parse(request: web.Request, handler: Any) -> web.StreamResponse:
        await request.text()
        response: web.StreamResponse = await handler(request)
        return response

    app = web.Application(middlewares=[parse])
    app.router.add_post(PATH, clerk_aiohttp.webhook_view(webhooks))
    return AiohttpSite(app)


def litestar_site(webhooks: WebhookRouter) -> Site:
    async def parse(request: Any) -> None:
        await request.body()

    app = Litestar([clerk_litestar.webhook_view(PATH, webhooks)], before_request=parse)
    return AsgiSite(cast("Any", app))


SITES = [flask_site, quart_site, starlette_site, fastapi_site, aiohttp_site, litestar_site]
NAMES = [site.__name__.removesuffix("_site") for site in SITES]


def statuses_of(send: Callable[[dict[str, str], bytes], int]) -> list[int]:
    request = webhook("user.created", {"id": "user_7"}, secret=SECRET)
    forged = request.forged()
    too_long = dict(request.headers), b'"' + b" " * 1024 * 1024 + b'"'
    return [
        send(dict(request.headers), request.content),
        send(dict(request.headers), request.content),
        send(dict(forged.headers), forged.content),
        send(*too_long),
    ]


@pytest.mark.parametrize("make_site", SITES, ids=NAMES)
def test_webhook_is_handled_once_and_others_are_refused(make_site: Any) -> None:
    webhooks, called = WebhookRouter(SECRET, cache=MemoryCache()), list[str]()

    @webhooks.on("user.created")
    def save(event: WebhookEvent) -> None:
        called.append(event.resource.id or "")

    with closing(make_site(webhooks)) as site:

        def send(headers: dict[str, str], body: bytes) -> int:
            status: int = site.visit(PATH, *headers.items(), method="POST", content=body).status
            return status

        assert statuses_of(send) == [204, 204, 400, 413]
    assert called == ["user_7"]


def test_webhook_is_handled_once_and_others_are_refused_in_django() -> None:
    set_up()
    webhooks, called = WebhookRouter(SECRET, cache=MemoryCache()), list[str]()

    @webhooks.on("user.created")
    def save(event: WebhookEvent) -> None:
        called.append(event.resource.id or "")

    view = clerk_django.webhook_view(webhooks)

    def send(headers: dict[str, str], body: bytes) -> int:
        given = {f"HTTP_{name.upper().replace('-', '_')}": one for name, one in headers.items()}
        request = RequestFactory().post(PATH, body, "application/json", **given)  # type: ignore[arg-type]
        assert request.body is not None
        return view(request).status_code

    assert statuses_of(send) == [204, 204, 400, 413]
    assert view(RequestFactory().get(PATH)).status_code == 405
    assert called == ["user_7"]


@pytest.mark.parametrize("make_site", [starlette_site, aiohttp_site], ids=["starlette", "aiohttp"])
def test_function_that_fails_is_a_server_error_and_is_called_again(make_site: Any) -> None:
    webhooks, called = WebhookRouter(SECRET, cache=MemoryCache()), list[str]()
    request = webhook("user.created", {"id": "user_7"}, secret=SECRET)

    @webhooks.on("user.created")
    async def save(event: WebhookEvent) -> None:
        called.append(event.id)
        if len(called) == 1:
            raise OSError("the database is away")

    def send(site: Site) -> int:
        headers = dict(request.headers).items()
        return site.visit(PATH, *headers, method="POST", content=request.content).status

    with closing(make_site(webhooks)) as site:
        # The test site of ASGI raises what a server would log.
        with suppress(OSError):
            assert send(site) == 500
        assert send(site) == 204
        assert send(site) == 204
    assert len(called) == 2
