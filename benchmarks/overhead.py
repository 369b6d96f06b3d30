"""What Clerk costs each framework: requests per second of a trivial endpoint, with and without it.

Run: uv run --with httptools --with gunicorn python benchmarks/overhead.py [framework …]

Each server has a process and a core of its own, the load comes from this process on another core
over connections that stay open where the server keeps them. With and without Clerk take turns, and
get the same bytes: what a server takes to read a long cookie is not Clerk's. The last column is the
same application called without a server. Of all rounds the best counts, because a busy machine only
takes away. Two and a half minutes for all frameworks. Nothing is fetched: the key is at hand, and
but for the first request the token is known.

The servers: uvicorn for ASGI, with httptools where that is installed (it adds less, and so hides
less), hypercorn for Quart, aiohttp's own, and for WSGI gunicorn's sync worker, which closes every
connection: one with threads would measure how two of them wait for each other.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.util import find_spec
from typing import TypeAlias

from benchmarks.authenticate import SETTINGS, TOKEN, with_cookies, with_header
from benchmarks.overhead_apps import (
    FRAMEWORKS,
    NOBODY,
    Given,
    Pairs,
    as_bytes,
    serve_one_answer,
)
from clerk_core._settings.settings import Options

USER = "user_2benchbenchbenchbenchbench"
AT_A_TIME = 8
ROUNDS = 15
SECONDS = 0.15
CALL_ROUNDS = 40
CALLS = 100
DEADLINE = 10.0
CEILING = "the load's own ceiling"

OPTIONS: Options = {
    "publishable_key": SETTINGS.publishable_key,
    "secret_key": SETTINGS.secret_key,
    "jwt_key": SETTINGS.jwt_key,
}
REQUESTS: dict[str, Pairs] = {
    "signed out": [("host", "localhost:3000"), ("accept", "*/*")],
    "signed in, header": with_header(TOKEN),
    "signed in, cookie": with_cookies(TOKEN),
}

Which: TypeAlias = tuple[str, bool]
"""A request, and whether Clerk is installed."""


class Load:
    """Asks one server one thing, with so many requests on their way all the time.

    Connections are kept open, unless the server closes them.
    """

    def __init__(self, address: tuple[str, int], request: bytes, body: str) -> None:
        self._address = address
        self._request = request
        self._body = body.encode()
        self._kept: list[socket.socket] = []
        connection, first = self._ask(), b""
        while not first.endswith(b"\r\n\r\n" + self._body):
            part = connection.recv(65536)
            assert part, first
            first += part
        self._length = len(first)
        self._keeps = b"connection: close" not in first.lower()
        self._done_with(connection)

    def rate(self) -> float:
        """Requests per second, over a while."""
        asked = deque(self._ask() for _ in range(AT_A_TIME))
        answered = 0
        started = time.perf_counter()
        while time.perf_counter() - started < SECONDS:
            for _ in range(AT_A_TIME):
                self._read(asked.popleft())
                asked.append(self._ask())
            answered += AT_A_TIME
        took = time.perf_counter() - started
        for connection in asked:
            self._read(connection)
        return answered / took

    def _ask(self) -> socket.socket:
        if self._kept:
            connection = self._kept.pop()
        else:
            connection = socket.create_connection(self._address, DEADLINE)
        connection.sendall(self._request)
        return connection

    def _read(self, connection: socket.socket) -> None:
        response = connection.recv(65536)
        while len(response) < self._length:
            part = connection.recv(65536)
            assert part, response
            response += part
        assert response.startswith(b"HTTP/1.1 200"), response
        assert response.endswith(self._body), response
        self._done_with(connection)

    def _done_with(self, connection: socket.socket) -> None:
        if self._keeps:
            self._kept.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close the connections."""
        for connection in self._kept:
            connection.close()


def stay_on(core: int) -> None:
    """Keep this process on one of the machine's cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})


def serve(name: str, options: Given, listening: socket.socket) -> None:
    """What the process of a server does."""
    stay_on(0)
    if name == CEILING:
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(NOBODY)}\r\n\r\n"
        serve_one_answer(f"{head}{NOBODY}".encode(), listening)
    else:
        framework = FRAMEWORKS[name]
        framework.serve(framework.build(options), listening)


@contextmanager
def served(name: str, options: Given) -> Iterator[tuple[str, int]]:
    """The address of a server in a process of its own."""
    # Of TCP by name: asyncio sends without delay only where it sees that it is.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        process = multiprocessing.get_context("spawn").Process(
            target=serve, args=(name, options, listening), daemon=True
        )
        process.start()
        try:
            yield listening.getsockname()
        finally:
            # Asked first, so that gunicorn ends its worker as well.
            process.terminate()
            process.join(DEADLINE)
            process.kill()
            process.join()


def best_of(
    rounds: int, measured: dict[Which, Callable[[], float]], best: Callable[[float, float], float]
) -> dict[Which, float]:
    """The best value of each, over rounds in which with and without take turns."""
    found = {which: measure() for which, measure in measured.items()}
    for _ in range(rounds):
        for which, measure in measured.items():
            found[which] = best(found[which], measure())
    return found


def measure_rates(name: str) -> dict[Which, float]:
    """Requests per second, by the request and whether Clerk is installed."""
    with ExitStack() as stack:
        measured: dict[Which, Callable[[], float]] = {}
        addresses = {
            installed: stack.enter_context(served(name, OPTIONS if installed else None))
            for installed in (False, True)
        }
        for request, headers in REQUESTS.items():
            for installed, address in addresses.items():
                body = USER if installed and headers is not REQUESTS["signed out"] else NOBODY
                load = Load(address, as_bytes(headers), body)
                stack.callback(load.close)
                measured[request, installed] = load.rate
        return best_of(ROUNDS, measured, max)


def measure_calls(name: str) -> dict[Which, float]:
    """Microseconds of one call without a server, likewise."""
    framework = FRAMEWORKS[name]
    measured: dict[Which, Callable[[], float]] = {}
    for installed in (False, True):
        app = framework.build(OPTIONS if installed else None)
        for request, headers in REQUESTS.items():
            measured[request, installed] = partial(framework.calls(app, headers), CALLS)
    return {
        which: seconds / CALLS * 1e6
        for which, seconds in best_of(CALL_ROUNDS, measured, min).items()
    }


def show_ceiling() -> None:
    """Print how much load this process can make at most."""
    with served(CEILING, None) as address:
        load = Load(address, as_bytes(REQUESTS["signed in, cookie"]), NOBODY)
        best = max(load.rate() for _ in range(ROUNDS))
        load.close()
    print(f"{CEILING}: {best:.0f} requests per second\n")


def show(name: str) -> None:
    """Measure one framework and print its lines of the table."""
    rates, times = measure_rates(name), measure_calls(name)
    server = f"({FRAMEWORKS[name].server})"
    for request, left in zip(REQUESTS, (name, server, ""), strict=True):
        without, within = rates[request, False], rates[request, True]
        alone, more = times[request, False], times[request, True] - times[request, False]
        print(
            f"{left:22}{request:20}{without:9.0f}{within:9.0f}{within / without:8.1%}"
            f"{alone:10.1f}{more:+9.1f}",
            flush=True,
        )


def main() -> None:
    """Measure the frameworks that are named, or all."""
    parser = argparse.ArgumentParser(description="What Clerk costs each framework.")
    parser.add_argument("framework", nargs="*", choices=[*FRAMEWORKS, []], metavar="framework")
    chosen = parser.parse_args().framework or list(FRAMEWORKS)
    stay_on(1)
    show_ceiling()
    print(f"{'':42}{'requests per second':^26}{'microseconds':>19}")
    print(f"{'':42}{'without':>9}{'with':>9}{'':8}{'without':>10}{'more':>9}")
    for name in chosen:
        if "gunicorn" in FRAMEWORKS[name].server and find_spec("gunicorn") is None:
            print(f"{name:22}gunicorn is not installed")
            continue
        show(name)


if __name__ == "__main__":
    main()
