"""Generate docs/backend-api.md from the operations declared in `clerk_core._api`.

Run after changing one: python -m tests.docs.reference
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from clerk_core import Clerk
from clerk_core._api.operation import Operation
from clerk_core._api.paginator import Paginator
from clerk_core._api.resources import LazyResource, Resources

PAGE = Path(__file__).parents[2] / "docs" / "backend-api.md"

HEAD = """\
# The Backend API, resource by resource

`Clerk` and `AsyncClerk` have the same methods with the same arguments: `clerk.users.get("user_1")`,
`await clerk.users.get("user_1")`. Arguments after `*` are passed by name, those with `=` are optional and
not sent if they are left out. Editors show the types and descriptions of all arguments; see also
<https://clerk.com/docs/reference/backend-api>.

A `Page` is a sequence with `total_count`. A method whose name begins with `iterate` takes the
arguments of its list and yields the items of all pages; `limit` is then the total number of items.
All methods raise `ClerkAPIError` and `TransportError`.

`python -m tests.docs.reference` generates this page.
"""


Method: TypeAlias = "Operation[..., object] | Paginator[..., object]"


def resources() -> Iterator[tuple[str, type]]:
    """Yield each resource with the class of its operations."""
    for name, value in sorted(vars(Resources).items()):
        if isinstance(value, LazyResource):
            yield name, type(getattr(Clerk, name))


def methods(kind: type) -> Iterator[tuple[str, Method]]:
    """Yield the methods of a resource in order of declaration, without aliases."""
    for name, value in vars(kind).items():
        if isinstance(value, (Operation, Paginator)) and name == value.name:
            yield name, value


def other_names(kind: type, method: Method) -> list[str]:
    """Return the aliases of a method."""
    return [name for name, value in vars(kind).items() if value is method and name != method.name]


def _arguments(operation: Operation[..., object]) -> str:
    texts: list[str] = []
    for name, one in operation.declared.parameters.items():
        is_named = one.kind is inspect.Parameter.KEYWORD_ONLY
        if is_named and "*" not in texts:
            texts.append("*")
        texts.append(name if one.default is inspect.Parameter.empty else f"{name}=")
    return ", ".join(texts)


def _line(kind: type, name: str, method: Method) -> str:
    if isinstance(method, Paginator):
        listing = method.listing
        (entry,) = listing.declared.return_annotation.__args__
        return f"| `{name}(…)` | all pages of `{listing.name}` | `{entry.__name__}`, one by one |"
    call = f"`{name}({_arguments(method)})`"
    for other in other_names(kind, method):
        call += f", also `{other}`"
    return f"| {call} | `{method.method} {method.path}` | `{_result(method)}` |"


def _result(operation: Operation[..., object]) -> str:
    shown = inspect.formatannotation(operation.declared.return_annotation)
    return re.sub(r"clerk_core\.[\w.]+\.", "", shown)


def page() -> str:
    """Return the expected content of docs/backend-api.md."""
    parts = [HEAD]
    for name, kind in resources():
        lines = [_line(kind, *one) for one in methods(kind)]
        parts.append(f"\n## {name}\n\n| method | request | result |\n| --- | --- | --- |\n")
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")
