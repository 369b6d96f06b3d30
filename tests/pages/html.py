"""Parse markup as a browser does: elements, their attributes and their text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Element:
    """An element; its text is what follows its start tag."""

    name: str
    attributes: dict[str, str]
    text: str = field(default="")

    def options(self) -> Any:
        """Return the options for clerk-js; None without any."""
        written = self.attributes.get("data-clerk-options")
        return None if written is None else json.loads(written)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        self._is_open = True

    def handle_endtag(self, tag: str) -> None:
        self._is_open = False

    def handle_data(self, data: str) -> None:
        if self._is_open:
            self.elements[-1].text += data


def elements(markup: str) -> list[Element]:
    """Return the elements in their order."""
    parser = _Parser()
    parser.feed(markup)
    parser.close()
    return parser.elements


def only_element(markup: str) -> Element:
    """Return the only element."""
    (element,) = elements(markup)
    return element
