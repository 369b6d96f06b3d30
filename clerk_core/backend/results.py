"""What a successful answer becomes, as an operation's declaration says. It refuses no JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from clerk_core.backend import models
from clerk_core.backend.pages import Page
from clerk_core.backend.resource import Resource

# Of the type that the declaration promises, which no type checker can follow through a text.
Read: TypeAlias = Callable[[object], Any]


def reader_of(annotation: str) -> Read:
    """How to read an answer as `annotation` says: a resource, a page of them, JSON, or nothing."""
    if annotation == "None":
        return lambda document: None
    if annotation == "str":
        return lambda text: text
    if annotation == "dict[str, object]":
        return lambda document: document if isinstance(document, dict) else {}
    name = annotation.removeprefix("Page[").removesuffix("]")
    kind: type[Resource] = getattr(models, name)
    if name == annotation:
        return kind
    return lambda document: _page(document, kind)


def _page(document: object, kind: type[Resource]) -> Page[Resource]:
    """A page, of a bare list or of an object around it."""
    around = document if isinstance(document, dict) else {"data": document}
    # M2M tokens alone are listed under a name of their own.
    listed = around.get("data", around.get("m2m_tokens"))
    total = around.get("total_count")
    items = [kind(one) for one in listed] if isinstance(listed, list) else []
    return Page(items, total if type(total) is int else None)
