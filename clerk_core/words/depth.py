"""How deeply JSON nests: who walks a value later, as `copy.deepcopy` does, may give up."""

from __future__ import annotations

from collections.abc import Iterable


def nests_deeper(value: object, limit: int) -> bool:
    """Whether lists and objects nest in more than `limit` levels."""
    level = [value]
    for _ in range(limit + 1):
        level = [inner for outer in level for inner in _contained(outer)]
        if not level:
            return False
    return True


def _contained(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
