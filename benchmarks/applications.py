"""Create an application in each framework, with and without Clerk, that responds with the user ID.

Every application has the routes `/` and `/open`. They differ in FastAPI only, where a dependency
guards `/`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import django
from aiohttp import web
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path as django_path
from fastapi import FastAPI
from flask import Flask
from quart import Quart
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from clerk_core import AsgiMiddleware, Options, WsgiMiddleware
from clerk_core import aiohttp as clerk_aiohttp
from clerk_core import fastapi as clerk_fastapi
from clerk_core import flask as clerk_flask
from clerk_core import quart as clerk_quart
from clerk_core import starlette as clerk_starlette
from clerk_core.asgi import Receive, Scope, Send

NOBODY = "nobody"
PATHS = ("/", "/open")

# Each framework has its own type.
App: TypeAlias = Any
OptionsOrNone: TypeAlias = "Options | None"
"""The options to install Clerk with; None to leave it out."""


def _no_user_id(*_: object) -> str:
    return NOBODY


def bare_wsgi_app(ask: Callable[[dict[str, Any]], str]) -> App:
    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        user = ask(environ)
        headers = [("content-type", "text/plain"), ("content-length", str(len(user)))]
        start_response("200 OK", headers)
        return [user.encode()]

    return app


def wsgi_app(options: OptionsOrNone) -> App:
    def user_id(environ: dict[str, Any]) -> str:
        return environ["clerk"].auth().user_id or NOBODY

    if options is None:
        return bare_wsgi_app(_no_user_id)
    return WsgiMiddleware(bare_wsgi_app(user_id), **options)


def bare_asgi_app(ask: Callable[[Scope], str]) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        user = ask(scope)
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(user))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": user.encode()})

    return app


def asgi_app(options: OptionsOrNone) -> App:
    def user_id(scope: Scope) -> str:
        return scope["clerk"].auth().user_id or NOBODY

    if options is None:
        return bare_asgi_app(_no_user_id)
    return AsgiMiddleware(bare_asgi_app(user_id), **options)


def flask_app(options: OptionsOrNone) -> App:
    def user_id() -> str:
        return clerk_flask.auth().user_id or NOBODY

    app = bare_flask_app(_no_user_id if options is None else user_id)
    if options is not None:
        clerk_flask.install(app, **options)
    return app


def bare_flask_app(ask: Callable[[], str]) -> Flask:
    app = Flask("overhead")
    for path in PATHS:
        app.add_url_rule(path, path, lambda: ask())
    return app


def quart_app(options: OptionsOrNone) -> App:
    def user_id() -> str:
        return clerk_quart.auth().user_id or NOBODY

    app = bare_quart_app(_no_user_id if options is None else user_id)
    if options is not None:
        clerk_quart.install(app, **options)
    return app


def bare_quart_app(ask: Callable[[], str]) -> Quart:
    async def view() -> str:
        return ask()

    app = Quart("overhead")
    for path in PATHS:
        app.add_url_rule(path, path, view)
    return app


def starlette_app(options: OptionsOrNone) -> App:
    def user_id(request: Request) -> str:
        return clerk_starlette.auth(request).user_id or NOBODY

    app = bare_starlette_app(_no_user_id if options is None else user_id)
    if options is not None:
        app.add_middleware(clerk_starlette.ClerkMiddleware, **options)
    return app


def bare_starlette_app(ask: Callable[[Request], str]) -> Starlette:
    async def view(request: Request) -> PlainTextResponse:
        return PlainTextResponse(ask(request))

    return Starlette(routes=[Route(path, view) for path in PATHS])


def fastapi_app(options: OptionsOrNone) -> App:
    async def without() -> str:
        return _no_user_id()

    def user_id(auth: clerk_fastapi.Auth) -> str:
        return auth.user_id or NOBODY

    async def guarded(auth: clerk_fastapi.SignedIn) -> str:
        return user_id(auth)

    async def unguarded(auth: clerk_fastapi.Auth) -> str:
        return user_id(auth)

    if options is None:
        return bare_fastapi_app(without, without)
    app = bare_fastapi_app(guarded, unguarded)
    clerk_fastapi.install(app, **options)
    return app


def bare_fastapi_app(*views: Callable[..., object]) -> FastAPI:
    app = FastAPI()
    for path, view in zip(PATHS, views, strict=True):
        app.add_api_route(path, view, response_class=PlainTextResponse)
    return app


def aiohttp_app(options: OptionsOrNone) -> App:
    def user_id(request: web.Request) -> str:
        return clerk_aiohttp.auth(request).user_id or NOBODY

    app = bare_aiohttp_app(_no_user_id if options is None else user_id)
    if options is not None:
        clerk_aiohttp.install(app, **options)
    return app


def bare_aiohttp_app(ask: Callable[[web.Request], str]) -> web.Application:
    async def view(request: web.Request) -> web.Response:
        return web.Response(text=ask(request))

    app = web.Application()
    for path in PATHS:
        app.router.add_get(path, view)
    return app


class _DjangoHandler(WSGIHandler):
    """An application of a project with these middlewares, whose view calls `ask`."""

    def __init__(self, ask: Callable[[Any], str], *middleware: str) -> None:
        with override_settings(MIDDLEWARE=[*middleware]):
            super().__init__()
        self._ask = ask

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        # A process has one URLconf.
        environ["ask"] = self._ask
        return super().__call__(environ, start_response)


def _django_view(request: HttpRequest) -> HttpResponse:
    text = request.META["ask"](request)
    return HttpResponse(text, headers={"Content-Length": len(text)})


urlpatterns = [django_path(path[1:], _django_view) for path in PATHS]


def bare_django_app(ask: Callable[[Any], str], *middleware: str) -> App:
    if not django_settings.configured:
        django_settings.configure(
            ALLOWED_HOSTS=["*"], INSTALLED_APPS=["clerk_core.django"], ROOT_URLCONF=__name__
        )
        django.setup()
    return _DjangoHandler(ask, *middleware)


def django_app(options: OptionsOrNone) -> App:
    def user_id(request: HttpRequest) -> str:
        from clerk_core.django import auth

        return auth(request).user_id or NOBODY

    app = bare_django_app(_no_user_id)
    if options is None:
        return app
    with override_settings(CLERK=options):
        return bare_django_app(user_id, "clerk_core.django.ClerkMiddleware")
