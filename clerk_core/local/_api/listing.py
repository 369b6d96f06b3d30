"""Sort, paginate and filter the lists of the Backend API.

It must not know what is listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import page
from clerk_core.local._call import Call
from clerk_core.local._responses import invalid_parameter, json_response
from clerk_core.local._storage.rows import JsonObject

T = TypeVar("T")

Orders: TypeAlias = Mapping[str, Callable[[T], "str | int"]]
"""Sort keys by the name that `order_by` takes."""

PAGING = ("limit", "offset")


def sort_items(
    call: Call, items: Iterable[T], orders: Orders[T], default: str = "-created_at"
) -> list[T]:
    """Return the items sorted by the parameter `order_by`.

    Args:
        call: The request.
        items: The items, oldest first.
        orders: The supported sort keys.
        default: The value of `order_by` if the request has none.

    Raises:
        ApiError: 422 if `order_by` is not a supported sort key.
    """
    order = call.argument("order_by") or default
    name = order.lstrip("+- ")  # an unescaped plus sign arrives as a space
    if name not in orders:
        raise invalid_parameter("order_by", f"one of {', '.join(orders)}, after + or -")
    ordered = sorted(items, key=orders[name])
    if order.startswith("-"):
        ordered.reverse()
    return ordered


def page_response(
    call: Call, items: Sequence[T], show: Callable[[T], JsonObject], name: str = "data"
) -> HttpResponse:
    """Return the requested page of the items, with the total count."""
    return json_response(page_resource(call, items, show, name))


def page_resource(
    call: Call, items: Sequence[T], show: Callable[[T], JsonObject], name: str = "data"
) -> JsonObject:
    """Return the requested page of the items, with the total count, as a JSON object."""
    return {name: [show(item) for item in page(call, items)], "total_count": len(items)}


def list_response(call: Call, items: Sequence[T], show: Callable[[T], JsonObject]) -> HttpResponse:
    """Return the requested page as a JSON array; with `paginated=true`, add the total count."""
    return json_response(list_resource(call, items, show))


def list_resource(
    call: Call, items: Sequence[T], show: Callable[[T], JsonObject]
) -> JsonObject | list[JsonObject]:
    """Return the requested page as a list; with `paginated=true`, with the total count."""
    if call.argument("paginated") == "true":
        return page_resource(call, items, show)
    return [show(item) for item in page(call, items)]


def matches_query(call: Call, texts: Iterable[str | None], name: str = "query") -> bool:
    """Return whether one of the texts contains the value of a parameter, ignoring case."""
    query = (call.argument(name) or "").casefold()
    return not query or any(query in (text or "").casefold() for text in texts)


def matches_values(wanted: Sequence[str], values: Iterable[str | None]) -> bool:
    """Return whether the values match a filter.

    Args:
        wanted: Values with an optional prefix: `+` includes a value, `-` excludes it.
        values: The values of one item.
    """
    excluded = {item[1:] for item in wanted if item.startswith("-")}
    included = {item.lstrip("+ ") for item in wanted if not item.startswith("-")}
    present = set(values)
    return not present & excluded and (not included or bool(present & included))
