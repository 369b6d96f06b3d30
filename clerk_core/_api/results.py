"""Convert a successful response to the result type of an operation. All JSON is accepted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, get_args, get_origin

from clerk_core._api.calls import read_json
from clerk_core._api.pages import Page
from clerk_core._json_values import is_array, is_object
from clerk_core._messages import HttpResponse
from clerk_core.models._resource import JsonObject, Resource

# Type checkers cannot derive the result type from the declaration of the operation.
Read: TypeAlias = Callable[[HttpResponse, str], Any]
"""A function that converts a response. The string names the request, for errors."""


def reader_of(kind: Any) -> Read:
    """Return the function that converts responses to `kind`.

    Args:
        kind: The result type: a resource, a page of resources, JSON, text or None.
    """
    if kind is None:
        return _read_nothing
    if kind is str:
        return _text
    if kind == JsonObject:
        return _object
    if get_origin(kind) is Page:
        (entry,) = get_args(kind)
        return lambda response, what: _page(read_json(response, what), entry)
    return lambda response, what: kind(read_json(response, what))


def _read_nothing(response: HttpResponse, what: str) -> None:
    read_json(response, what)


def _text(response: HttpResponse, what: str) -> str:
    return response.content.decode(errors="replace")


def _object(response: HttpResponse, what: str) -> dict[str, object]:
    document = read_json(response, what)
    return document if is_object(document) else {}


def _page(document: object, kind: type[Resource]) -> Page[Resource]:
    """Return a page from an array, or from an object that contains the array."""
    around = document if is_object(document) else {"data": document}
    # Lists of M2M tokens have another key than all other lists.
    listed = around.get("data", around.get("m2m_tokens"))
    total = around.get("total_count")
    items = [kind(one) for one in listed] if is_array(listed) else []
    return Page(items, total if type(total) is int else None)
