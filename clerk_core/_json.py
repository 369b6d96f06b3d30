"""Parse JSON with a limited depth, because users can nest their own metadata deeply.

Otherwise `copy.deepcopy`, `==`, `pickle` and `json.dumps` would raise `RecursionError`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

MAX_LEVELS = 200
"""The maximum depth of a JSON document; far more than any resource has."""

# The functions that return the items of a container, by type.
_CONTENT: dict[type, Callable[[Any], Iterable[object]]] = {
    dict: lambda members: members.values(),
    list: iter,
}
_KEYS: dict[type, Callable[[Any], Iterable[object]]] = {
    dict: list,
    list: lambda entries: range(len(entries)),
}

# A string, which may be unterminated, or a bracket.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


def load_json(text: str | bytes) -> object:
    """Parse a JSON document. Arrays and objects deeper than `MAX_LEVELS` are replaced by None.

    Raises:
        ValueError: The text is not JSON.
    """
    try:
        document: object = json.loads(text)
    except RecursionError:
        document = json.loads(_without_deep_levels(text))
    for outer in _containers(document, MAX_LEVELS):
        for key in _KEYS[type(outer)](outer):
            if type(outer[key]) in _CONTENT:
                outer[key] = None
    return document


def nests_deeper(value: object, limit: int) -> bool:
    """Return whether lists and dictionaries are nested in more than `limit` levels."""
    return bool(_containers(value, limit + 1))


def _containers(document: object, level: int) -> list[Any]:
    """Return the lists and dictionaries on one level of a document. The document is level 1."""
    found = [document] if type(document) in _CONTENT else []
    for _ in range(level - 1):
        if not found:
            break
        found = [
            inner
            for outer in found
            for inner in _CONTENT[type(outer)](outer)
            if type(inner) in _CONTENT
        ]
    return found


def _without_deep_levels(text: str | bytes) -> str:
    """Return the text with `null` in place of arrays and objects deeper than `MAX_LEVELS`."""
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "surrogatepass")
    kept: list[str] = []
    start = level = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        if found[0] in ("[", "{"):
            if level == MAX_LEVELS:
                kept += text[start : found.start()], "null"
            level += 1
        elif found[0] in ("]", "}"):
            level -= 1
            if level == MAX_LEVELS:
                start = found.end()
    if level > MAX_LEVELS:
        raise ValueError("an array or object is not closed")
    return "".join([*kept, text[start:]])
