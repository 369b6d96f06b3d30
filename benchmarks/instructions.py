"""Count the bytecode instructions of authentication, which do not depend on the machine's load.

Run: uv run python benchmarks/instructions.py
Record the numbers that `tests/performance` compares with, for every Python of this machine:
uv run python benchmarks/instructions.py --record

Only the instructions of clerk_core and the standard library are counted, because those of other
packages depend on the installed versions. Code in C is not counted.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from shutil import which
from types import FrameType
from typing import Any

from benchmarks.entrances import ENTRANCES, Entrance
from benchmarks.instance import VISITORS, Visitor
from benchmarks.report import Report, arguments

VERSION = ".".join(platform.python_version_tuple()[:2])
RECORDS = Path(__file__).parent.parent / "tests/performance/instructions"
SUPPORTED = ["3.10", "3.11", "3.12", "3.13", "3.14"]
_OURS = re.compile(r".*/(clerk_core|adapters)/[^.]*\.py$")
_NOT_COUNTED = re.compile(rf".*/(site|dist)-packages/|{re.escape(str(Path(__file__).parent))}/")
# The first requests fill caches and lazy attributes. From Python 3.12 on, instructions are counted
# only in code that was traced before.
_WARM_UP = 5


def count(call: Callable[[], object]) -> int:
    """Return the number of instructions that a call executes in this thread."""
    counted = 0

    def count_opcode(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal counted
        counted += event == "opcode"
        return count_opcode

    def enter(frame: FrameType, event: str, argument: Any) -> Any:
        if not _is_counted(frame.f_code.co_filename):
            return None
        frame.f_trace_lines = False
        frame.f_trace_opcodes = True
        return count_opcode

    tracer_before, was_collecting = sys.gettrace(), gc.isenabled()
    # A garbage collection would run finalizers of other objects.
    gc.disable()
    sys.settrace(enter)
    try:
        call()
    finally:
        sys.settrace(tracer_before)
        if was_collecting:
            gc.enable()
    return counted


@cache
def _is_counted(file: str) -> bool:
    return bool(_OURS.match(file)) or not _NOT_COUNTED.match(file)


def count_decisions() -> dict[str, dict[str, int]]:
    """Return the instructions of each decision, by entrance and visitor."""
    return {
        entrance: {visitor.name: _count_decision(entrance, visitor) for visitor in VISITORS}
        for entrance in ENTRANCES
    }


def _count_decision(entrance_name: str, visitor: Visitor) -> int:
    entrance: Entrance = ENTRANCES[entrance_name]()
    *first, traced, counted = [entrance.prepare(r) for r in visitor.requests(_WARM_UP + 2)]
    for request in first:
        entrance(request)
    count(partial(entrance, traced))
    instructions = count(partial(entrance, counted))
    assert entrance.result == visitor.result, (entrance_name, visitor.name, entrance.result)
    return instructions


def recorded(version: str = VERSION) -> dict[str, dict[str, int]]:
    """Return the recorded numbers of a Python version such as 3.11; empty if there are none."""
    file = RECORDS / f"{version}.json"
    found: dict[str, dict[str, int]] = json.loads(file.read_text()) if file.exists() else {}
    return found


def record_all() -> None:
    """Record the numbers of all supported Python versions on this machine."""
    environ = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    if which("pyenv"):
        # pyenv hides all versions except the selected ones.
        versions = subprocess.check_output(["pyenv", "versions", "--bare"], text=True).split()
        environ["PYENV_VERSION"] = ":".join([platform.python_version(), *versions])
    for version in SUPPORTED:
        find = ["uv", "python", "find", "--quiet", "--no-project", version]
        if subprocess.run(find, env=environ, capture_output=True, check=False).returncode:
            print(f"Python {version}: not on this machine")
            continue
        isolated = ["uv", "run", "--quiet", "--isolated", "--no-default-groups"]
        command = [*isolated, "--python", version, "python", __file__, "--record-one"]
        subprocess.run(command, env=environ, check=True)


def record_one() -> None:
    """Record the numbers of this Python."""
    RECORDS.mkdir(exist_ok=True)
    file = RECORDS / f"{VERSION}.json"
    file.write_text(json.dumps(count_decisions(), indent=2) + "\n")
    print(f"Python {VERSION}: {file.name}", flush=True)


def main() -> None:
    """Print the numbers of this Python and the recorded ones, or record them."""
    parser = arguments(__doc__)
    parser.add_argument("--record", action="store_true", help="record, with every Python here")
    parser.add_argument("--record-one", action="store_true", help="record, with this Python")
    given = parser.parse_args()
    if given.record:
        return record_all()
    if given.record_one:
        return record_one()
    report, before = Report("instructions", given), recorded()
    for entrance, counts in count_decisions().items():
        was = before.get(entrance, {})
        rows = [
            (name, n, was.get(name), n / was[name] if name in was else None)
            for name, n in counts.items()
        ]
        report.add(entrance, ["", "instructions", "recorded", "ratio"], rows)
    report.save()
    return None


if __name__ == "__main__":
    main()
