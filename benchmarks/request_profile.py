"""List the overhead of Clerk by function, in bytecode instructions.

The numbers are differences between the same requests with and without Clerk, so that the work of
the framework is included only if Clerk causes it. There are three phases: before the application
reads the user ID, reading it, and from then on until the response is sent.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

from benchmarks.frameworks import ROWS, Framework
from benchmarks.instance import OPTIONS
from benchmarks.report import Report

REQUESTS = 20
WARM_UP = 3
BEFORE, ASKING, AFTER = "before", "asking", "after"
_PHASES = (BEFORE, ASKING, AFTER)
# The function of each application that reads the user ID.
_ASK = ("user_id", "_no_user_id")
_HERE = str(Path(__file__).parent)
_ROOT = str(Path(__file__).parent.parent)

Where: TypeAlias = tuple[str, str]
"""A phase, and a function."""


class _Tracer:
    """A counter of the calls and instructions of each function, by phase of the request."""

    def __init__(self) -> None:
        self.calls: Counter[Where] = Counter()
        self.instructions: Counter[Where] = Counter()
        self._phase = BEFORE

    def enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        if code.co_filename.startswith(_HERE):
            if code.co_name in _ASK:
                self._phase = ASKING
                return self._leave_ask
            return None
        self.calls[self._phase, _name(frame)] += 1
        frame.f_trace_lines = False
        frame.f_trace_opcodes = True
        return self._count

    def start_request(self) -> None:
        self._phase = BEFORE

    def _leave_ask(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "return":
            self._phase = AFTER
        return self._leave_ask

    def _count(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "opcode":
            self.instructions[self._phase, _name(frame)] += 1
        return self._count


def _name(frame: FrameType) -> str:
    code = frame.f_code
    file = Path(code.co_filename)
    name = getattr(code, "co_qualname", code.co_name)
    return f"{_short(str(file))}:{code.co_firstlineno} {name}"


def _short(file: str) -> str:
    for root in ("site-packages/", "lib/python3", _ROOT + "/"):
        _, found, rest = file.rpartition(root)
        if found:
            return rest
    return file


def _trace(framework: Framework, options: Any, path: str, requests: list[Any]) -> _Tracer:
    app = framework.build(options)
    for_each = [framework.calls(app, path, [request]) for request in requests]
    for calls in for_each[:WARM_UP]:
        calls()
    tracer = _Tracer()
    for counted in (False, True):
        if counted:
            # From Python 3.12 on, instructions are counted only in code that was traced before.
            tracer.calls.clear()
            tracer.instructions.clear()
        before = sys.gettrace()
        sys.settrace(tracer.enter)
        try:
            for calls in for_each[WARM_UP:]:
                tracer.start_request()
                calls()
        finally:
            sys.settrace(before)
    return tracer


def show_profile(framework: Framework, report: Report) -> None:
    """Print the overhead of each kind of request in this framework."""
    for row in ROWS:
        requests = row.visitor.requests(WARM_UP + REQUESTS)
        without = _trace(framework, None, row.path, requests)
        within = _trace(framework, OPTIONS, row.path, requests)
        calls, instructions = Counter(within.calls), Counter(within.instructions)
        calls.subtract(without.calls)
        instructions.subtract(without.instructions)
        lines: list[tuple[str | int | float | None, ...]] = []
        for phase in _PHASES:
            of_phase = {w: n / REQUESTS for w, n in instructions.items() if w[0] == phase}
            lines.append((f"{phase}: all", None, sum(of_phase.values())))
            lines += [
                (f"{phase}: {where[1]}", calls[where] / REQUESTS, number)
                for where, number in sorted(of_phase.items(), key=lambda item: -item[1])
                if abs(number) >= 1
            ]
        title = f"{framework.name}, {row.visitor.name}"
        report.add(title, ["", "calls", "instructions"], lines, [1, 0])
