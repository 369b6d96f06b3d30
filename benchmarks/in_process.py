"""Call an application in this process like a server, without a server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeAlias

from aiohttp import web

from benchmarks.applications import App
from benchmarks.entrances import http_scope
from benchmarks.instance import Pairs
from clerk_core.asgi import Message, Receive

Calls: TypeAlias = Callable[[], float]
"""A function that sends all requests to the application, and returns the seconds that this took."""

# An application of aiohttp must run in the loop that it was started in.
_loop = asyncio.new_event_loop()


def wsgi_calls(app: App, path: str, requests: list[Pairs]) -> Calls:
    environs = [_environ(path, headers) for headers in requests]

    def start_response(status: str, headers: Pairs, exc_info: object = None) -> None:
        assert status == "200 OK", status

    def calls() -> float:
        copies = [{**environ} for environ in environs]
        started = time.perf_counter()
        for environ in copies:
            b"".join(app(environ, start_response))
        return time.perf_counter() - started

    return calls


def _environ(path: str, headers: Pairs) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
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


def asgi_calls(app: App, path: str, requests: list[Pairs]) -> Calls:
    scopes = [
        {**http_scope(headers), "path": path, "raw_path": path.encode()} for headers in requests
    ]

    def receiving() -> Receive:
        messages: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            return messages.pop() if messages else await _loop.create_future()

        return receive

    async def send(message: Message) -> None:
        assert message.get("status", 200) == 200, message

    async def calls() -> float:
        copies = [({**scope}, receiving()) for scope in scopes]
        started = time.perf_counter()
        for scope, receive in copies:
            await app(scope, receive, send)
        return time.perf_counter() - started

    return lambda: _loop.run_until_complete(calls())


class _Written(asyncio.Transport):
    """A transport that stores the sent data."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return False


def aiohttp_calls(app: App, path: str, requests: list[Pairs]) -> Calls:
    sent = [as_bytes(path, headers) for headers in requests]

    async def connected() -> Any:
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        assert runner.server is not None
        protocol = runner.server()
        protocol.connection_made(transport)
        return protocol

    transport = _Written()
    protocol = _loop.run_until_complete(connected())

    async def calls() -> float:
        started = time.perf_counter()
        for request in sent:
            protocol.data_received(request)
            while not transport.written:
                await asyncio.sleep(0)
            assert transport.written.startswith(b"HTTP/1.1 200"), transport.written
            transport.written = b""
        return time.perf_counter() - started

    return lambda: _loop.run_until_complete(calls())


def as_bytes(path: str, headers: Pairs) -> bytes:
    """Return a request as bytes."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()
