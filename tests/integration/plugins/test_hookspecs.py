"""Every hook has a page, whose example is tested, a test, and shipped code that implements it."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType

from clerk_core import telemetry
from clerk_core._integration import plugins
from clerk_core._integration.plugins import hookspecs
from clerk_core._integration.plugins.hookspecs import PROJECT, hookspec

TESTS = Path(__file__).parent
PAGES = TESTS.parents[2] / "docs" / "plugins"


def hooks_of(module: ModuleType) -> dict[str, str]:
    """Return the hooks that a module specifies, with their docstrings."""
    return {
        name: inspect.getdoc(value) or ""
        for name, value in vars(module).items()
        if hasattr(value, f"{PROJECT}_spec")
    }


def problems(
    module: ModuleType, pages: Mapping[str, str], tests: Iterable[str], used: Iterable[str]
) -> set[str]:
    """Return what is missing for the hooks of a module.

    Args:
        module: The module with the hooks.
        pages: The text of each page by its name.
        tests: The names of all tests.
        used: The hooks that shipped code implements.
    """
    found = set()
    for name, documentation in hooks_of(module).items():
        parameters = ", ".join(inspect.signature(getattr(module, name)).parameters)
        if not documentation:
            found.add(f"{name} has no docstring")
        if not pages.get(name, "").startswith(f"# {name}({parameters})\n"):
            found.add(f"{name} has no page with its parameters")
        if f"[`{name}`]({name}.md)" not in pages["README"]:
            found.add(f"{name} is not in the index")
        if f"test_{name}_page_example_runs" not in tests:
            found.add(f"{name} has no tested example")
        if not any(test.startswith(f"test_{name}_of_") for test in tests):
            found.add(f"{name} has no test")
        if name not in used:
            found.add(f"{name} is not implemented")
    return found


def names_of_tests() -> set[str]:
    return {
        node.name
        for file in TESTS.glob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    }


def names_of_used_hooks() -> set[str]:
    """Return the hooks that this distribution implements."""
    modules = [
        importlib.import_module(f"{plugins.__name__}.{one.name}")
        for one in pkgutil.iter_modules(plugins.__path__)
    ]
    modules.append(telemetry)
    return {
        name
        for module in modules
        for holder in (module, *(one for one in vars(module).values() if inspect.isclass(one)))
        for name, value in vars(holder).items()
        if hasattr(value, f"{PROJECT}_impl")
    }


def test_every_hook_is_documented_tested_and_used() -> None:
    pages = {page.stem: page.read_text("utf-8") for page in PAGES.glob("*.md")}

    assert set(hooks_of(hookspecs)) == {"clerk_adapter", "clerk_call_observer", "clerk_observer"}
    assert set(pages) == {"README", *hooks_of(hookspecs)}
    assert problems(hookspecs, pages, names_of_tests(), names_of_used_hooks()) == set()


def test_missing_documentation_tests_and_use_are_reported() -> None:
    @hookspec
    def clerk_cache(size: int) -> None:
        pass

    module = ModuleType("hooks")
    module.clerk_cache = clerk_cache  # type: ignore[attr-defined]
    pages = {"README": "`clerk_cache`", "clerk_cache": "# clerk_cache()\n"}
    tests = {"test_clerk_caches_of_plugins", "test_clerk_cache_page"}

    assert problems(module, pages, tests, {"clerk_observer"}) == {
        "clerk_cache has no docstring",
        "clerk_cache has no page with its parameters",
        "clerk_cache is not in the index",
        "clerk_cache has no tested example",
        "clerk_cache has no test",
        "clerk_cache is not implemented",
    }
    clerk_cache.__doc__ = "Return a cache."
    pages = {"README": "[`clerk_cache`](clerk_cache.md)", "clerk_cache": "# clerk_cache(size)\n"}
    tests = {"test_clerk_cache_of_a_plugin", "test_clerk_cache_page_example_runs"}
    assert problems(module, pages, tests, {"clerk_cache"}) == set()
