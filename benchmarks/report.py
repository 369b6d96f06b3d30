"""What every benchmark prints and writes: tables, and under which conditions they were measured."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

Cell: TypeAlias = "str | int | float | None"


class Report:
    """The tables of a benchmark. Each is printed as soon as it is measured."""

    def __init__(self) -> None:
        self._tables: list[dict[str, object]] = []
        print(_conditions())

    def add(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        digits: int | Sequence[int] = 2,
    ) -> None:
        """Print a table and keep it.

        Args:
            title: What was measured.
            columns: The heads of the columns; the first column has the names of the rows.
            rows: Its lines; None is printed as an empty cell.
            digits: The decimal places of all columns, or of each but the first.
        """
        self._tables.append({"title": title, "columns": list(columns), "rows": list(rows)})
        places = [digits] * len(columns) if isinstance(digits, int) else [0, *digits]
        printed = [list(columns)] + [
            [_text(*cell) for cell in zip(r, places, strict=True)] for r in rows
        ]
        widths = [max(map(len, column)) for column in zip(*printed, strict=True)]
        print(f"\n{title}")
        for name, *cells in printed:
            padded = [c.rjust(width) for c, width in zip(cells, widths[1:], strict=True)]
            print("  ".join([name.ljust(widths[0]), *padded]), flush=True)

    def save(self, file: Path | None) -> None:
        """Write the tables as JSON; None for no file."""
        if file is not None:
            found = {"conditions": _conditions(), "tables": self._tables}
            file.write_text(json.dumps(found, indent=2) + "\n")


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
    return parser
