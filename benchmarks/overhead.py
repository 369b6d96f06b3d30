"""Measure the overhead of Clerk in each framework: the share of requests per second that remain.

Run: uv run --group benchmarks python benchmarks/overhead.py [framework …]
List the overhead by function: … benchmarks/overhead.py --profile [framework …]

Servers run on core 0, and wrk sends requests from core 1 (this process if wrk is not installed).
The applications with and without Clerk take turns and get the same requests. Seconds are CPU time
of the server, so that other programs have less effect. The results are medians of all rounds.

"floor" is a minimal integration of the framework: scan the headers, look up one entry, compare two
times, store one object. "in process" are the microseconds of one call without a server. Nothing is
fetched. All frameworks take fifteen minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from statistics import median
from typing import TypeAlias

from benchmarks.applications import NOBODY
from benchmarks.floors import Memory
from benchmarks.frameworks import FRAMEWORKS, ROWS, Framework, Row
from benchmarks.in_process import as_bytes
from benchmarks.instance import OPTIONS
from benchmarks.load import Load, load
from benchmarks.report import Cell, Report, arguments
from benchmarks.request_profile import show_profile
from benchmarks.servers import Server, pin, served

SECONDS = 1
ROUNDS = 7
CALLS = 200
CALL_ROUNDS = 30
# More than the size of the cache.
FORGED = 1000

WITHOUT, WITH, FLOOR = "without", "with", "floor"
Sides: TypeAlias = dict[str, Callable[[], object]]
"""The functions that create the applications to compare, by name."""
Rates: TypeAlias = dict[tuple[str, str], list[float]]
"""Requests per second in each round, by visitor and side."""


def sides(framework: Framework) -> Sides:
    """Return the applications to compare."""
    memory = Memory(row.visitor.headers(0) for row in ROWS[:2])
    return {
        WITHOUT: partial(framework.build, None),
        WITH: partial(framework.build, OPTIONS),
        FLOOR: partial(framework.floor, memory),
    }


def measure_rates(framework: Framework, rounds: int) -> Rates:
    """Return the requests per second of each round, by visitor and side."""
    rates: Rates = {}
    with ExitStack() as stack:
        servers = {
            side: stack.enter_context(served(framework.serve, build))
            for side, build in sides(framework).items()
        }
        for row in ROWS:
            number = FORGED if row.visitor.is_new else 1
            requests = [as_bytes(row.path, headers) for headers in row.visitor.requests(number)]
            loads = {
                side: load(server.address, requests, NOBODY if side == WITHOUT else row.body)
                for side, server in servers.items()
            }
            for _ in range(rounds):
                for side, sending in loads.items():
                    key = row.visitor.name, side
                    rates.setdefault(key, []).append(rate(servers[side], sending))
            for sending in loads.values():
                sending.close()
    return rates


def rate(server: Server, sending: Load) -> float:
    """Return the requests per second of a server."""
    while True:
        before = server.seconds()
        answered = sending.send(SECONDS)
        took = server.seconds() - before
        # On a busy machine, a process may get no time at all.
        if answered and took > 0:
            return answered / took


def share(rates: Rates, visitor: str, side: str) -> float:
    """Return the share of requests per second that remain with a side: the median of all rounds."""
    pairs = zip(rates[visitor, side], rates[visitor, WITHOUT], strict=True)
    return median(of_side / without for of_side, without in pairs)


def measure_calls(framework: Framework) -> dict[tuple[str, str], float]:
    """Return the minimum microseconds of a call in this process, by visitor and side."""
    measured = {
        (row.visitor.name, side): framework.calls(build(), row.path, row.visitor.requests(CALLS))
        for side, build in sides(framework).items()
        for row in ROWS
    }
    best = {key: calls() for key, calls in measured.items()}
    for _ in range(CALL_ROUNDS):
        for key, calls in measured.items():
            best[key] = min(best[key], calls())
    return {key: seconds / CALLS * 1e6 for key, seconds in best.items()}


COLUMNS = [
    "",
    "without/s",
    "with/s",
    "left",
    "target",
    "floor",
    "in process, without",
    "with",
    "floor",
]


def line(
    framework: Framework, row: Row, rates: Rates, times: dict[tuple[str, str], float]
) -> list[Cell]:
    """Return the line of one visitor."""
    name = row.visitor.name
    target: float | None = framework.target
    if row.is_forged:
        target = 0.40 if framework.name == "ASGI" else None
    return [
        name,
        median(rates[name, WITHOUT]),
        median(rates[name, WITH]),
        share(rates, name, WITH),
        target,
        share(rates, name, FLOOR),
        times[name, WITHOUT],
        times[name, WITH],
        times[name, FLOOR],
    ]


def main() -> None:
    """Measure the frameworks in the arguments, or all."""
    parser = arguments(__doc__)
    names = [framework.name.lower() for framework in FRAMEWORKS]
    parser.add_argument("framework", nargs="*", type=str.lower, help=", ".join(names))
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="turns of each side")
    parser.add_argument("--profile", action="store_true", help="list the overhead by function")
    given = parser.parse_args()
    if unknown := set(given.framework) - set(names):
        parser.error(f"unknown framework: {', '.join(unknown)}")
    report = Report("overhead", given)
    for framework in FRAMEWORKS:
        if not given.framework or framework.name.lower() in given.framework:
            _show(framework, report, given)
    report.save()


def _show(framework: Framework, report: Report, given: argparse.Namespace) -> None:
    if given.profile:
        show_profile(framework, report)
        return
    if framework.server == "gunicorn" and find_spec("gunicorn") is None:
        print(f"\n{framework.name}: gunicorn is not installed", file=sys.stderr)
        return
    pin(1)
    rates, times = measure_rates(framework, given.rounds), measure_calls(framework)
    lines = [line(framework, row, rates, times) for row in ROWS]
    report.add(f"{framework.name} ({framework.server})", COLUMNS, lines, [0, 0, 3, 2, 3, 1, 1, 1])


if __name__ == "__main__":
    main()
