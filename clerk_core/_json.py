"""Read JSON whose depth anybody may have chosen, such as that of a user's own metadata.

`copy.deepcopy`, `==`, `pickle` and `json.dumps` walk a value level by level, and raise
`RecursionError` where there are too many levels.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

MAX_LEVELS = 200
"""How many levels of a JSON document are read; far more than any resource has."""

# What stands in a list or an object, by its type.
_CONTENT: dict[type, Callable[[Any], Iterable[object]]] = {
    dict: lambda members: members.values(),
    list: iter,
}
_KEYS: dict[type, Callable[[Any], Iterable[object]]] = {
    dict: list,
    list: lambda entries: range(len(entries)),
}

# A string, which may lack its end, or a bracket.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


def load_json(text: str | bytes) -> object:
    """Return the document of a JSON text; lists and objects below `MAX_LEVELS` are None in it.

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
    """Return whether lists and objects nest in more than `limit` levels."""
    return bool(_containers(value, limit + 1))


def _containers(document: object, level: int) -> list[Any]:
    """Return the lists and objects of one level of a document, which is level 1 itself."""
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
    """Return the text with `null` in place of lists and objects below `MAX_LEVELS`."""
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
        raise ValueError("a list or an object has no end")
    return "".join([*kept, text[start:]])
