"""The declared operations are those of Clerk's specification, and few of its JavaScript client."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.official.clients import DECLARED

OF_JAVASCRIPT = ["DELETE /invitations/{}", "POST /email"]
"""What `@clerk/backend` calls, and the specification does not have."""
LISTED = Path(__file__).with_name("operations.txt").read_text().splitlines()


def unnamed(operation: str) -> str:
    """Return an operation without parameter names, which differ in style."""
    return re.sub(r"{\w+}", "{}", operation)


def test_every_operation_of_the_specification_is_declared_once() -> None:
    specified = Counter(unnamed(line) for line in LISTED if not line.startswith("#"))
    declared = Counter(unnamed(f"{one.method} {one.path}") for one in DECLARED.values())
    assert declared == specified + Counter(OF_JAVASCRIPT)
    assert (specified.total(), max(specified.values())) == (249, 1)
