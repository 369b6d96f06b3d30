"""Measure the memory of a running application. `startup.py` calls it in new interpreters.

Each function returns the number of objects and the bytes that all of them take.
"""

from __future__ import annotations

import base64
import gc
import tracemalloc
from collections.abc import Callable, Iterable
from importlib import import_module

from benchmarks.entrances import MiddlewareAndAuth, finish, http_scope
from benchmarks.instance import OPTIONS, PEM, SCRIPT, Pairs, header_request, token
from clerk_core import AsgiMiddleware, Options, Request
from clerk_core.asgi import Message, Receive, Scope, Send

TOKENS = 2048
TENANTS = 10_000
OFFICIAL_CLIENTS = 20


def _kept(before: Callable[[], object], steps: Iterable[Callable[[], object]]) -> int:
    before()
    gc.collect()
    tracemalloc.start()
    first, _ = tracemalloc.get_traced_memory()
    for step in steps:
        step()
    gc.collect()
    last, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return last - first


def tokens() -> tuple[int, int]:
    """Measure the cached results of requests with different tokens."""
    middleware = MiddlewareAndAuth()
    minted = [token(number) for number in range(TOKENS + 1)]

    def visit(session_token: str) -> Callable[[], object]:
        return lambda: middleware(middleware.prepare(header_request(session_token)))

    visits = [visit(session_token) for session_token in minted]
    return TOKENS, _kept(visits[-1], visits[:-1])


def tenant_options(number: int) -> Options:
    """Return the options of a tenant with its own Clerk instance."""
    host = f"tenant-{number}.clerk.accounts.dev"
    publishable_key = "pk_test_" + base64.b64encode(f"{host}$".encode()).decode().rstrip("=")
    return {
        "publishable_key": publishable_key,
        "secret_key": f"sk_test_{number}",
        "jwt_key": PEM,
    }


class Tenants:
    """A middleware that serves many tenants, selected by the host."""

    def __init__(self) -> None:
        self._app = AsgiMiddleware(self._application, options_for=self._options_for)

    @staticmethod
    def _options_for(request: Request) -> Options:
        return tenant_options(int((request.headers.get("host") or "").partition(".")[0]))

    @staticmethod
    async def _application(scope: Scope, receive: Receive, send: Send) -> None:
        scope["clerk"].auth()

    def prepare(self, number: int) -> Scope:
        """Return a request for a tenant."""
        headers: Pairs = [("host", f"{number}.example.com"), *SCRIPT[1:]]
        return http_scope(headers)

    def __call__(self, scope: Scope) -> None:
        """Send a request to the middleware."""
        finish(self._app(scope, _receive, _send))


def tenants() -> tuple[int, int]:
    """Measure the cached clients of tenants that `options_for` selects."""
    middleware = Tenants()

    def visit(number: int) -> Callable[[], object]:
        return lambda: middleware(middleware.prepare(number))

    return TENANTS, _kept(visit(TENANTS), [visit(number) for number in range(TENANTS)])


def official_clients() -> tuple[int, int]:
    """Measure clients of the official package, one for each tenant."""
    make = import_module("clerk_backend_api").Clerk
    made: list[object] = [make(bearer_auth=OPTIONS["secret_key"])]

    def one() -> None:
        made.append(make(bearer_auth=OPTIONS["secret_key"]))

    return OFFICIAL_CLIENTS, _kept(one, [one] * OFFICIAL_CLIENTS)


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: Message) -> None:
    pass
