"""Write the pages that are made from the code, and leave those alone that have not changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def write(folder: Path, pages: Mapping[str, str]) -> None:
    """Write pages to a folder that has no others.

    Args:
        folder: The folder, which Git ignores.
        pages: The content of each page by its name.
    """
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        if old.name not in pages:
            old.unlink()
    for name, content in pages.items():
        path = folder / name
        # Sphinx reads a page again whose time has changed.
        if not path.exists() or path.read_text("utf-8") != content:
            path.write_text(content, "utf-8")
