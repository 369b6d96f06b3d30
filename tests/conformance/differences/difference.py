"""An intentional difference: its cases, the behaviour of both sides, and the reason.

Cases are named by `fnmatch` patterns of their identifiers, with `{a,b}` for alternatives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property

from tests.conformance.changes.general import Change
from tests.conformance.replay import Json

_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Difference:
    """The behaviour of clerk_core and of the reference, the reason, and the cases."""

    ours: str
    reference: str
    reason: str
    cases: str
    """Patterns separated by blanks."""
    change: Change
    """Changes the recorded outcome into the expected one."""

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """The patterns, with alternatives expanded."""
        return tuple(one for text in self.cases.split() for one in _expanded(text))

    @cached_property
    def _matching(self) -> re.Pattern[str]:
        return re.compile("|".join(map(translate, self.patterns)))

    def names(self, case: Json) -> bool:
        """Return whether a pattern matches the identifier of the case."""
        return self._matching.match(case["id"]) is not None

    def covers(self, case: Json) -> bool:
        """Return whether the case matches and the change applies to it."""
        return self.names(case) and self.change(case, case["expect"]) is not None


def _expanded(pattern: str) -> tuple[str, ...]:
    found = _BRACES.search(pattern)
    if found is None:
        return (pattern,)
    before, after = pattern[: found.start()], pattern[found.end() :]
    return tuple(
        one for choice in found[1].split(",") for one in _expanded(f"{before}{choice}{after}")
    )
