"""Every operation that Clerk's specification has is declared, once, and no other is."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.official.both import DECLARED

LISTED = Path(__file__).with_name("operations.txt").read_text().splitlines()


def unnamed(operation: str) -> str:
    """Without the names of identifiers, which are ours to write as Python does."""
    return re.sub(r"{\w+}", "{}", operation)


def test_each_operation_of_the_specification_is_declared_once_and_nothing_else_is() -> None:
    specified = Counter(unnamed(line) for line in LISTED if not line.startswith("#"))
    declared = Counter(unnamed(f"{one.method} {one.path}") for one in DECLARED.values())
    assert declared == specified
    assert (specified.total(), max(specified.values())) == (249, 1)
