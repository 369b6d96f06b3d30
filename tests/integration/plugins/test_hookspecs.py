"""Every hook is documented, tested, and used by something that ships."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from clerk_core._integration import plugins
from clerk_core._integration.plugins import hookspecs
from clerk_core._integration.plugins.hookspecs import PROJECT, hookspec

TESTS = Path(__file__).parent
CONTRIBUTING = TESTS.parents[2] / "CONTRIBUTING.md"


def hooks_of(module: ModuleType) -> dict[str, str]:
    """Return the hooks that a module specifies, with their docstrings."""
    return {
        name: inspect.getdoc(value) or ""
        for name, value in vars(module).items()
        if hasattr(value, f"{PROJECT}_spec")
    }


def problems(module: ModuleType, guide: str, tests: Iterable[str], used: Iterable[str]) -> set[str]:
    """Return what is missing for the hooks of a module."""
    found = set()
    for name, documentation in hooks_of(module).items():
        if not documentation:
            found.add(f"{name} has no docstring")
        if f"`{name}`" not in guide:
            found.add(f"{name} is not in the guide")
        if not any(test.startswith(f"test_{name}_") for test in tests):
            found.add(f"{name} has no test")
        if name not in used:
            found.add(f"{name} is used by nothing")
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
    return {
        name
        for module in modules
        for holder in (module, *(one for one in vars(module).values() if inspect.isclass(one)))
        for name, value in vars(holder).items()
        if hasattr(value, f"{PROJECT}_impl")
    }


def test_every_hook_is_documented_tested_and_used() -> None:
    guide = CONTRIBUTING.read_text("utf-8")

    assert set(hooks_of(hookspecs)) == {"clerk_adapter", "clerk_observer"}
    assert problems(hookspecs, guide, names_of_tests(), names_of_used_hooks()) == set()


def test_missing_documentation_test_and_use_are_reported() -> None:
    @hookspec
    def clerk_cache() -> None:
        pass

    module = ModuleType("specifying")
    module.clerk_cache = clerk_cache  # type: ignore[attr-defined]
    nearly = "clerk_cache, clerk_cache_size and `clerk_caches`"

    assert problems(module, nearly, ["test_clerk_caches_are_kept"], ["clerk_observer"]) == {
        "clerk_cache has no docstring",
        "clerk_cache is not in the guide",
        "clerk_cache has no test",
        "clerk_cache is used by nothing",
    }
    clerk_cache.__doc__ = "Give a cache."
    named = ["test_clerk_cache_is_shared"]
    assert problems(module, "`clerk_cache`", named, ["clerk_cache"]) == set()
