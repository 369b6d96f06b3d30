"""Call WSGI and ASGI applications like a server, without a server."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote_to_bytes

import anyio
from anyio.from_thread import start_blocking_portal

from clerk_core.asgi import ASGIApp, Message, Scope
from clerk_core.testing._site import Answer, answer

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import WSGIApplication

T = TypeVar("T")
_PATIENCE = 20.0


class WsgiSite:
    """A WSGI application as a site.

    Args:
        app: The application.
        close: Closes the connections of the application to Clerk.
    """

    def __init__(self, app: WSGIApplication, close: Callable[[], object]) -> None:
        self.app = app
        self._close = close

    def visit(
        self,
        path: str = "/",
        *headers: tuple[str, str],
        method: str = "GET",
        prefix: str = "",
        content: bytes = b"",
    ) -> Answer:
        """Send one request, as in PEP 3333."""
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": prefix,
            # PEP 3333: bytes are represented as Latin-1 strings.
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(content),
            "wsgi.errors": _Nowhere(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        environ |= {_variable(name): value for name, value in headers}
        try:
            return _run(self.app, environ)
        except Exception:
            # The response of a server if the application raises.
            return answer(500, [("content-type", "text/plain")], b"Internal Server Error")

    def close(self) -> None:
        """Close its connections to Clerk."""
        self._close()


def _variable(name: str) -> str:
    variable = name.upper().replace("-", "_")
    return variable if variable == "CONTENT_TYPE" else f"HTTP_{variable}"


def _run(app: WSGIApplication, environ: dict[str, Any]) -> Answer:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    body: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        # PEP 3333: an error may replace the status and headers until the body begins.
        if exc_info and exc_info[1] and any(body):
            raise exc_info[1]
        started.append((status, list(headers)))
        return body.append

    parts = app(environ, start_response)
    try:
        body.extend(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    status, headers = started[-1]
    # A server sends no body in response to HEAD (RFC 9110, 9.3.2).
    content = b"" if environ["REQUEST_METHOD"] == "HEAD" else b"".join(body)
    return answer(int(status.split()[0]), headers, content)


class _Nowhere:
    """A log of the server that discards everything."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass


class Loop:
    """An event loop in a separate thread that runs the tasks of several threads concurrently.

    Args:
        backend: The library of the loop: asyncio or trio.
    """

    def __init__(self, backend: str = "asyncio") -> None:
        self._running = start_blocking_portal(backend)
        self._portal = self._running.__enter__()

    def start(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Start a task."""

        async def task() -> T:
            return await coroutine

        return self._portal.start_task_soon(task)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a task and return its result."""
        return self.start(coroutine).result(_PATIENCE)

    def close(self) -> None:
        """Stop the loop."""
        self.run(self._portal.stop(cancel_remaining=True))
        self._running.__exit__(None, None, None)


@dataclass(frozen=True)
class Connected:
    """The result of opening a WebSocket: whether it was accepted, and its first message."""

    accepted: bool
    subprotocol: str | None = None
    said: str | None = None

    def json(self) -> Any:
        """Return the parsed JSON of the response."""
        return json.loads(self.said or "null")


class _Queue:
    """A queue of messages between two tasks. It must be created in their loop."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._changed = anyio.Event()

    async def put(self, message: Message) -> None:
        self._messages.append(message)
        self._changed.set()

    async def get(self) -> Message:
        while not self._messages:
            self._changed = anyio.Event()
            await self._changed.wait()
        return self._messages.pop(0)


class AsgiSite:
    """An ASGI application as a site. Its lifespan begins with this object and ends with `close`.

    Args:
        app: The application.
        backend: The library of the event loop: asyncio or trio.
    """

    def __init__(self, app: ASGIApp, backend: str = "asyncio") -> None:
        self.app = app
        self._loop = Loop(backend)
        self._to_lifespan, self._from_lifespan = self._loop.run(self._queues())
        self._lifespan = self._loop.start(self._live())
        try:
            self._loop.run(self._tell_lifespan("lifespan.startup"))
        except BaseException:
            self._loop.close()
            raise

    async def _queues(self) -> tuple[_Queue, _Queue]:
        return _Queue(), _Queue()

    async def _live(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        try:
            await self.app(scope, self._to_lifespan.get, self._from_lifespan.put)
        finally:
            await self._from_lifespan.put({"type": "lifespan.ended"})

    async def _tell_lifespan(self, kind: str) -> None:
        await self._to_lifespan.put({"type": kind})
        reply = await self._from_lifespan.get()
        # An application may not support lifespan, and then its task ends immediately.
        said = f"{reply['type']}: {reply.get('message', '')}"
        assert not reply["type"].endswith(".failed"), said

    def visit(
        self,
        path: str = "/",
        *headers: tuple[str, str],
        method: str = "GET",
        prefix: str = "",
        content: bytes = b"",
    ) -> Answer:
        """Send one request."""
        if content:
            headers = (*headers, ("content-length", str(len(content))))
        scope = {**_scope("http", path, headers, prefix), "scheme": "http", "method": method}
        return self._loop.run(self._visit(scope, content))

    async def _visit(self, scope: Scope, content: bytes) -> Answer:
        waiting = [{"type": "http.request", "body": content, "more_body": False}]
        sent: list[Message] = []
        answered = anyio.Event()

        async def receive() -> Message:
            if waiting:
                return waiting.pop()
            # Disconnect after the response was sent. Some applications wait for it.
            with anyio.fail_after(_PATIENCE):
                await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.set()

        try:
            await self.app(scope, receive, send)
        except Exception:
            # A server logs the error. If the response has begun, it is kept.
            if not sent:
                sent.append({"type": "http.response.start", "status": 500, "headers": []})
        start = next(one for one in sent if one["type"] == "http.response.start")
        received = start.get("headers") or ()
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in received]
        body = b"".join(one.get("body", b"") for one in sent if one["type"] == "http.response.body")
        if scope["method"] == "HEAD":
            # A server sends no body in response to HEAD (RFC 9110, 9.3.2).
            body = b""
        return answer(start["status"], pairs, body)

    def connect(
        self, path: str, *headers: tuple[str, str], subprotocols: Sequence[str] = ()
    ) -> Connected:
        """Open a WebSocket, receive its first message and close it."""
        offered = [("sec-websocket-protocol", ", ".join(subprotocols))] if subprotocols else []
        scope = _scope("websocket", path, (*headers, *offered), "")
        scope |= {"scheme": "ws", "subprotocols": list(subprotocols)}
        return self._loop.run(self._connect(scope))

    async def _connect(self, scope: Scope) -> Connected:
        waiting: list[Message] = [{"type": "websocket.connect"}]
        sent: list[Message] = []
        heard = anyio.Event()

        async def receive() -> Message:
            if waiting:
                return waiting.pop()
            with anyio.fail_after(_PATIENCE):
                await heard.wait()
            return {"type": "websocket.disconnect", "code": 1000}

        async def send(message: Message) -> None:
            sent.append(message)
            if message["type"] in ("websocket.send", "websocket.close"):
                heard.set()

        await self.app(scope, receive, send)
        accept = next((one for one in sent if one["type"] == "websocket.accept"), None)
        said = next((one.get("text") for one in sent if one["type"] == "websocket.send"), None)
        return Connected(accept is not None, (accept or {}).get("subprotocol"), said)

    def close(self) -> None:
        """End the lifespan."""
        if not self._lifespan.done():
            self._loop.run(self._tell_lifespan("lifespan.shutdown"))
        self._lifespan.exception(_PATIENCE)
        self._loop.close()


def _scope(kind: str, path: str, headers: Sequence[tuple[str, str]], prefix: str) -> dict[str, Any]:
    path, _, query = path.partition("?")
    raw = (prefix + path).encode()
    named = {"host": "localhost", **{name.lower(): value for name, value in headers}}
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "path": unquote_to_bytes(raw).decode("utf-8", "surrogateescape"),
        "raw_path": raw,
        "query_string": query.encode(),
        "root_path": prefix,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items()],
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 50000),
        "state": {},
        "extensions": {},
    }
