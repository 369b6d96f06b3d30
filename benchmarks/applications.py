"""A trivial application in each framework, with and without Clerk: it answers with the user ID.

Every application answers at `/` and at `/open`. The two differ in FastAPI only: `/` is guarded by a
dependency there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, MutableMapping
from typing import Any, NamedTuple, TypeAlias

from aiohttp import web
from fastapi import FastAPI
from flask import Flask
from quart import Quart
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from benchmarks.instance import USER, Pairs
from clerk_core import AsgiMiddleware, Options, WsgiMiddleware
from clerk_core import aiohttp as clerk_aiohttp
from clerk_core import fastapi as clerk_fastapi
from clerk_core import flask as clerk_flask
from clerk_core import quart as clerk_quart
from clerk_core import starlette as clerk_starlette
from clerk_core.asgi import Receive, Scope, Send

NOBODY = "nobody"
PATHS = ("/", "/open")

# Each framework has a type of its own for it.
App: TypeAlias = Any
Given: TypeAlias = "Options | None"
"""The options to install Clerk with; None to leave it out."""


def _no_user_id(*_: object) -> str:
    return NOBODY


def wsgi_app(options: Given) -> App:
    def user_id(environ: dict[str, Any]) -> str:
        return environ["clerk"].auth().user_id or NOBODY

    ask = _no_user_id if options is None else user_id

    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        user = ask(environ)
        headers = [("content-type", "text/plain"), ("content-length", str(len(user)))]
        start_response("200 OK", headers)
        return [user.encode()]

    return app if options is None else WsgiMiddleware(app, **options)


def _bare_asgi_app(ask: Callable[[Scope], str]) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        user = ask(scope)
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(user))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": user.encode()})

    return app


def asgi_app(options: Given) -> App:
    def user_id(scope: Scope) -> str:
        return scope["clerk"].auth().user_id or NOBODY

    if options is None:
        return _bare_asgi_app(_no_user_id)
    return AsgiMiddleware(_bare_asgi_app(user_id), **options)


def floor_app(known: list[Pairs]) -> App:
    """Return the plain ASGI application behind the least that any middleware could do.

    Args:
        known: The requests of signed-in users.
    """
    credentials = [(n, v) for headers in known for n, v in headers if n in _CREDENTIALS]
    entries = {v.encode(): _Entry(0.0, time.time() + 3600, USER) for _, v in credentials}
    app = _bare_asgi_app(lambda scope: scope["clerk"].entry.user_id)
    return _FloorMiddleware(app, entries)


class _Entry(NamedTuple):
    since: float
    until: float
    user_id: str


class _FloorAuth:
    __slots__ = ("entry",)

    def __init__(self, entry: _Entry) -> None:
        self.entry = entry


_CREDENTIALS = ("authorization", "cookie")
_ANONYMOUS = _Entry(0.0, 0.0, NOBODY)


class _FloorMiddleware:
    """Scans the headers, looks up one entry, compares two times, stores one object."""

    def __init__(self, app: App, entries: dict[bytes, _Entry]) -> None:
        self._app = app
        self._entries = entries

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        credentials = b""
        for name, value in scope["headers"]:
            if name == b"authorization" or name == b"cookie":
                credentials = value
        entry = self._entries.get(credentials, _ANONYMOUS)
        if not entry.since <= time.time() < entry.until:
            entry = _ANONYMOUS
        scope["clerk"] = _FloorAuth(entry)
        await self._app(scope, receive, send)


def flask_app(options: Given) -> App:
    def user_id() -> str:
        return clerk_flask.auth().user_id or NOBODY

    ask = _no_user_id if options is None else user_id
    app = Flask("overhead")
    for path in PATHS:
        app.add_url_rule(path, path, lambda: ask())
    if options is not None:
        clerk_flask.install(app, **options)
    return app


def quart_app(options: Given) -> App:
    def user_id() -> str:
        return clerk_quart.auth().user_id or NOBODY

    ask = _no_user_id if options is None else user_id

    async def view() -> str:
        return ask()

    app = Quart("overhead")
    for path in PATHS:
        app.add_url_rule(path, path, view)
    if options is not None:
        clerk_quart.install(app, **options)
    return app


def starlette_app(options: Given) -> App:
    def user_id(request: Request) -> str:
        return clerk_starlette.auth(request).user_id or NOBODY

    ask = _no_user_id if options is None else user_id

    async def view(request: Request) -> PlainTextResponse:
        return PlainTextResponse(ask(request))

    app = Starlette(routes=[Route(path, view) for path in PATHS])
    if options is not None:
        app.add_middleware(clerk_starlette.ClerkMiddleware, **options)
    return app


def fastapi_app(options: Given) -> App:
    async def without() -> str:
        return _no_user_id()

    def user_id(auth: clerk_fastapi.Auth) -> str:
        return auth.user_id or NOBODY

    async def guarded(auth: clerk_fastapi.SignedIn) -> str:
        return user_id(auth)

    async def unguarded(auth: clerk_fastapi.Auth) -> str:
        return user_id(auth)

    app = FastAPI()
    for path, view in zip(PATHS, (guarded, unguarded), strict=True):
        endpoint = without if options is None else view
        app.add_api_route(path, endpoint, response_class=PlainTextResponse)
    if options is not None:
        clerk_fastapi.install(app, **options)
    return app


def aiohttp_app(options: Given) -> App:
    def user_id(request: web.Request) -> str:
        return clerk_aiohttp.auth(request).user_id or NOBODY

    ask = _no_user_id if options is None else user_id

    async def view(request: web.Request) -> web.Response:
        return web.Response(text=ask(request))

    app = web.Application()
    for path in PATHS:
        app.router.add_get(path, view)
    if options is not None:
        clerk_aiohttp.install(app, **options)
    return app
