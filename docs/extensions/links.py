"""Let pages include other files of the repository, and link to them where GitHub shows them.

In the repository links are relative, so that they work on GitHub and in an editor, too. An included
file is read here, so that its links and pictures are those of its own folder.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_REPOSITORY = "https://github.com/clerk-core/clerk-core/blob/main/"
_LINK = re.compile(
    r"(?P<image>!?)\[(?P<text>[^\[\]]*)\]\((?P<path>(?!\w+:|#|/)[^)#\s]+)(?P<anchor>#[^)\s]*)?\)"
)
_INCLUDE = re.compile(r"^```\{include\} (?P<path>\S+)\n(?P<options>(?::.*\n)*)```$", re.MULTILINE)
_OPTION = re.compile(r'^:([\w-]+): "?(.*?)"?$', re.MULTILINE)


def linked(text: str, folder: Path, page: Path, docs: Path) -> str:
    """Return Markdown as a page of the site can show it.

    Args:
        text: The Markdown.
        folder: The folder of the file that contains it.
        page: The folder of the page that shows it.
        docs: The folder whose pages are part of the site.
    """

    def replaced(found: re.Match[str]) -> str:
        target = (folder / found["path"]).resolve()
        if not target.exists() and docs not in target.parents:
            return found[0]
        url = os.path.relpath(target, page)
        if docs not in target.parents and not found["image"]:
            url = _REPOSITORY + target.relative_to(docs.parent).as_posix()
        return f"{found['image']}[{found['text']}]({url}{found['anchor'] or ''})"

    return _LINK.sub(replaced, text)


def _included(found: re.Match[str], page: Path, docs: Path) -> str:
    path = (page / found["path"]).resolve()
    text = path.read_text("utf-8")
    options = dict(_OPTION.findall(found["options"]))
    for start in filter(None, [options.get("start-after")]):
        text = text.partition(f"{start}\n")[2]
    for end in filter(None, [options.get("end-before")]):
        text = text.partition(f"\n{end}\n")[0]
    return linked(text, path.parent, page, docs)


def _read_page(app: Sphinx, page: str, source: list[str]) -> None:
    docs = Path(app.srcdir).resolve()
    folder = (docs / page).parent
    text = linked(source[0], folder, folder, docs)
    source[0] = _INCLUDE.sub(lambda found: _included(found, folder, docs), text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the extension to Sphinx."""
    app.connect("source-read", _read_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
