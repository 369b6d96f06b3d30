"""The server of the instance under test: it records calls, and fails where a test wants it to.

It knows neither pytest nor the application under test.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from clerk_core.local._instance import LocalClerk
from clerk_core.local._loopback import LoopbackServer
from clerk_core.local._server import application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass(frozen=True)
class RecordedCall:
    """A call that the application or a browser made of Clerk. Its text is `METHOD /path`.

    Attributes:
        method: The method.
        path: The path.
        query: The query, each name with its values.
        content: The body.
        status: The status of the response; 0 for one that the test has cut off.
    """

    method: str
    path: str
    query: dict[str, list[str]] = field(repr=False)
    content: bytes = field(repr=False)
    status: int

    def json(self) -> Any:
        """Return the body, parsed as JSON; None if it is empty."""
        return json.loads(self.content) if self.content else None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class _Outage:
    status: int | None
    delay: float
    content: bytes | None
    retry_after: int | None


class RecordingServer:
    """A server of an instance on loopback, until `close`.

    Attributes:
        calls: The calls that were made, oldest first.
    """

    def __init__(self, local: LocalClerk) -> None:
        self.calls: list[RecordedCall] = []
        self._outage: _Outage | None = None
        self._ended = threading.Event()
        self._app = application(local, allow_remote=False)
        self._server = LoopbackServer(self._answer)
        local.url = self._server.url

    def reset(self) -> None:
        """Forget the calls."""
        self.calls = []

    @contextmanager
    def outage(
        self,
        status: int | None = None,
        delay: float = 0.0,
        content: bytes | None = None,
        retry_after: int | None = None,
    ) -> Generator[None]:
        """Fail all calls inside of the `with` block.

        Args:
            status: The status to respond with. Without it, and without `delay` and `content`, the
                connection is closed without a response.
            delay: The seconds to wait before responding.
            content: The body to respond with, in place of JSON.
            retry_after: The seconds of a `Retry-After` header.
        """
        before, self._outage = self._outage, _Outage(status, delay, content, retry_after)
        self._ended.clear()
        try:
            yield
        finally:
            self._outage = before
            # Whoever still waits in `_fail` need not.
            self._ended.set()

    def close(self) -> None:
        """Stop the server."""
        self._ended.set()
        self._server.close()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(content)
        calls, statuses = self.calls, [0]

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            statuses.append(int(status.split()[0]))
            return start_response(status, headers, exc_info)

        try:
            outage = self._outage
            return (
                self._app(environ, start) if outage is None else self._fail(outage, environ, start)
            )
        finally:
            query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
            method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
            calls.append(RecordedCall(method, path, query, content, statuses[-1]))

    def _fail(
        self, outage: _Outage, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if outage.delay:
            self._ended.wait(outage.delay)
        if outage.status is None and outage.content is None:
            if outage.delay:
                return self._app(environ, start_response)
            with suppress(OSError):
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionError
        content = outage.content
        if content is None:
            error = {"code": "service_unavailable", "message": "The test made this call fail."}
            content = json.dumps({"errors": [error]}).encode()
        headers = [("content-type", "application/json")]
        if outage.retry_after is not None:
            headers.append(("retry-after", str(outage.retry_after)))
        start_response(f"{outage.status or 200} Failed by the test", headers)
        return [content]
