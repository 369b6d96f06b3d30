"""Describe classes and functions in Markdown, from their signatures and docstrings.

What a class inherits is described with it if this library defines it. No private module is shown.
"""

from __future__ import annotations

import ast
import enum
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import is_typeddict

from clerk_core import Settings
from docs.extensions.docstrings import read_docstring

_MODULES = re.compile(r"\b(?:[a-z_]\w*\.)+(?=\w)")


def annotation(value: object) -> str:
    """Return an annotation without the modules of its names."""
    named = getattr(value, "__forward_arg__", value)
    text = named if isinstance(named, str) else inspect.formatannotation(named)
    # Quotes around all of it are those of a forward reference; others are those of a Literal.
    whole = re.fullmatch(r"""(["'])((?:(?!\1).)*)\1""", text)
    return _MODULES.sub("", whole[2] if whole else text)


def signature(function: Callable[..., object], *, is_bound: bool) -> str:
    """Return the signature of a function as text.

    Args:
        function: The function or the class.
        is_bound: Whether to leave out the first parameter.
    """
    try:
        whole = inspect.signature(function)
    except (TypeError, ValueError):
        return ""
    parameters = list(whole.parameters.values())[1 if is_bound else 0 :]
    texts: list[str] = []
    for one in parameters:
        if one.kind is one.KEYWORD_ONLY and not any(text.startswith("*") for text in texts):
            texts.append("*")
        stars = "**" if one.kind is one.VAR_KEYWORD else ""
        stars = "*" if one.kind is one.VAR_POSITIONAL else stars
        kind = "" if one.annotation is one.empty else f": {annotation(one.annotation)}"
        default = "" if one.default is one.empty else f" = {_default(one.default)}"
        texts.append(f"{stars}{one.name}{kind}{default}")
    names = [one.name for one in parameters if one.kind is one.POSITIONAL_ONLY]
    if names:
        texts.insert(len(names), "/")
    result = whole.empty if inspect.isclass(function) else whole.return_annotation
    returns = "" if result is whole.empty else f" -> {annotation(result)}"
    return f"({', '.join(texts)}){returns}"


def _default(value: object) -> str:
    shown = repr(value)
    return "..." if "<" in shown or "clerk_core" in shown else shown


def markdown(docstring: str | None, without: str = "") -> str:
    """Return a docstring as Markdown: its text, and its sections as lists.

    Args:
        docstring: The docstring.
        without: The heading of a section to leave out.
    """
    text = inspect.cleandoc(docstring or "")
    parts = re.split(r"^(Args|Attributes|Returns|Yields|Raises):$", text, flags=re.MULTILINE)
    written = [_linked(parts[0].strip())]
    for heading, content in zip(parts[1::2], parts[2::2], strict=True):
        inside, *rest = re.split(r"^(?=\S)", content.lstrip("\n"), maxsplit=1, flags=re.MULTILINE)
        title = "Arguments" if heading == "Args" else heading
        if heading != without:
            written.append(f"**{title}**\n\n{_section(heading, inside)}")
        written += [_linked(one) for one in rest]
    return "\n\n".join(written)


def _section(heading: str, content: str) -> str:
    text = textwrap.dedent(content).strip()
    entries = re.findall(r"^(\*{0,2}[\w.]+): (.*(?:\n(?: +.*|$))*)", text, re.MULTILINE)
    if heading in ("Returns", "Yields") or not entries:
        return _linked(text)
    return _linked("\n".join(f"- `{name}`: {_line(meaning)}" for name, meaning in entries))


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _linked(text: str) -> str:
    return re.sub(r"(?<![<(\[`])https?://[^\s)`>]*[^\s).,;:`>]", r"<\g<0>>", text)


def describe_function(name: str, function: Callable[..., object]) -> str:
    """Return the description of a function of a module.

    Args:
        name: The name, with the module.
        function: The function.
    """
    return _directive(
        "function", name + signature(function, is_bound=False), markdown(function.__doc__), 3
    )


def describe_class(name: str, kind: type) -> str:
    """Return the description of a class and of its public members.

    Args:
        name: The name, with the module.
        kind: The class.
    """
    # Without a word on its arguments, it is made by the library.
    is_called = bool(re.search("^ *Args:", kind.__doc__ or "", re.MULTILINE))
    is_called = is_called or is_dataclass(kind) or issubclass(kind, tuple)
    title = name + (signature(kind, is_bound=False) if is_called else "")
    directive = "exception" if issubclass(kind, BaseException) else "class"
    fields = _fields(kind)
    body = [markdown(kind.__doc__, "Attributes" if is_typeddict(kind) else "")]
    if is_typeddict(kind) or _is_record(kind):
        body.append(_table(kind, fields))
        fields = {}
    body += [_attribute(one, text, meaning) for one, (text, meaning) in fields.items()]
    body += list(_members(kind, set(fields)))
    return _directive(directive, title, "\n\n".join(filter(None, body)), 4)


def _is_record(kind: type) -> bool:
    return any(base.__name__ == "Resource" for base in kind.__mro__)


def _own_classes(kind: type) -> list[type]:
    return [one for one in kind.__mro__ if one.__module__.startswith("clerk_core")]


def _fields(kind: type) -> dict[str, tuple[str, str]]:
    """Return the type and the meaning of each public annotated field."""
    found: dict[str, tuple[str, str]] = {}
    if is_typeddict(kind):
        # The options of an instance are those of the settings.
        meanings = read_docstring(Settings.__doc__).entries | read_docstring(kind.__doc__).entries
        return {
            name: (annotation(value), meanings.get(name, ""))
            for name, value in kind.__annotations__.items()
        }
    for base in reversed(_own_classes(kind)):
        meanings = read_docstring(base.__doc__).entries | attribute_docstrings(base)
        for name, value in vars(base).get("__annotations__", {}).items():
            if not name.startswith("_"):
                found[name] = (annotation(value), meanings.get(name, ""))
    return found


def _table(kind: type, fields: Mapping[str, tuple[str, str]]) -> str:
    described = any(meaning for _, meaning in fields.values())
    if not fields:
        return ""
    head = "| field | type | meaning |\n| --- | --- | --- |\n"
    rows = [
        f"| `{name}` | `{_cell(text)}` | {_cell(meaning)} |"
        for name, (text, meaning) in fields.items()
    ]
    if not described:
        head = "| field | type |\n| --- | --- |\n"
        rows = [row.rpartition("|  |")[0] + "|" for row in rows]
    return head + "\n".join(rows)


def _attribute(name: str, text: str, meaning: str) -> str:
    return _directive("attribute", name, meaning, 3, {"type": text})


def _members(kind: type, known: set[str]) -> Iterator[str]:
    values: dict[str, object] = {}
    if issubclass(kind, tuple):
        known = known | set(getattr(kind, "_fields", ()))
    for base in reversed(_own_classes(kind)):
        values |= {name: one for name, one in vars(base).items() if not name.startswith("_")}
    for name, value in values.items():
        # Those of a contract are tests, which nobody calls.
        if name in known or name.startswith("test_"):
            continue
        described = _member(kind, name, value)
        if described:
            yield described


def _member(kind: type, name: str, value: object) -> str:
    if issubclass(kind, enum.Enum) and isinstance(value, kind):
        return _directive("attribute", name, "", 3, {"value": repr(value.value)})
    function = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
    if inspect.isfunction(function):
        text = signature(function, is_bound=not isinstance(value, staticmethod))
        options = {"classmethod": ""} if isinstance(value, classmethod) else {}
        if inspect.iscoroutinefunction(function):
            options["async"] = ""
        return _directive("method", name + text, markdown(function.__doc__), 3, options)
    documented = getattr(value, "__doc__", None)
    if inspect.isdatadescriptor(value) or hasattr(value, "_compute"):
        getter = getattr(value, "fget", None) or getattr(value, "_compute", None)
        result = getattr(getter, "__annotations__", {}).get("return")
        options = {"type": annotation(result)} if result else {}
        is_slot = inspect.ismemberdescriptor(value)
        return _directive("attribute", name, "" if is_slot else markdown(documented), 3, options)
    return ""


def _directive(
    kind: str, title: str, body: str, colons: int, options: Mapping[str, str] | None = None
) -> str:
    lines = [f"{':' * colons}{{py:{kind}}} {title}"]
    lines += [f":{name}: {value}".rstrip() for name, value in (options or {}).items()]
    return "\n".join([*lines, "", body, ":" * colons])


@cache
def _tree(module: str) -> ast.Module:
    path = import_module(module).__file__ or ""
    return ast.parse(Path(path).read_text("utf-8"))


def attribute_docstrings(kind: type) -> dict[str, str]:
    """Return the strings below the fields of a class, by name."""
    for node in ast.walk(_tree(kind.__module__)):
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__:
            return {name: _line(text) for name, (_, text) in _assigned(node.body).items()}
    return {}


def _assigned(body: list[ast.stmt]) -> dict[str, tuple[ast.AST, str]]:
    """Return what each name is set to, and the string below it."""
    found: dict[str, tuple[ast.AST, str]] = {}
    for node, following in zip(body, [*body[1:], ast.Pass()], strict=True):
        if not isinstance(node, (ast.Assign, ast.AnnAssign)):
            continue
        text = ""
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            text = str(following.value.value)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name):
                found[target.id] = node, text
    return found


def describe_value(name: str, module: str, own_name: str) -> str:
    """Return the description of a constant or of a type alias.

    Args:
        name: The name, with the public module.
        module: The public module.
        own_name: The name, without the module.
    """
    node, text = _definition(module, own_name)
    options: dict[str, str] = {}
    is_alias = isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation)
    if isinstance(node, ast.AnnAssign) and is_alias and node.value:
        value = annotation(ast.unparse(node.value))
        # What a framework calls to get the value is not part of its type.
        annotated = re.match(r"Annotated\[(.*?), (?:\w+\(|_)", value)
        value = annotated[1] if annotated else value
        options = {"value": value} if len(value) < 300 else {}
    return _directive("data", name, markdown(text), 3, options)


def _definition(module: str, name: str) -> tuple[ast.AST | None, str]:
    tree = _tree(module)
    if name in (found := _assigned(tree.body)):
        return found[name]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                if name == (one.asname or one.name):
                    return _definition(node.module, one.name)
    return None, ""
