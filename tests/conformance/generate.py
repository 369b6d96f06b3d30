"""Write the cases: requests, options, clocks and canned API responses, without outcomes.

    npm install --prefix tests/conformance --no-package-lock --ignore-scripts --omit=peer
    python -m tests.conformance.generate INPUTS
    node tests/conformance/record.mjs INPUTS tests/conformance/vectors

The last step adds the outcomes of the reference and needs Node 20. Both are deterministic: the same
source and the versions in package.json give the same bytes on any machine (RSASSA-PKCS1-v1_5
signatures do not vary).
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from tests.conformance.book import Book, Json, answers, tables
from tests.conformance.cases import machine

GROUPS = (
    "accepts",
    "auth",
    "cookies",
    "credentials",
    "handshake",
    "machine",
    "organizations",
    "redirects",
    "refresh",
    "satellites",
    "session_tokens",
)


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _tables_text(all_tables: Json) -> str:
    """Return the tables as JSON with one line for each member of the long ones."""
    members = []
    for name, value in all_tables.items():
        if isinstance(value, dict):
            rows = ",\n".join(f"{_line(key)}:{_line(row)}" for key, row in value.items())
            members.append(f"{_line(name)}:{{\n{rows}\n}}")
        else:
            members.append(f"{_line(name)}:{_line(value)}")
    return "{\n" + ",\n".join(members) + "\n}\n"


def generate(folder: Path) -> None:
    """Write a file of inputs for each group, and the tables that they refer to."""
    folder.mkdir(parents=True, exist_ok=True)
    book = Book()
    seen: set[str] = set()
    for group in GROUPS:
        found = list(import_module(f"tests.conformance.cases.{group}").cases(book))
        for one in found:
            one["id"] = f"{group}/{one['id']}"
            assert one["id"] not in seen, f"two cases are named {one['id']}"
            seen.add(one["id"])
        text = "[\n" + ",\n".join(_line(one) for one in found) + "\n]\n"
        (folder / f"{group}.json").write_text(text, encoding="utf-8")
    shared = tables(book, {**answers(), **machine.ANSWERS})
    (folder / "tables.json").write_text(_tables_text(shared), encoding="utf-8")


if __name__ == "__main__":
    generate(Path(sys.argv[1]))
