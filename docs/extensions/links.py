"""Let links to files outside of docs/ lead to GitHub, where those files can be read.

In the repository such a link is relative, so that it works on GitHub and in an editor, too.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_REPOSITORY = "https://github.com/clerk-core/clerk-core/blob/main/"
_LINK = re.compile(r"\]\((?P<path>(?!\w+:|#|/)[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")


def _linked(text: str, folder: Path, docs: Path) -> str:
    """Return Markdown whose links to files outside of a folder lead to GitHub.

    Args:
        text: The Markdown.
        folder: The folder of the file that contains it.
        docs: The folder whose pages are part of the site.
    """

    def replaced(found: re.Match[str]) -> str:
        target = (folder / found["path"]).resolve()
        if docs in target.parents or not target.exists():
            return found[0]
        path = target.relative_to(docs.parent).as_posix()
        return f"]({_REPOSITORY}{path}{found['anchor'] or ''})"

    return _LINK.sub(replaced, text)


def _read_page(app: Sphinx, page: str, source: list[str]) -> None:
    docs = Path(app.srcdir).resolve()
    source[0] = _linked(source[0], (docs / page).parent, docs)


def _read_included(app: Sphinx, path: Path, _page: str, source: list[str]) -> None:
    docs = Path(app.srcdir).resolve()
    whole = (docs / path).resolve()
    source[0] = _linked(source[0], whole.parent, docs)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the extension to Sphinx."""
    app.connect("source-read", _read_page)
    app.connect("include-read", _read_included)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
