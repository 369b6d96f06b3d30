"""Count what a large fleet asks of Clerk and of Redis, in virtual time.

Run: uv run python benchmarks/scale.py [--hosts 20] [--readme] [--plots]

The processes run the code of the library (`benchmarks/fleet.py`); nothing is sent, and no time
passes. Calls and processes are proportional, which the first table shows, except for the calls of
Clerk with a cache, which are those of the whole fleet.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.chart import Chart, draw
from benchmarks.fleet import Fleet
from benchmarks.report import Report, arguments

PLOTS = Path(__file__).with_suffix(".svg")
PROCESSES = 64
"""The processes of a host."""
START = 10
"""Within how many seconds all processes start."""


class Outcome(NamedTuple):
    """What happened in a phase.

    Attributes:
        calls: The calls of the API.
        most: The most calls of the API in one second.
        cache_calls: The calls of the cache.
        most_cache_calls: The most calls of the cache in one second.
        out: The number of processes that had no key for tokens that they got.
        longest: How long the longest of them had none, in seconds.
    """

    calls: int
    most: int
    cache_calls: int
    most_cache_calls: int
    out: int
    longest: float


def observe(fleet: Fleet, seconds: float, begin: Callable[[], None] | None = None) -> Outcome:
    """Let a phase begin, and return what happens in it.

    Args:
        fleet: The fleet.
        seconds: How long the phase takes.
        begin: Changes the fleet at the beginning.
    """
    calls, cache_calls = fleet.calls.copy(), fleet.cache_calls.copy()
    fleet.seconds_out.clear()
    if begin is not None:
        begin()
    fleet.run(fleet.now + seconds)
    new = fleet.calls - calls
    of_cache = fleet.cache_calls - cache_calls
    return Outcome(
        sum(new.values()),
        max(new.values(), default=0),
        sum(of_cache.values()),
        max(of_cache.values(), default=0),
        fleet.processes_out,
        max(fleet.seconds_out.values(), default=0.0),
    )


def phases(fleet: Fleet) -> dict[str, Outcome]:
    """Return what happens when a fleet starts, works, and has troubles."""

    def api_goes() -> None:
        fleet.is_api_away = True

    def api_returns() -> None:
        fleet.is_api_away = False

    def cache_goes() -> None:
        fleet.is_cache_away = True

    found = {"cold start, 1 minute": observe(fleet, 60, lambda: fleet.start(START))}
    observe(fleet, 600)
    found["usual, 10 minutes"] = observe(fleet, 600)
    found["key rotation, 1 minute"] = observe(fleet, 60, fleet.replace_key)
    found["API away, 10 minutes"] = observe(fleet, 600, api_goes)
    found["API is back, 1 minute"] = observe(fleet, 60, api_returns)
    observe(fleet, 600)
    if fleet.shared is not None:
        found["cache away, 10 minutes"] = observe(fleet, 600, cache_goes)
    return found


def main() -> None:
    """Print the tables, and write them into the README with --readme."""
    parser = arguments(__doc__)
    parser.add_argument("--hosts", type=int, default=20, help="the number of hosts")
    parser.add_argument("--plots", action="store_true", help="draw scale.svg from 1 to 64 hosts")
    given = parser.parse_args()
    if given.plots:
        PLOTS.write_text(draw(charts(), "calls"))
    report = Report("scale", given)
    sizes = [given.hosts // 4, given.hosts // 2, given.hosts]
    report.add(
        "Calls of Clerk in the first minute and in ten usual minutes, without a cache",
        ["hosts", "cold start", "usual", "usual, for each process and minute"],
        [_sizes_row(hosts) for hosts in sizes],
    )
    for has_cache in (False, True):
        fleet = Fleet(given.hosts * PROCESSES, has_cache=has_cache)
        report.add(
            f"{given.hosts} hosts of {PROCESSES} processes, {'with' if has_cache else 'without'} "
            "a cache",
            ["", "Clerk", "in a second", "Redis", "in a second", "out", "seconds out"],
            [(name, *outcome) for name, outcome in phases(fleet).items()],
        )
    report.save()


def charts() -> list[Chart]:
    """Return how the calls grow with the number of processes, from 1 to 64 hosts."""
    alone: dict[int, dict[str, Outcome]] = {}
    shared: dict[int, dict[str, Outcome]] = {}
    for hosts in (1, 4, 16, 64):
        processes = hosts * PROCESSES
        alone[processes] = phases(Fleet(processes, has_cache=False))
        shared[processes] = phases(Fleet(processes, has_cache=True))
    start, usual, outage = "cold start, 1 minute", "usual, 10 minutes", "API away, 10 minutes"
    drawn: list[tuple[str, Callable[[int], float]]] = [
        ("Clerk, all start, without a cache", lambda n: alone[n][start].calls),
        ("Clerk, all start, with a cache", lambda n: shared[n][start].calls),
        ("Clerk, a usual minute, without a cache", lambda n: alone[n][usual].calls / 10),
        ("Clerk, a usual minute, with a cache", lambda n: shared[n][usual].calls / 10),
        ("Clerk, a minute while it is away", lambda n: alone[n][outage].calls / 10),
        ("Redis, a usual second", lambda n: shared[n][usual].cache_calls / 600),
        ("Redis, worst second while Clerk is away", lambda n: shared[n][outage].most_cache_calls),
    ]
    label = f"hosts of {PROCESSES} processes"
    return [
        Chart(title, label, [(n // PROCESSES, float(value(n))) for n in alone])
        for title, value in drawn
    ]


def _sizes_row(hosts: int) -> tuple[int, int, int, float]:
    fleet = Fleet(hosts * PROCESSES, has_cache=False)
    start = observe(fleet, 60, lambda: fleet.start(START))
    observe(fleet, 600)
    usual = observe(fleet, 600)
    return hosts, start.calls, usual.calls, usual.calls / 10 / hosts / PROCESSES


if __name__ == "__main__":
    main()
