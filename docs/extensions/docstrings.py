"""Read the sections of a docstring that describes arguments. It knows no page and no Sphinx."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple

_SECTION = re.compile(r"^(Args|Attributes|Returns|Yields|Raises):$", re.MULTILINE)
_ENTRY = re.compile(r"^ {4}(\*{0,2}\w+): (.*(?:\n {5,}.*)*)", re.MULTILINE)


class Docstring(NamedTuple):
    """The parts of a docstring.

    Attributes:
        text: What is above the first section.
        entries: What each argument or attribute means, by name.
    """

    text: str
    entries: dict[str, str]


def read_docstring(docstring: str | None) -> Docstring:
    """Return the parts of a docstring."""
    text, *sections = _SECTION.split(inspect.cleandoc(docstring or ""))
    entries: dict[str, str] = {}
    for name, content in zip(sections[::2], sections[1::2], strict=True):
        if name in ("Args", "Attributes"):
            # What follows the section at the margin belongs to none.
            inside = re.split(r"^(?=\S)", content.lstrip("\n"), maxsplit=1, flags=re.MULTILINE)[0]
            found = _ENTRY.findall(inside)
            entries |= {key.strip("*"): re.sub(r"\s+", " ", meaning) for key, meaning in found}
    return Docstring(text.strip(), entries)
