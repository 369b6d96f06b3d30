"""Create applications with a minimal integration, as a lower bound of the cost in each framework.

It scans the headers, looks up one entry, compares two times and stores one object, with a
middleware, hooks, or a middleware and a dependency, depending on the framework.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any, NamedTuple

from aiohttp import web
from fastapi import Depends
from fastapi.requests import HTTPConnection
from flask import Response, g
from flask import request as flask_request
from quart import request as quart_request

from benchmarks.applications import (
    NOBODY,
    App,
    bare_aiohttp_app,
    bare_asgi_app,
    bare_django_app,
    bare_fastapi_app,
    bare_flask_app,
    bare_quart_app,
    bare_starlette_app,
    bare_wsgi_app,
)
from benchmarks.instance import USER, Pairs
from clerk_core.asgi import Receive, Scope, Send

_KEY = "floor"


class _Entry(NamedTuple):
    since: float
    until: float
    user_id: str


class _Found:
    __slots__ = ("entry",)

    def __init__(self, entry: _Entry) -> None:
        self.entry = entry


_ANONYMOUS = _Entry(0.0, 0.0, NOBODY)


class Memory:
    """A cache of signed-in users by credentials.

    Args:
        known: The requests of signed-in users.
    """

    def __init__(self, known: Iterable[Pairs]) -> None:
        values = [v for headers in known for n, v in headers if n in ("authorization", "cookie")]
        entry = _Entry(0.0, time.time() + 3600, USER)
        self._entries: dict[object, _Entry] = dict.fromkeys((v.encode() for v in values), entry)
        self._entries.update(dict.fromkeys(values, entry))

    def find(self, headers: Iterable[tuple[bytes, bytes]]) -> _Found:
        """Return the object of a request with these headers."""
        credentials = b""
        for name, value in headers:
            if name == b"authorization" or name == b"cookie":
                credentials = value
        return self.found(credentials)

    def found(self, credentials: object) -> _Found:
        """Return the object of a request with these credentials."""
        entry = self._entries.get(credentials, _ANONYMOUS)
        return _Found(entry if entry.since <= time.time() < entry.until else _ANONYMOUS)


class _AsgiFloor:
    def __init__(self, app: App, memory: Memory) -> None:
        self._app = app
        self._memory = memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[_KEY] = self._memory.find(scope.get("headers", ()))
        await self._app(scope, receive, send)


def _user_in(scope: Any) -> str:
    user_id: str = scope[_KEY].entry.user_id
    return user_id


def asgi_floor(memory: Memory) -> App:
    return _AsgiFloor(bare_asgi_app(_user_in), memory)


def starlette_floor(memory: Memory) -> App:
    app = bare_starlette_app(lambda request: _user_in(request.scope))
    app.add_middleware(_AsgiFloor, memory=memory)
    return app


async def _found_in(request: HTTPConnection) -> _Found:
    found: _Found = request.scope[_KEY]
    return found


def fastapi_floor(memory: Memory) -> App:
    async def view(found: Annotated[Any, Depends(_found_in)]) -> str:
        return str(found.entry.user_id)

    app = bare_fastapi_app(view, view)
    app.add_middleware(_AsgiFloor, memory=memory)
    return app


def quart_floor(memory: Memory) -> App:
    app = bare_quart_app(lambda: _user_in(quart_request.scope))
    middleware: Any = _AsgiFloor(app.asgi_app, memory)
    app.asgi_app = middleware  # type: ignore[method-assign]
    return app


def aiohttp_floor(memory: Memory) -> App:
    @web.middleware
    async def middleware(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        request[_KEY] = memory.find([(name.lower(), value) for name, value in request.raw_headers])
        return await handler(request)

    app = bare_aiohttp_app(_user_in)
    app.middlewares.append(middleware)
    return app


def _found_of(memory: Memory, environ: dict[str, Any]) -> _Found:
    return memory.found(environ.get("HTTP_AUTHORIZATION") or environ.get("HTTP_COOKIE"))


def wsgi_floor(memory: Memory) -> App:
    app = bare_wsgi_app(_user_in)

    def middleware(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        environ[_KEY] = _found_of(memory, environ)
        answer: list[bytes] = app(environ, start_response)
        return answer

    return middleware


def flask_floor(memory: Memory) -> App:
    app = bare_flask_app(lambda: str(g.floor.entry.user_id))

    def before() -> None:
        g.floor = _found_of(memory, flask_request.environ)

    def after(response: Response) -> Response:
        return response

    app.before_request(before)
    app.after_request(after)
    return app


class DjangoFloor:
    """The minimal middleware. `memory` is that of the application that is made next."""

    memory: Memory

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self._get_response = get_response
        self._memory = DjangoFloor.memory

    def __call__(self, request: Any) -> Any:
        request.floor = _found_of(self._memory, request.environ)
        return self._get_response(request)


def django_floor(memory: Memory) -> App:
    DjangoFloor.memory = memory
    return bare_django_app(
        lambda request: str(request.floor.entry.user_id), f"{__name__}.DjangoFloor"
    )
