"""The annotations of what users call can be read at run time, as dependency injection does."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import httpx
import pytest

import clerk_core
from clerk_core._integration.installation import AsyncInstallOptions, InstallOptions
from clerk_core._settings.settings import Options

MODULES = [
    "clerk_core",
    *[f"clerk_core.{name}" for name in ("aiohttp", "fastapi", "flask", "quart", "starlette")],
]
# What reads keys is loaded with the first key, and the models of a resource with each other.
LATER = ["clerk_core.Keyring.find", "clerk_core.Keyring.known", "clerk_core.Keyring.read_pem"]
# Auth objects are made from a state, which makes them.
LATER += ["clerk_core.User", "clerk_core.MachineAuth", "clerk_core.SignedOutAuth"]


def names_of(module: Any) -> list[str]:
    """The public names of a module."""
    listed: list[str] | None = getattr(module, "__all__", None)
    return listed or [name for name in vars(module) if not name.startswith("_")]


def callables() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every public class and function, and the public methods of the classes."""
    for path in MODULES:
        module = import_module(path)
        for name in names_of(module):
            found = getattr(module, name)
            if inspect.isclass(found) and found.__module__.startswith("clerk"):
                yield f"{path}.{name}", found
                for method, value in vars(found).items():
                    if not method.startswith("_") or method == "__init__":
                        function = inspect.unwrap(getattr(value, "__func__", value))
                        if inspect.isfunction(function):
                            yield f"{path}.{name}.{method}", function
            elif inspect.isfunction(found) and found.__module__.startswith("clerk"):
                yield f"{path}.{name}", found


CALLABLES = dict(callables())


@pytest.mark.parametrize("path", [path for path in CALLABLES if path not in LATER])
def test_the_annotations_of_what_is_public_can_be_read(path: str) -> None:
    function = CALLABLES[path]
    typing.get_type_hints(function)
    if not typing.is_typeddict(function):
        inspect.signature(function, eval_str=True)


@pytest.mark.parametrize("kind", [clerk_core.Clerk, clerk_core.AsyncClerk])
def test_the_hints_of_a_client_name_its_options(kind: Any) -> None:
    hints = typing.get_type_hints(kind.__init__)
    base = httpx.BaseTransport if kind is clerk_core.Clerk else httpx.AsyncBaseTransport
    assert hints["transport"] == base | None
    assert hints["timeout"] is float
    assert typing.get_args(hints["options"]) == (Options,)
    assert typing.get_type_hints(clerk_core.Settings.__init__)["options"] == hints["options"]


@pytest.mark.parametrize("options", [Options, InstallOptions, AsyncInstallOptions])
def test_the_options_are_types_that_can_be_read(options: Any) -> None:
    assert typing.get_type_hints(options)["secret_key"] == str | None
