"""The declared operations are exactly those of Clerk's specification."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.official.clients import DECLARED

LISTED = Path(__file__).with_name("operations.txt").read_text().splitlines()


def unnamed(operation: str) -> str:
    """Return an operation without parameter names, which differ in style."""
    return re.sub(r"{\w+}", "{}", operation)


def test_every_operation_of_the_specification_is_declared_once() -> None:
    specified = Counter(unnamed(line) for line in LISTED if not line.startswith("#"))
    declared = Counter(unnamed(f"{one.method} {one.path}") for one in DECLARED.values())
    assert declared == specified
    assert (specified.total(), max(specified.values())) == (249, 1)
