"""The trivial endpoint in each framework, with and without Clerk: how it is made, served, called.

It measures nothing but how long the calls without a server take; the rest is in `overhead.py`.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from typing import Any, NamedTuple, TypeAlias

import hypercorn.asyncio
import hypercorn.config
import uvicorn
from aiohttp import web
from fastapi import FastAPI
from flask import Flask
from quart import Quart
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from clerk_core import AsgiMiddleware, WsgiMiddleware
from clerk_core import aiohttp as clerk_aiohttp
from clerk_core import fastapi as clerk_fastapi
from clerk_core import flask as clerk_flask
from clerk_core import quart as clerk_quart
from clerk_core import starlette as clerk_starlette
from clerk_core._settings.settings import Options
from clerk_core.asgi import Message, Receive, Scope, Send

NOBODY = "nobody"

# Each framework and each server has a type of its own for it.
App: TypeAlias = Any
Given: TypeAlias = "Options | None"
"""The options to install Clerk with; None to leave it out."""
Pairs: TypeAlias = "list[tuple[str, str]]"
Calls: TypeAlias = Callable[[int], float]
"""Calls an application so many times, and tells the seconds that this took."""


class Framework(NamedTuple):
    """One framework, and the server that it is measured with."""

    server: str
    build: Callable[[Given], App]
    serve: Callable[[App, socket.socket], None]
    calls: Callable[[App, Pairs], Calls]


def plain_wsgi(options: Given) -> App:
    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        user = NOBODY if options is None else environ["clerk"].auth().user_id or NOBODY
        headers = [("content-type", "text/plain"), ("content-length", str(len(user)))]
        start_response("200 OK", headers)
        return [user.encode()]

    return app if options is None else WsgiMiddleware(app, **options)


def plain_asgi(options: Given) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        user = NOBODY if options is None else scope["clerk"].auth().user_id or NOBODY
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(user))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": user.encode()})

    return app if options is None else AsgiMiddleware(app, **options)


def flask_app(options: Given) -> App:
    app = Flask("overhead")
    if options is None:
        app.add_url_rule("/", "view", lambda: NOBODY)
    else:
        app.add_url_rule("/", "view", lambda: clerk_flask.auth().user_id or NOBODY)
        clerk_flask.install(app, **options)
    return app


def quart_app(options: Given) -> App:
    async def without() -> str:
        return NOBODY

    async def within() -> str:
        return clerk_quart.auth().user_id or NOBODY

    app = Quart("overhead")
    app.add_url_rule("/", "view", without if options is None else within)
    if options is not None:
        clerk_quart.install(app, **options)
    return app


def starlette_app(options: Given) -> App:
    async def without(request: Request) -> PlainTextResponse:
        return PlainTextResponse(NOBODY)

    async def within(request: Request) -> PlainTextResponse:
        return PlainTextResponse(clerk_starlette.auth(request).user_id or NOBODY)

    app = Starlette(routes=[Route("/", without if options is None else within)])
    if options is not None:
        clerk_starlette.install(app, **options)
    return app


def fastapi_app(options: Given) -> App:
    async def without() -> str:
        return NOBODY

    async def within(auth: clerk_fastapi.Auth) -> str:
        return auth.user_id or NOBODY

    app = FastAPI()
    view = without if options is None else within
    app.add_api_route("/", view, response_class=PlainTextResponse)
    if options is not None:
        clerk_fastapi.install(app, **options)
    return app


def aiohttp_app(options: Given) -> App:
    async def without(request: web.Request) -> web.Response:
        return web.Response(text=NOBODY)

    async def within(request: web.Request) -> web.Response:
        return web.Response(text=clerk_aiohttp.auth(request).user_id or NOBODY)

    app = web.Application()
    app.router.add_get("/", without if options is None else within)
    if options is not None:
        clerk_aiohttp.install(app, **options)
    return app


def with_uvicorn(app: App, listening: socket.socket) -> None:
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


def with_hypercorn(app: App, listening: socket.socket) -> None:
    config = hypercorn.config.Config()
    config.bind = [f"fd://{listening.fileno()}"]
    config.keep_alive_max_requests = 10**9
    asyncio.run(hypercorn.asyncio.serve(app, config))


def with_aiohttp(app: App, listening: socket.socket) -> None:
    web.run_app(app, sock=listening, print=None, access_log=None)


def with_gunicorn(app: App, listening: socket.socket) -> None:
    base = import_module("gunicorn.app.base").BaseApplication

    def load_config(self: Any) -> None:
        self.cfg.set("bind", f"fd://{listening.fileno()}")
        self.cfg.set("loglevel", "error")

    methods = {"load_config": load_config, "load": lambda self: app}
    type("Application", (base,), methods)().run()


def serve_one_answer(answer: bytes, listening: socket.socket) -> None:
    """The server of the load's own ceiling: it reads nothing and thinks nothing."""
    listening.setblocking(False)
    with selectors.DefaultSelector() as selector:
        selector.register(listening, selectors.EVENT_READ)
        while True:
            for ready, _ in selector.select():
                if ready.fileobj is listening:
                    selector.register(listening.accept()[0], selectors.EVENT_READ)
                    continue
                connection = ready.fileobj
                assert isinstance(connection, socket.socket)
                if connection.recv(65536):
                    connection.sendall(answer)
                else:
                    selector.unregister(connection)


def wsgi_calls(app: App, headers: Pairs) -> Calls:
    template: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "3000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers},
    }

    def start_response(status: str, headers: Pairs, exc_info: object = None) -> None:
        assert status == "200 OK", status

    def calls(number: int) -> float:
        started = time.perf_counter()
        for _ in range(number):
            b"".join(app({**template}, start_response))
        return time.perf_counter() - started

    return calls


# An application of aiohttp belongs to the loop that it was started in.
_loop = asyncio.new_event_loop()


def asgi_calls(app: App, headers: Pairs) -> Calls:
    template: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("localhost", 3000),
        "client": ("127.0.0.1", 40000),
        "scheme": "http",
        "method": "GET",
        "root_path": "",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "extensions": {},
    }

    def receiving() -> Receive:
        messages: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            return messages.pop() if messages else await _loop.create_future()

        return receive

    async def send(message: Message) -> None:
        assert message.get("status", 200) == 200, message

    async def calls(number: int) -> float:
        started = time.perf_counter()
        for _ in range(number):
            await app({**template}, receiving(), send)
        return time.perf_counter() - started

    return lambda number: _loop.run_until_complete(calls(number))


class _Written(asyncio.Transport):
    """Keeps what a server would have sent."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return False


def aiohttp_calls(app: App, headers: Pairs) -> Calls:
    request = as_bytes(headers)

    async def connected() -> Any:
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        assert runner.server is not None
        protocol = runner.server()
        protocol.connection_made(transport)
        return protocol

    transport = _Written()
    protocol = _loop.run_until_complete(connected())

    async def calls(number: int) -> float:
        started = time.perf_counter()
        for _ in range(number):
            protocol.data_received(request)
            while not transport.written:
                await asyncio.sleep(0)
            assert transport.written.startswith(b"HTTP/1.1 200"), transport.written
            transport.written = b""
        return time.perf_counter() - started

    return lambda number: _loop.run_until_complete(calls(number))


def as_bytes(headers: Pairs) -> bytes:
    """The request with these headers."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"GET / HTTP/1.1\r\n{lines}\r\n".encode()


_parser = "httptools" if find_spec("httptools") else "h11"
_uvicorn = f"uvicorn, {_parser}"

FRAMEWORKS = {
    "asgi": Framework(_uvicorn, plain_asgi, with_uvicorn, asgi_calls),
    "starlette": Framework(_uvicorn, starlette_app, with_uvicorn, asgi_calls),
    "fastapi": Framework(_uvicorn, fastapi_app, with_uvicorn, asgi_calls),
    "quart": Framework("hypercorn, h11", quart_app, with_hypercorn, asgi_calls),
    "aiohttp": Framework("its own", aiohttp_app, with_aiohttp, aiohttp_calls),
    "wsgi": Framework("gunicorn, sync", plain_wsgi, with_gunicorn, wsgi_calls),
    "flask": Framework("gunicorn, sync", flask_app, with_gunicorn, wsgi_calls),
}
