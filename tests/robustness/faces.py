"""The four ways to ask who sends a request, each with a Backend API that counts.

The drivers `run` and `run_async` speak to it in memory, `Clerk` and `AsyncClerk` over loopback. All
go by a clock that a test moves.
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
"""From a request, and what it accepts, to its state."""
Respond: TypeAlias = Callable[[str], "HttpResponse | TransportError"]

JWKS = "GET /v1/jwks"
DAY = 24 * 60 * 60


class Clock:
    """Stands for the module `time`; it stands still until it is moved."""

    now = NOW

    def time(self) -> float:
        return self.now


class Api:
    """A Backend API: `respond` is given `METHOD /path`, and `asked` is all that was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.respond: Respond = lambda what: key_set()

    def answer(self, what: str) -> HttpResponse:
        self.asked.append(what)
        answer = self.respond(what)
        if isinstance(answer, TransportError):
            raise answer
        return answer

    def send(self, request: HttpRequest) -> HttpResponse:
        return self.answer(_what(request))

    async def send_async(self, request: HttpRequest) -> HttpResponse:
        return self.answer(_what(request))

    def serve(self) -> LoopbackServer:
        def respond(received: Received) -> HttpResponse:
            return self.answer(f"{received.method} {received.target}")

        return LoopbackServer(respond_with(respond))


def _what(request: HttpRequest) -> str:
    return f"{request.method} /{request.url.split('/', 3)[3]}"


def options(**over: Any) -> dict[str, Any]:
    """The options of a development instance whose keys have to be fetched."""
    return {"publishable_key": publishable_key(), "secret_key": SECRET_KEY, **over}


def local_options(**over: Any) -> dict[str, Any]:
    """The options of one whose key is at hand."""
    return options(jwt_key=public_pem(), **over)


def token_at(now: float, **claims: object) -> str:
    """A session token that holds for a minute from `now`."""
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


Face: TypeAlias = Callable[[Api, Clock, dict[str, Any]], AbstractContextManager[Decide]]
FACES: dict[str, Face] = {
    "run": _run,
    "run_async": _run_async,
    "Clerk": _clerk,
    "AsyncClerk": _async_clerk,
}
