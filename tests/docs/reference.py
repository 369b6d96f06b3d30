"""The page of all resources and methods, made from the declarations of `clerk_core.backend`.

Run after changing one: python -m tests.docs.reference
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from clerk_core.backend.operation import Iterating, Operation
from clerk_core.backend.resources import Lazily, Resources

PAGE = Path(__file__).parents[2] / "docs" / "backend-api.md"

HEAD = """\
# The Backend API, resource by resource

`clerk.users.get("user_1")` on a `Clerk`, `await clerk.users.get("user_1")` on an `AsyncClerk`: each
method is there on both, with the same arguments. Those before `*` are given by position or by name,
those after it by name only, those with `=` may be left out; what is left out is not sent. Types and
what a name stands for are in the declarations (`clerk_core/backend/operations/`), which an editor
shows, and in <https://clerk.com/docs/reference/backend-api>.

A `Page` is a sequence with `total_count`. A method that begins with `iterate` takes what its list
takes, walks all its pages, and gives their entries one by one; `limit` is then how many in all. All
methods raise `ClerkAPIError` and `TransportError`.

This page is made by `python -m tests.docs.reference`.
"""


def resources() -> Iterator[tuple[str, type]]:
    """The resources, and the class of the synchronous methods of each."""
    for name in dir(Resources):
        if isinstance(inspect.getattr_static(Resources, name), Lazily):
            module = import_module(f"clerk_core.backend.operations.{name}")
            (kind,) = {
                kind
                for kind in vars(module).values()
                if isinstance(kind, type) and kind.__name__.endswith("Operations")
            }
            yield name, kind


def methods(kind: type) -> Iterator[tuple[str, Operation[..., object] | Iterating[..., object]]]:
    """What a resource can do, in the order in which it is declared."""
    for name, value in vars(kind).items():
        if isinstance(value, (Operation, Iterating)):
            yield name, value


def _arguments(operation: Operation[..., object]) -> str:
    texts: list[str] = []
    for name, one in operation.declared.parameters.items():
        is_named = one.kind is inspect.Parameter.KEYWORD_ONLY
        if is_named and "*" not in texts:
            texts.append("*")
        texts.append(name if one.default is inspect.Parameter.empty else f"{name}=")
    return ", ".join(texts)


def _line(name: str, method: Operation[..., object] | Iterating[..., object]) -> str:
    if isinstance(method, Iterating):
        listing = method._listing
        entry = listing.declared.return_annotation.removeprefix("Page[").removesuffix("]")
        return f"| `{name}(…)` | all pages of `{listing.name}` | `{entry}`, one by one |"
    call = f"{name}({_arguments(method)})"
    result = method.declared.return_annotation
    return f"| `{call}` | `{method.method} {method.path}` | `{result}` |"


def page() -> str:
    """The page as it should stand in the repository."""
    parts = [HEAD]
    for name, kind in resources():
        lines = [_line(*one) for one in methods(kind)]
        parts.append(f"\n## {name}\n\n| method | request | result |\n| --- | --- | --- |\n")
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")
