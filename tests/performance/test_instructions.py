"""Authentication takes no more instructions than recorded, on any machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from benchmarks.instructions import RECORDS, VERSION, recorded

TOLERANCE = 1.05
# Compilers differ: the same code has up to a tenth more instructions in one Python than in another.
TOLERANCE_OF_ANOTHER_VERSION = 1.25
RECORD_ANEW = "uv run python benchmarks/instructions.py --record"
COUNT = (
    "import json; from benchmarks.instructions import count_decisions;"
    "print(json.dumps(count_decisions()))"
)


def counted_now() -> dict[str, dict[str, int]]:
    # In a process that no other test, tracer or setting has touched.
    environ = {n: v for n, v in os.environ.items() if not n.startswith(("CLERK_", "COV_"))}
    done = subprocess.run(
        [sys.executable, "-c", COUNT], env=environ, stdout=subprocess.PIPE, check=True
    )
    found: dict[str, dict[str, int]] = json.loads(done.stdout)
    return found


def longer(
    now: dict[str, dict[str, int]], before: dict[str, dict[str, int]], tolerance: float
) -> list[str]:
    """Return a sentence for each decision that takes more instructions than recorded."""
    return [
        f"{entrance}, {visitor}: {recorded_count} instructions before, {count} now."
        for entrance, counts in now.items()
        for visitor, count in counts.items()
        if count > (recorded_count := before.get(entrance, {}).get(visitor, 0)) * tolerance
    ]


def test_no_decision_takes_more_instructions_than_recorded() -> None:
    before, tolerance = recorded(), TOLERANCE
    if not before:
        newest = max((file.stem for file in RECORDS.glob("*.json")), key=_numbers)
        before, tolerance = recorded(newest), TOLERANCE_OF_ANOTHER_VERSION

    grown = longer(counted_now(), before, tolerance)

    assert not grown, (
        f"On Python {VERSION} these got longer by more than {tolerance - 1:.0%}:\n"
        + "\n".join(grown)
        + f"\nShorten them or, if that is what they have to cost, record anew: {RECORD_ANEW}"
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def test_decision_with_more_instructions_is_reported_with_both_numbers() -> None:
    before = {"middleware": {"header token, again": 100, "signed out, script": 100}}
    now = {"middleware": {"header token, again": 106, "signed out, script": 105}}

    assert longer(now, before, TOLERANCE) == [
        "middleware, header token, again: 100 instructions before, 106 now."
    ]
