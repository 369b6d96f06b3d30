"""Match a regular expression in time linear in the length of the text.

The matcher backtracks, but records which step it tried at which position and never tries one twice
("bit state" in https://swtch.com/~rsc/regexp/regexp3.html). So neither a text nor an expression can
make it slow, and it captures what any other backtracking matcher captures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from clerk_core._settings.regex_syntax import (
    END,
    Capture,
    Choice,
    Look,
    Node,
    OneOf,
    Repeat,
    Sequence,
)

_MOST_STEPS = 1000

# The operations of a step.
_BYTE, _SPLIT, _SAVE, _LOOK, _NEGATIVE_LOOK, _MATCH = range(6)

# Values in place of the step that was tried before this one.
_NONE, _HAS_MATCH = -1, -2


class _Step(NamedTuple):
    """An operation, the bytes that it accepts, and the step that follows.

    `other` is the second choice of a split, the slot of a save, or the first step of a look.
    """

    operation: int
    allowed: frozenset[int] = frozenset()
    target: int = 0
    other: int = 0


class Regex:
    """A compiled expression that matches whole texts, ignoring the case of ASCII letters.

    Raises:
        ValueError: the expression is too large.
    """

    __slots__ = ("_first", "_names", "_steps")

    def __init__(self, node: Node) -> None:
        self._steps: list[_Step] = []
        self._names: list[str] = []
        end = self._emit(_Step(_BYTE, END.bytes, self._emit(_Step(_MATCH))))
        self._first = self._add(node, end)

    def match(self, text: str) -> Mapping[str, str] | None:
        """Return the captured texts by name; None if the text does not match."""
        data = text.encode("utf-8", "surrogatepass")
        attempt = _Attempt(self._steps, [*data, *END.bytes], len(self._names))
        if not attempt.has_match(self._first, 0, {}):
            return None
        slots = attempt.slots
        return {
            name: data[slots[2 * at] : slots[2 * at + 1]].decode("utf-8", "replace")
            for at, name in enumerate(self._names)
            if slots[2 * at + 1] >= 0
        }

    def _emit(self, step: _Step) -> int:
        if len(self._steps) >= _MOST_STEPS:
            raise ValueError("it is too large")
        self._steps.append(step)
        return len(self._steps) - 1

    def _add(self, node: Node, target: int) -> int:
        """Add the steps of a node, from the last to the first; return the first."""
        if isinstance(node, OneOf):
            return self._emit(_Step(_BYTE, node.bytes, target))
        if isinstance(node, Sequence):
            for item in reversed(node.items):
                target = self._add(item, target)
            return target
        if isinstance(node, Choice):
            *others, last = node.options
            first = self._add(last, target)
            for option in reversed(others):
                first = self._emit(_Step(_SPLIT, target=self._add(option, target), other=first))
            return first
        if isinstance(node, Repeat):
            return self._add_repeat(node, target)
        if isinstance(node, Look):
            inner = self._add(node.item, self._emit(_Step(_MATCH)))
            operation = _NEGATIVE_LOOK if node.is_negative else _LOOK
            return self._emit(_Step(operation, target=target, other=inner))
        return self._add_capture(node, target)

    def _add_repeat(self, node: Repeat, after: int) -> int:
        target = after
        if node.most is None:
            target = self._emit(_Step(_SPLIT))
            self._steps[target] = _split(self._add(node.item, target), after, node.is_lazy)
        else:
            for _ in range(node.most - node.least):
                target = self._emit(_split(self._add(node.item, target), after, node.is_lazy))
        for _ in range(node.least):
            target = self._add(node.item, target)
        return target

    def _add_capture(self, node: Capture, target: int) -> int:
        slot = 2 * len(self._names)
        self._names.append(node.name)
        end = self._emit(_Step(_SAVE, target=target, other=slot + 1))
        return self._emit(_Step(_SAVE, target=self._add(node.item, end), other=slot))


def _split(once_more: int, after: int, is_lazy: bool) -> _Step:
    first, second = (after, once_more) if is_lazy else (once_more, after)
    return _Step(_SPLIT, target=first, other=second)


class _Attempt:
    """One match of a text. `slots` holds the start and the end of each capture, or -1."""

    __slots__ = ("_data", "_left", "_looked", "_steps", "_width", "slots")

    def __init__(self, steps: list[_Step], data: list[int], captures: int) -> None:
        self._steps = steps
        self._data = data
        self._width = len(data) + 1
        self._looked: dict[int, int] = {}
        self.slots = [-1] * (2 * captures)

    def has_match(self, step: int, at: int, tried: dict[int, int]) -> bool:
        """Return whether the text matches from this step and position on.

        Args:
            step: The index of the first step.
            at: The position in the text.
            tried: The steps and positions that were tried before, extended by this call.
        """
        # Entries to try: a step, a position, and the entry that led there. An entry with a negative
        # step restores the previous value of a slot.
        left = [(step, at, _NONE)]
        while left:
            step, at, before = left.pop()
            if step < 0:
                self.slots[-1 - step] = at
            elif self._follow(step, at, before, tried, left):
                return True
        return False

    def _follow(
        self,
        step: int,
        at: int,
        before: int,
        tried: dict[int, int],
        left: list[tuple[int, int, int]],
    ) -> bool:
        while True:
            operation, allowed, target, other = self._steps[step]
            if operation == _BYTE:
                if self._data[at] not in allowed:
                    return False
                at += 1
            elif operation == _SPLIT:
                place = step * self._width + at
                known = tried.get(place)
                if known is not None:
                    return known == _HAS_MATCH and _mark(before, tried)
                tried[place] = before
                left.append((other, at, place))
                before = place
            elif operation == _SAVE:
                left.append((-1 - other, self.slots[other], _NONE))
                self.slots[other] = at
            elif operation == _MATCH:
                return _mark(before, tried)
            elif self.has_match(other, at, self._looked) != (operation == _LOOK):
                return False
            step = target


def _mark(place: int, tried: dict[int, int]) -> bool:
    """Record that this entry, and all entries that led to it, lead to a match."""
    while place != _NONE:
        tried[place], place = _HAS_MATCH, tried[place]
    return True
