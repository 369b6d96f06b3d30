"""Print and write the tables of a benchmark, with the conditions of the measurement."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

README = Path(__file__).parent / "README.md"

Cell: TypeAlias = "str | int | float | None"


class Report:
    """The tables of a benchmark. Each is printed as soon as it is measured.

    Args:
        name: The name of the script, and of its section in the README.
        given: The arguments of the script.
    """

    def __init__(self, name: str, given: argparse.Namespace) -> None:
        self._name = name
        self._given = given
        self._conditions = _conditions()
        self._tables: list[_Table] = []
        print(self._conditions)

    def add(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        digits: int | Sequence[int] = 2,
    ) -> None:
        """Print a table and store it.

        Args:
            title: What was measured.
            columns: The headings. The first column has the names of the rows.
            rows: The rows. None is printed as an empty cell.
            digits: The decimal places of all columns, or of each except the first.
        """
        places = [digits] * len(columns) if isinstance(digits, int) else [0, *digits]
        texts = [[_text(*cell) for cell in zip(row, places, strict=True)] for row in rows]
        table = _Table(title, list(columns), [list(row) for row in rows], texts)
        self._tables.append(table)
        widths = [max(map(len, column)) for column in zip(columns, *texts, strict=True)]
        print(f"\n{title}")
        for name, *cells in (columns, *texts):
            padded = [c.rjust(width) for c, width in zip(cells, widths[1:], strict=True)]
            print("  ".join([name.ljust(widths[0]), *padded]), flush=True)

    def save(self) -> None:
        """Write the tables as JSON and into the README, depending on the arguments."""
        file: Path | None = self._given.json
        if file is not None:
            tables = [
                {"title": t.title, "columns": t.columns, "rows": t.rows} for t in self._tables
            ]
            found = {"conditions": self._conditions, "tables": tables}
            file.write_text(json.dumps(found, indent=2) + "\n")
        if self._given.readme:
            begin, end = (f"<!-- {self._name}: {place} -->" for place in ("begin", "end"))
            before, _, rest = README.read_text().partition(begin)
            _, _, after = rest.partition(end)
            README.write_text(f"{before}{begin}\n{self._markdown()}\n{end}{after}")

    def _markdown(self) -> str:
        lines = [f"Measured with {self._conditions}."]
        for table in self._tables:
            rows = [table.columns, ["---"] + ["---:"] * (len(table.columns) - 1), *table.texts]
            lines += ["", f"{table.title}:", "", *("| " + " | ".join(row) + " |" for row in rows)]
        return "\n".join(lines)


class _Table(NamedTuple):
    title: str
    columns: list[str]
    rows: list[list[Cell]]
    texts: list[list[str]]


def _text(cell: Cell, digits: int) -> str:
    if cell is None:
        return ""
    return f"{cell:,.{digits}f}" if isinstance(cell, float) else str(cell)


def _conditions() -> str:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{python}, {os.cpu_count()} cores{load}"


def arguments(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the arguments of all benchmarks."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers to this file")
    parser.add_argument("--readme", action="store_true", help="write the tables into the README")
    return parser
