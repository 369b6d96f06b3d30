"""docs/backend-api.md is current and complete."""

from __future__ import annotations

import re

import pytest

from clerk_core._api.operation import Operation
from tests.docs.reference import PAGE, methods, page, resources

TEXT = PAGE.read_text("utf-8")
RESOURCES = dict(resources())


def test_page_matches_the_declarations() -> None:
    assert page() == TEXT, "run: python -m tests.docs.reference"


@pytest.mark.parametrize("name", RESOURCES)
def test_every_method_has_a_row(name: str) -> None:
    section = TEXT.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)\(", section, re.MULTILINE)

    assert listed == [method for method, _ in methods(RESOURCES[name])]


def test_every_operation_is_listed_once() -> None:
    declared = [
        f"{method.method} {method.path}"
        for kind in RESOURCES.values()
        for _, method in methods(kind)
        if isinstance(method, Operation)
    ]

    assert sorted(re.findall(r"`([A-Z]+ /[^`]*)`", TEXT)) == sorted(declared)


def test_row_has_call_request_and_result() -> None:
    assert "| `get(user_id)` | `GET /users/{user_id}` | `User` |" in TEXT
    assert "| `iterate(…)` | all pages of `list` | `User`, one by one |" in TEXT
    assert "| `create_token_from_template(session_id, template_name" in TEXT
