"""Generate the table of docs/local-instance.md from the routes of the instance and the operations.

Run after changing either: python -m tests.local.reference
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from clerk_core._api.operation import Operation
from clerk_core.local._api.routes import ROUTES
from docs.extensions.operations import methods, resources

PAGE = Path(__file__).parents[2] / "docs" / "local-instance.md"

TABLE = "| resource | supported | unsupported (404) |\n| --- | --- | --- |\n"
"""The start of what is generated. The text before it is written by hand."""


def _shape(path: str) -> str:
    return re.sub(r"[<{]\w+[>}]", "{}", path)


def served() -> frozenset[tuple[str, str]]:
    """Return method and path of each route, without version and with `{}` for variables."""
    return frozenset((method, _shape(path).removeprefix("/v1")) for method, path, _ in ROUTES.table)


def operations() -> Iterator[tuple[str, Operation[..., object], bool]]:
    """Yield the name of the resource, the operation, and whether it is supported."""
    routes = served()
    for resource, kind in resources():
        for _, method in methods(kind):
            if isinstance(method, Operation):
                yield resource, method, (method.method, _shape(method.path)) in routes


def page() -> str:
    """Return the expected content of docs/local-instance.md."""
    rows = list(operations())
    lines: list[str] = []
    unsupported: list[str] = []
    for name in dict.fromkeys(resource for resource, _, _ in rows):
        present = [one.name for resource, one, found in rows if resource == name and found]
        missing = [one.name for resource, one, found in rows if resource == name and not found]
        if present:
            lines.append(f"| {name} | {_quoted(present)} | {_quoted(missing)} |")
        else:
            unsupported.append(name)
    sentence = f"Unsupported resources: {_quoted(unsupported)}."
    paragraph = textwrap.fill(sentence, 100, break_on_hyphens=False)
    head = PAGE.read_text("utf-8").partition(TABLE)[0]
    return head + TABLE + "\n".join(lines) + f"\n\n{paragraph}\n"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
