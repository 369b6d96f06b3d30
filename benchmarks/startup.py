"""Measure the startup (imports, first use of a client, idle memory) and the memory in use.

Run: uv run python benchmarks/startup.py

Each row is the CPU time and the peak memory of a new interpreter, minus those of an idle one. The
interpreters take turns, and the minimum of all rounds is used. Modules are compiled before, as in a
deployed application. Memory is measured on Linux only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from benchmarks.backend import HAS_OFFICIAL, OFFICIAL, SECRET_KEY, server
from benchmarks.instance import OPTIONS, header_request, token
from benchmarks.report import Cell, Report, arguments

STARTS = 8
TARGETS = (0.2, 0.4)
"""The maximum time and memory of the first use, as shares of the official client's."""

IDLE, FIRST_TOUCH = "Python, nothing imported", "Clerk(…).users"
FIRST_REQUEST, FIRST_CALL = "first request authenticated", "first users.get"
OURS, THEIRS = "ours", "official client"

_MEASURE = """
import time, sys
took = time.process_time()
try:
    lines = open("/proc/self/status").read().splitlines()
except OSError:
    lines = []
print(took, *(line.split()[1] for line in lines if line.startswith("VmHWM:")))
"""


def starts(url: str) -> dict[tuple[str, str], str]:
    """Return the code of new interpreters, by the name of the row and the client.

    Args:
        url: The address of a fake Backend API.
    """
    ours = f"import clerk_core; clerk_core.Clerk(secret_key={SECRET_KEY!r}, api_url={url!r}).users"
    theirs = (
        f"import {OFFICIAL}; "
        f"{OFFICIAL}.Clerk(bearer_auth={SECRET_KEY!r}, server_url='{url}/v1').users"
    )
    headers = dict(header_request(token(0)))
    request = f"clerk_core.Request('GET', 'http://localhost:3000/', {list(headers.items())!r})"
    result = (
        f"import clerk_core; state = clerk_core.Clerk(**{OPTIONS!r}).authenticate({request}); "
        "assert state.is_authenticated"
    )
    titled = {name.title(): value for name, value in headers.items()}
    options = f"secret_key={SECRET_KEY!r}, jwt_key={OPTIONS['jwt_key']!r}"
    their_result = (
        f"from {OFFICIAL} import Clerk; from {OFFICIAL}.security.types import "
        f"AuthenticateRequestOptions as Options; from types import SimpleNamespace as Request; "
        f"state = Clerk(bearer_auth={SECRET_KEY!r}).authenticate_request("
        f"Request(headers={titled!r}), Options({options})); assert state.is_signed_in"
    )
    found = {
        (IDLE, OURS): "pass",
        ("import httpx, which both need for calls", OURS): "import httpx",
        ("import clerk_core", OURS): "import clerk_core",
        ("AsgiMiddleware(app), idle", OURS): (
            "import clerk_core; app = lambda scope, receive, send: None; "
            f"clerk_core.AsgiMiddleware(app, **{OPTIONS!r})"
        ),
        (FIRST_TOUCH, OURS): ours,
        (FIRST_TOUCH, THEIRS): theirs,
        (FIRST_REQUEST, OURS): result,
        (FIRST_REQUEST, THEIRS): their_result,
        (FIRST_CALL, OURS): f"{ours}.get('user_1').first_name",
        (FIRST_CALL, THEIRS): f"{theirs}.get(user_id='user_1').first_name",
    }
    return {key: code for key, code in found.items() if HAS_OFFICIAL or key[1] == OURS}


def _start(code: str, bytecode: str) -> tuple[float, float]:
    environ = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", code + _MEASURE]
    printed = subprocess.check_output(command, env=environ, text=True).split()
    return float(printed[0]) * 1e3, int(printed[1]) / 1024 if len(printed) > 1 else 0.0


def measure_starts(url: str) -> dict[tuple[str, str], tuple[float, float]]:
    """Return the minimum milliseconds and MiB of each, minus those of an idle interpreter."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with TemporaryDirectory() as bytecode:
        # The first round also compiles modules, so the minimum is from another one.
        for _ in range(1 + STARTS):
            for key, code in starts(url).items():
                found.setdefault(key, []).append(_start(code, bytecode))
    least = {key: (min(t for t, _ in all_), min(m for _, m in all_)) for key, all_ in found.items()}
    idle = least.pop((IDLE, OURS))
    return {key: (took - idle[0], peak - idle[1]) for key, (took, peak) in least.items()}


def show_starts(report: Report) -> None:
    """Measure interpreters in turns, and print a table."""
    with server() as url:
        measured = measure_starts(url)
    lines: list[list[Cell]] = []
    for (name, whose), (took, peak) in measured.items():
        theirs = measured.get((name, THEIRS)) if whose == OURS else None
        targets = TARGETS if theirs and name == FIRST_TOUCH else (None, None)
        ratios = (took / theirs[0], peak / theirs[1] if theirs[1] else None) if theirs else ()
        to_time, to_memory = ratios or (None, None)
        lines.append([f"{name}, {whose}", took, peak, to_time, targets[0], to_memory, targets[1]])
    columns = ["", "ms", "MiB", "time, to official", "target", "memory, to official", "target"]
    report.add("On top of an idle interpreter", columns, lines, [1, 1, 2, 1, 2, 1])


def show_memory(report: Report) -> None:
    """Print the memory of each token and each tenant."""
    lines: list[list[Cell]] = []
    for name in ("tokens", "tenants", *(["official_clients"] if HAS_OFFICIAL else [])):
        code = f"from benchmarks import memory; print(*memory.{name}())"
        printed = subprocess.check_output([sys.executable, "-c", code], text=True).split()
        number, size = int(printed[0]), int(printed[1])
        lines.append([name.replace("_", " "), number, size / 1024, size / number])
    report.add("Kept in memory", ["", "number", "KiB", "bytes each"], lines, [0, 0, 0])


def main() -> None:
    """Measure, and print the tables."""
    given = arguments(__doc__).parse_args()
    report = Report("startup", given)
    show_starts(report)
    show_memory(report)
    report.save()


if __name__ == "__main__":
    main()
