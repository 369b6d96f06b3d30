"""Lists of the Backend API: put into order, cut into pages, answered.

It may not know what is listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from clerk_core.local.api.parameters import page
from clerk_core.local.call import Call
from clerk_core.local.responses import invalid_parameter, json_response
from clerk_core.local.storage.rows import JsonObject
from clerk_core.words.messages import HttpResponse

T = TypeVar("T")

Orders: TypeAlias = Mapping[str, Callable[[T], "str | int"]]
"""What things can be ordered by, and the value of it that one thing has."""

PAGING = ("limit", "offset")


def in_order(
    call: Call, items: Iterable[T], orders: Orders[T], default: str = "-created_at"
) -> list[T]:
    """The items as `order_by` asks, of those given oldest first; raises `ApiError` (422)."""
    order = call.argument("order_by") or default
    name = order.lstrip("+- ")  # an unescaped plus sign arrives as a space
    if name not in orders:
        raise invalid_parameter("order_by", f"one of {', '.join(orders)}, after + or -")
    ordered = sorted(items, key=orders[name])
    if order.startswith("-"):
        ordered.reverse()
    return ordered


def answer_page(
    call: Call, items: Sequence[T], show: Callable[[T], JsonObject], name: str = "data"
) -> HttpResponse:
    """The page that is asked for, with how many there are in all."""
    shown = [show(item) for item in page(call, items)]
    return json_response({name: shown, "total_count": len(items)})


def answer_list(call: Call, items: Sequence[T], show: Callable[[T], JsonObject]) -> HttpResponse:
    """The page that is asked for as a bare list, unless `paginated` asks for the count as well."""
    if call.argument("paginated") == "true":
        return answer_page(call, items, show)
    return json_response([show(item) for item in page(call, items)])


def matches_query(call: Call, texts: Iterable[str | None], name: str = "query") -> bool:
    """Whether one of the texts has in it what a parameter looks for, in whatever case."""
    query = (call.argument(name) or "").casefold()
    return not query or any(query in (text or "").casefold() for text in texts)


def admits(wanted: Sequence[str], values: Iterable[str | None]) -> bool:
    """Whether a list of values, each after an optional + or -, lets these values through."""
    excluded = {item[1:] for item in wanted if item.startswith("-")}
    included = {item.lstrip("+ ") for item in wanted if not item.startswith("-")}
    present = set(values)
    return not present & excluded and (not included or bool(present & included))
