"""A local instance whose calls are counted, and a runner for clients of both kinds."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import httpx

from clerk_core import AsyncClerk, Clerk, Request, RequestState
from clerk_core._messages import HttpRequest
from clerk_core.local import LocalClerk


class Instance:
    """A local instance and the numbers of calls by method and path.

    `respond` replaces the responses, if it is set. It raises or returns a response.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.local = LocalClerk(clock=clock)
        self.calls: Counter[str] = Counter()
        self.respond: Callable[[httpx.Request], httpx.Response] | None = None
        self._lock = threading.Lock()
        self._processes: list[Process] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.calls[f"{request.method} {request.url.path}"] += 1
            if self.respond is not None:
                return self.respond(request)
            received = HttpRequest(
                request.method, str(request.url), request.headers.multi_items(), request.content
            )
            response = self.local.handle(received)
        return httpx.Response(
            response.status, headers=[*response.headers], content=response.content
        )

    def client(self, kind: str = "sync", **options: Any) -> Process:
        """Return a client with caches of its own, as each process has one."""
        given: Any = {"transport": httpx.MockTransport(self), **self.local.options(), **options}
        process = Process(Clerk(**given) if kind == "sync" else AsyncClerk(**given))
        if isinstance(options.get("cache"), str):
            self._processes.append(process)
        return process

    def close(self) -> None:
        """Close all clients, whose connections to Redis would be open until they are collected."""
        for process in self._processes:
            process.run(lambda clerk: clerk.close())

    def api_key(self, **options: Any) -> str:
        """Return a new API key."""
        given: Any = self.local.options()
        with Clerk(**given, transport=httpx.MockTransport(self)) as clerk:
            created = clerk.api_keys.create(
                name="Reports", subject=self.local.seed()[0].user_id, **options
            )
        assert created.secret is not None
        return created.secret


class Process:
    """A client, called from code that waits or in an event loop."""

    def __init__(self, clerk: Clerk | AsyncClerk) -> None:
        self.clerk = clerk

    def run(self, call: Callable[[Any], Any]) -> Any:
        """Return the result of a call of the client."""
        if isinstance(self.clerk, Clerk):
            return call(self.clerk)

        async def wait() -> Any:
            result = call(self.clerk)
            return await result if isinstance(result, Awaitable) else result

        return anyio.run(wait)

    def authenticate(self, token: str) -> RequestState:
        """Return the state of a request with a token in its header."""
        request = Request("GET", "http://localhost/", [("authorization", f"Bearer {token}")])
        state: RequestState = self.run(lambda c: c.authenticate(request, accepts_token="any"))
        return state
