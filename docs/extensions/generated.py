"""Write the pages that are made from the code, and leave those alone that have not changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


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


def _hide_source(
    _app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Remove the links to the source of a page that the repository does not have."""
    if page.startswith(("backend-api/", "reference/")):
        context["page_source_suffix"] = ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the extension to Sphinx."""
    app.connect("html-page-context", _hide_source)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
