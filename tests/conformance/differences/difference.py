"""One difference on purpose: its cases, what either side does, and why ours is better.

A case is named by a pattern of its identifier, in the language of `fnmatch` and with `{a,b}` for
either of the two.
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
    """What clerk_core does, what the reference does instead, the reason, and whose cases."""

    ours: str
    reference: str
    reason: str
    cases: str
    """Patterns, with blanks between them."""
    change: Change
    """From what the reference did to what is expected; it leaves alone what has to be the same."""

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """The patterns, one for every choice of alternatives."""
        return tuple(one for text in self.cases.split() for one in _expanded(text))

    @cached_property
    def _matching(self) -> re.Pattern[str]:
        return re.compile("|".join(map(translate, self.patterns)))

    def names(self, case: Json) -> bool:
        """Whether one of the patterns is that of the case."""
        return self._matching.match(case["id"]) is not None

    def covers(self, case: Json) -> bool:
        """Whether the case is named and the change says something about it."""
        return self.names(case) and self.change(case, case["expect"]) is not None


def _expanded(pattern: str) -> tuple[str, ...]:
    found = _BRACES.search(pattern)
    if found is None:
        return (pattern,)
    before, after = pattern[: found.start()], pattern[found.end() :]
    return tuple(
        one for choice in found[1].split(",") for one in _expanded(f"{before}{choice}{after}")
    )
