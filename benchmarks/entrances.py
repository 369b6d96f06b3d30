"""Call the entry points of authentication in this process, without a server."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from benchmarks.instance import OPTIONS, Pairs
from clerk_core import AsgiMiddleware, Clerk, Request
from clerk_core.asgi import Message, Receive, Scope, Send


class Entrance(Protocol):
    """An entry point of authentication. A new one has empty caches."""

    @property
    def result(self) -> str:
        """The result of the last request: signed-in, signed-out or handshake."""

    def prepare(self, headers: Pairs) -> Any:
        """Return a request in the format of the server. This is not measured."""

    def __call__(self, prepared: Any) -> None:
        """Authenticate a request. This is measured."""


class Middleware:
    """`AsgiMiddleware` around an application that does nothing."""

    def __init__(self) -> None:
        self._auth: Any = None
        self._app = AsgiMiddleware(self.application, **OPTIONS)

    @property
    def result(self) -> str:
        """The result of the last request."""
        if self._auth is None:
            return "handshake"
        return "signed-out" if self._auth.auth().user_id is None else "signed-in"

    async def application(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Store the object of the request without using it."""
        self._auth = scope["clerk"]

    def prepare(self, headers: Pairs) -> Scope:
        """Return a scope with these headers."""
        return http_scope(headers)

    def __call__(self, prepared: Scope) -> None:
        """Call the middleware like a server."""
        self._auth = None
        finish(self._app(prepared, _receive, _send))


class MiddlewareAndAuth(Middleware):
    """`AsgiMiddleware` around an application that reads the user ID."""

    async def application(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the user ID."""
        self._auth = scope["clerk"]
        self._auth.auth().user_id  # noqa: B018


class Authenticate:
    """`clerk.authenticate(Request(…))`, including the creation of the `Request`."""

    def __init__(self) -> None:
        self.result = ""
        self._clerk = Clerk(**OPTIONS)

    def prepare(self, headers: Pairs) -> Pairs:
        """Return the headers."""
        return headers

    def __call__(self, prepared: Pairs) -> None:
        """Authenticate a request with these headers."""
        request = Request("GET", "http://localhost:3000/", prepared)
        self.result = self._clerk.authenticate(request).status


ENTRANCES: dict[str, Callable[[], Entrance]] = {
    "middleware": Middleware,
    "middleware, auth().user_id": MiddlewareAndAuth,
    "clerk.authenticate": Authenticate,
}


def http_scope(headers: Pairs) -> Scope:
    """Return the scope of a request for `/` in the format of uvicorn."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("127.0.0.1", 3000),
        "client": ("127.0.0.1", 40000),
        "scheme": "http",
        "method": "GET",
        "root_path": "",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "state": {},
    }


def finish(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never waits."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("the request had to wait")


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: Message) -> None:
    pass
