"""Annotations of public functions can be read at run time, as dependency injection does."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import httpx
import pytest

import clerk_core
from clerk_core import AsyncInstallOptions, InstallOptions, Options
from tests.docs.test_public_names import PUBLIC

# Models refer to models of other modules without importing them, the clients of the contract to
# WSGI types that exist only in type stubs, and helpers for tests to what may not be installed.
MODULES = [
    name for name in PUBLIC if not name.startswith(("clerk_core.models", "clerk_core.testing"))
]
# Cryptography is loaded with the first key.
LATER = ["clerk_core.Keyring.find", "clerk_core.Keyring.known", "clerk_core.Keyring.read_pem"]
# Auth objects are created by states, not by users.
LATER += ["clerk_core.User", "clerk_core.fastapi.Session", "clerk_core.fastapi.Machine"]
LATER += [f"clerk_core.{kind}Auth" for kind in ("Session", "Machine", "SignedOut")]
LATER += [f"clerk_core.Async{kind}Auth" for kind in ("Session", "Machine", "SignedOut")]


def callables() -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield every public class and function, and the public methods of classes."""
    for path in MODULES:
        module = import_module(path)
        for name in module.__all__:
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
def test_public_annotations_can_be_evaluated(path: str) -> None:
    function = CALLABLES[path]
    typing.get_type_hints(function)
    if not typing.is_typeddict(function):
        inspect.signature(function, eval_str=True)


@pytest.mark.parametrize("kind", [clerk_core.Clerk, clerk_core.AsyncClerk])
def test_type_hints_of_a_client_have_its_options(kind: Any) -> None:
    hints = typing.get_type_hints(kind.__init__)
    base = httpx.BaseTransport if kind is clerk_core.Clerk else httpx.AsyncBaseTransport
    assert hints["transport"] == base | None
    assert hints["timeout"] is float
    assert typing.get_args(hints["options"]) == (Options,)
    assert typing.get_type_hints(clerk_core.Settings.__init__)["options"] == hints["options"]


@pytest.mark.parametrize("options", [Options, InstallOptions, AsyncInstallOptions])
def test_option_types_can_be_evaluated(options: Any) -> None:
    assert typing.get_type_hints(options)["secret_key"] == str | None
