"""Documents, examples and adapters import public names only, and each has a docstring."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import get_origin

import pytest

import clerk_core
from tests.adapters.django_project import set_up

# Models and libraries of Django cannot be imported without settings.
set_up()
ROOT = Path(__file__).parents[2]
CLERK_BOTTLE = ROOT / "tests" / "third_party" / "clerk_bottle"
ADAPTERS = sorted(path.name for path in (ROOT / "adapters").iterdir() if path.is_dir())
PUBLIC = [
    "clerk_core",
    *[
        f"clerk_core.{name}"
        for name in (
            *("adapters", "asgi", "caching", "errors", "local", "mcp", "models", "pages"),
            *("telemetry", "testing", "testing.contract", "testing.playwright", "wsgi"),
        )
    ],
    *[f"clerk_core.{name}" for name in ADAPTERS],
    *[f"clerk_core.django.{name}" for name in ("channels", "ninja", "rest_framework", "users")],
]
DJANGO = [
    *("apps", "context_processors", "templatetags", "templatetags.clerk"),
    *("users.apps", "users.models", "users.management", "users.migrations"),
]
"""Modules with the names that Django looks for, or that settings name."""
PYTHON = sorted(
    path
    for folder in ("adapters", "examples", "tests/third_party/clerk_bottle", "tests/typing")
    for path in (ROOT / folder).rglob("*.py")
)
MARKDOWN = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), CLERK_BOTTLE / "README.md"])


def test_each_adapter_and_document_is_read() -> None:
    assert ADAPTERS
    assert {path.parent.name for path in PYTHON} >= {*ADAPTERS, "examples", "clerk_bottle"}
    assert {path.name for path in MARKDOWN} >= {"README.md", "CONTRIBUTING.md", "backend-api.md"}


def test_all_other_modules_have_private_names() -> None:
    package = ROOT / "clerk_core"
    modules = [path for depth in range(3) for path in package.glob("[!_]*/" * depth + "[!_]*.py")]
    found = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules}
    packages = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for depth in range(1, 4)
        for path in package.glob("[!_]*/" * depth + "__init__.py")
    }

    assert found | packages <= {*PUBLIC, *(f"clerk_core.django.{name}" for name in DJANGO)}


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_file_imports_public_names_only(path: Path) -> None:
    inside = path.relative_to(ROOT).parts
    own = f"clerk_core.{inside[1]}." if inside[0] == "adapters" else ""

    assert list(private_names(path.read_text("utf-8"), own)) == []


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_document_imports_public_names_only(path: Path) -> None:
    blocks = re.findall(r"^ *```python\n(.*?)^ *```", path.read_text("utf-8"), re.S | re.M)

    assert [name for block in blocks for name in private_names(textwrap.dedent(block))] == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from clerk_core._flow import run", "clerk_core._flow.run"),
        ("from clerk_core import _flow", "clerk_core._flow"),
        ("from clerk_core.wsgi import _PROXY_FIX", "clerk_core.wsgi._PROXY_FIX"),
        ("from clerk_core.wsgi import HTTPStatus", "clerk_core.wsgi.HTTPStatus"),
        ("from clerk_core.flask import *", "clerk_core.flask.*"),
        ("def f():\n    import clerk_core._flow", "clerk_core._flow"),
        ("import clerk_core.local._server as s", "clerk_core.local._server"),
        ("import clerk_core\nclerk_core._flow.run()", "clerk_core._flow"),
    ],
)
def test_private_name_is_found(code: str, found: str) -> None:
    assert list(private_names(code)) == [found]


def private_names(code: str, own: str = "") -> Iterator[str]:
    """Yield each name of `clerk_core` that the code uses and that is not public.

    Args:
        code: Python source.
        own: The package whose submodules the code may import, with a dot.
    """
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names = [(one.name, "") for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [(node.module or "", one.name) for one in node.names]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names = [(node.value.id, node.attr)] if node.value.id == "clerk_core" else []
        else:
            continue
        for module, name in names:
            if own and f"{module}.".startswith(own):
                continue
            if module.partition(".")[0] == "clerk_core" and not _is_public(module, name):
                yield f"{module}.{name}" if name else module


def _is_public(module: str, name: str) -> bool:
    if f"{module}.{name}" in PUBLIC:
        return True
    return module in PUBLIC and (not name or name in import_module(module).__all__)


NAMES = [
    (module, name)
    for module in PUBLIC
    for name in import_module(module).__all__
    # `Unpack` is of the standard library.
    if name not in ("__version__", "Unpack")
]


@pytest.mark.parametrize("module", PUBLIC)
def test_public_module_has_docstring_and_lists_each_name_once(module: str) -> None:
    listed = import_module(module).__all__

    assert len(set(listed)) == len(listed)
    assert import_module(module).__doc__


@pytest.mark.parametrize(("module", "name"), NAMES, ids=lambda value: str(value))
def test_public_name_exists_and_has_docstring(module: str, name: str) -> None:
    value = getattr(import_module(module), name)

    assert docstring(import_module(module), name, value)


def docstring(module: ModuleType, name: str, value: object) -> str | None:
    """Return the docstring of a public name, also of a constant or a type alias."""
    # Python 3.10 takes an alias such as Callable[[], None] for a class.
    is_class = inspect.isclass(value) and get_origin(value) is None
    if inspect.isroutine(value) or is_class:
        # Not the signature that a dataclass without a docstring has.
        documented = value.__doc__ or ""
        return None if documented.startswith(f"{name}(") else documented
    return attribute_docstring(module.__name__, name)


def attribute_docstring(module: str, name: str) -> str | None:
    """Return the string below the assignment of a name, in the module that it comes from."""
    path = inspect.getsourcefile(import_module(module))
    assert path
    statements = ast.parse(Path(path).read_text("utf-8")).body
    for node in ast.walk(ast.Module(statements, [])):
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                if name == (one.asname or one.name):
                    return attribute_docstring(node.module, one.name)
    for node, following in zip(statements, [*statements[1:], ast.Pass()], strict=True):
        if not isinstance(node, (ast.Assign, ast.AnnAssign)):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        is_it = any(isinstance(target, ast.Name) and target.id == name for target in targets)
        if is_it and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            return str(following.value.value)
    return None


def test_adapter_needs_only_modules_for_adapters_and_its_framework() -> None:
    sources = [path.read_text("utf-8") for path in (CLERK_BOTTLE / "clerk_bottle").rglob("*.py")]
    modules = {
        node.module
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("clerk_core")
    }

    assert modules == {"clerk_core", "clerk_core.adapters", "clerk_core.wsgi"}


# Names for adapters of other kinds of frameworks, which no adapter here uses.
FOR_OTHERS = {
    "ConnectionFunctions",
    "merge_headers",
    "request_from_environ",
    "request_from_scope",
}


def test_each_name_for_adapters_is_used_by_one() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in PYTHON)

    unused = [
        name
        for name in import_module("clerk_core.adapters").__all__
        if not re.search(rf"\b{name}\b", sources)
        and name not in clerk_core.__all__
        and name not in FOR_OTHERS
    ]

    assert unused == []
