"""Measure how the cost of a request grows with tokens, tenants, concurrent tasks and threads.

Run: uv run python benchmarks/growth.py
Draw benchmarks/growth.svg and write the numbers into the README: … growth.py --readme

All costs are ratios to one bare RSA-2048 verification in the same run. For tasks and threads, the
cost is the difference to the same requests without Clerk. Costs are CPU times, but for threads wall
times, because threads may wait for each other. On a free-threaded Python, several threads are
expected to take less time than one.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.authenticate import bare_verification, repeated
from benchmarks.chart import Chart, draw
from benchmarks.entrances import MiddlewareAndAuth, http_scope
from benchmarks.in_process import wsgi_calls
from benchmarks.instance import OPTIONS, Visitor, header_request, token
from benchmarks.memory import Tenants
from benchmarks.report import Report, arguments
from clerk_core import AsgiMiddleware, WsgiMiddleware
from clerk_core.asgi import Receive, Scope, Send

REQUESTS = 1000
ROUNDS = 5
# More than the size of the cache, so that it is full of other tokens.
WARM_UP = 2300
NUMBERS = {
    "tokens": [1, 10, 100, 1000, 10_000, 100_000],
    "tenants": [1, 10, 100, 1000, 10_000],
    "tasks": [1, 10, 100, 1000],
    "threads": [1, 2, 4, 8],
}
TITLES = {
    "tokens": "Distinct tokens, each as likely",
    "tenants": "Tenants of options_for, signed out",
    "tasks": "Concurrent tasks, header token again",
    "threads": "Threads of WSGI, header token again",
}
DRAWING = Path(__file__).parent / "growth.svg"


def over_tokens(number: int) -> float:
    """Return the seconds of a request with one of this number of tokens, chosen at random."""
    chosen, middleware = random.Random(number), MiddlewareAndAuth()

    def visit(numbers: Sequence[int]) -> float:
        scopes = [middleware.prepare(header_request(token(n))) for n in numbers]
        return _seconds(middleware, scopes)

    visit(
        range(number) if number <= WARM_UP else [chosen.randrange(number) for _ in range(WARM_UP)]
    )
    return min(
        visit([chosen.randrange(number) for _ in range(REQUESTS)]) for _ in range(_rounds(number))
    )


def _rounds(number: int) -> int:
    # Signing the tokens takes longer than the measurement.
    return 1 if number > WARM_UP else ROUNDS


def over_tenants(number: int) -> float:
    """Return the seconds of a request for one of this number of tenants, chosen at random."""
    chosen, middleware = random.Random(number), Tenants()
    for n in range(number):
        middleware(middleware.prepare(n))
    return min(
        _seconds(
            middleware, [middleware.prepare(chosen.randrange(number)) for _ in range(REQUESTS)]
        )
        for _ in range(ROUNDS)
    )


def _seconds(call: Callable[[Any], None], requests: Sequence[Any]) -> float:
    started = time.thread_time()
    for request in requests:
        call(request)
    return (time.thread_time() - started) / len(requests)


async def _waiting_app(scope: Scope, receive: Receive, send: Send) -> None:
    if "clerk" in scope:
        scope["clerk"].auth()
    # Let other tasks run.
    await asyncio.sleep(0)
    await send({"type": "http.response.start", "status": 200, "headers": []})


def over_tasks(number: int) -> float:
    """Return the seconds of a request in one of this number of tasks, minus those without Clerk."""
    within = AsgiMiddleware(_waiting_app, **OPTIONS)
    return _difference(
        lambda: asyncio.run(_tasks(within, number)),
        lambda: asyncio.run(_tasks(_waiting_app, number)),
    )


async def _tasks(app: Any, number: int) -> float:
    async def receive() -> Any:
        raise AssertionError

    async def send(message: Any) -> None:
        pass

    async def task() -> None:
        for _ in range(max(1, REQUESTS // number)):
            await app(http_scope(header_request(token(0))), receive, send)

    started = time.thread_time()
    await asyncio.gather(*(task() for _ in range(number)))
    return (time.thread_time() - started) / (max(1, REQUESTS // number) * number)


def _wsgi_app(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    if "clerk" in environ:
        environ["clerk"].auth()
    start_response("200 OK", [])
    return [b""]


def over_threads(number: int) -> float:
    """Return the seconds of a request in this number of threads, minus those without Clerk."""
    within = WsgiMiddleware(_wsgi_app, **OPTIONS)
    return _difference(lambda: _threads(within, number), lambda: _threads(_wsgi_app, number))


def _threads(app: Any, number: int) -> float:
    again = Visitor("again", "signed-in", lambda _: header_request(token(0)))
    calls = [wsgi_calls(app, "/", again.requests(REQUESTS)) for _ in range(number)]
    threads = [threading.Thread(target=call) for call in calls]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - started) / (number * REQUESTS)


def _difference(within: Callable[[], float], without: Callable[[], float]) -> float:
    pairs = [(within(), without()) for _ in range(ROUNDS)]
    return min(pair[0] for pair in pairs) - min(pair[1] for pair in pairs)


MEASURES: dict[str, Callable[[int], float]] = {
    "tokens": over_tokens,
    "tenants": over_tenants,
    "tasks": over_tasks,
    "threads": over_threads,
}


def main() -> None:
    """Measure, print the tables, and draw the charts of the README."""
    given = arguments(__doc__).parse_args()
    report, bare = Report("growth", given), repeated(bare_verification())
    verification = min(bare() for _ in range(20))
    charts = []
    for name, measure in MEASURES.items():
        points = [(number, measure(number) / verification) for number in NUMBERS[name]]
        charts.append(Chart(TITLES[name], name, points))
        heads = [name, *(f"{number:,}" for number, _ in points)]
        report.add(TITLES[name], heads, [["to bare RSA", *(cost for _, cost in points)]])
    if given.readme:
        DRAWING.write_text(draw(charts, "cost, bare RSA = 1"))
    report.save()


if __name__ == "__main__":
    main()
