"""The four entry points of authentication, each with a fake Backend API that records requests.

The drivers `run` and `run_async` call it in memory, `Clerk` and `AsyncClerk` over loopback. All use
a clock that the test controls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any, TypeAlias

from clerk_core import AsyncClerk, Clerk, Keyring, RequestState, authenticate, run, run_async
from clerk_core._messages import HttpRequest, HttpResponse, Request
from clerk_core.errors import TransportError
from tests.integration.loopback import LoopbackServer, Received, respond_with
from tests.support import NOW, SECRET_KEY, key_set, mint, public_pem, publishable_key, settings

State: TypeAlias = "RequestState"
Decide: TypeAlias = Callable[..., State]
"""Return the state of a request; keyword arguments are those of `authenticate`."""
Respond: TypeAlias = Callable[[str], "HttpResponse | TransportError"]

JWKS = "GET /v1/jwks"
DAY = 24 * 60 * 60


class Clock:
    """A replacement for the module `time` whose time changes only when a test sets it."""

    now = NOW

    def time(self) -> float:
        return self.now


class Api:
    """A fake Backend API. `respond` gets `METHOD /path`; `requests` records all of these."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.respond: Respond = lambda target: key_set()

    def handle(self, target: str) -> HttpResponse:
        self.requests.append(target)
        answer = self.respond(target)
        if isinstance(answer, TransportError):
            raise answer
        return answer

    def send(self, request: HttpRequest) -> HttpResponse:
        return self.handle(_target(request))

    async def send_async(self, request: HttpRequest) -> HttpResponse:
        return self.handle(_target(request))

    def serve(self) -> LoopbackServer:
        def respond(received: Received) -> HttpResponse:
            return self.handle(f"{received.method} {received.target}")

        return LoopbackServer(respond_with(respond))


def _target(request: HttpRequest) -> str:
    return f"{request.method} /{request.url.split('/', 3)[3]}"


def options(**over: Any) -> dict[str, Any]:
    """Return options of a development instance whose keys have to be fetched."""
    return {"publishable_key": publishable_key(), "secret_key": SECRET_KEY, **over}


def local_options(**over: Any) -> dict[str, Any]:
    """Return options of a development instance with a configured JWT key."""
    return options(jwt_key=public_pem(), **over)


def token_at(now: float, **claims: object) -> str:
    """Return a session token that is valid for a minute from `now`."""
    times = {"iat": int(now) - 10, "nbf": int(now) - 20, "exp": int(now) + 50}
    return mint({**times, **claims})


@contextmanager
def _run(api: Api, clock: Clock, given: dict[str, Any]) -> Iterator[Decide]:
    using, keyring = settings(**{"jwt_key": None, **given}), Keyring()

    def decide(request: Request, **how: Any) -> State:
        return run(authenticate(request, using, now=clock.now, keyring=keyring, **how), api.send)

    yield decide


@contextmanager
def _run_async(api: Api, clock: Clock, given: dict[str, Any]) -> Iterator[Decide]:
    using, keyring = settings(**{"jwt_key": None, **given}), Keyring()

    def decide(request: Request, **how: Any) -> State:
        flow = authenticate(request, using, now=clock.now, keyring=keyring, **how)
        return asyncio.run(run_async(flow, api.send_async))

    yield decide


@contextmanager
def _clerk(api: Api, clock: Clock, given: dict[str, Any]) -> Iterator[Decide]:
    with api.serve() as server, Clerk(**{"api_url": server.url, **given}) as clerk:
        yield clerk.authenticate


@contextmanager
def _async_clerk(api: Api, clock: Clock, given: dict[str, Any]) -> Iterator[Decide]:
    loop = asyncio.new_event_loop()
    with closing(loop), api.serve() as server:
        clerk = AsyncClerk(**{"api_url": server.url, **given})

        def decide(request: Request, **how: Any) -> State:
            return loop.run_until_complete(clerk.authenticate(request, **how))

        yield decide
        loop.run_until_complete(clerk.close())


EntryPoint: TypeAlias = Callable[[Api, Clock, dict[str, Any]], AbstractContextManager[Decide]]
ENTRY_POINTS: dict[str, EntryPoint] = {
    "run": _run,
    "run_async": _run_async,
    "Clerk": _clerk,
    "AsyncClerk": _async_clerk,
}
