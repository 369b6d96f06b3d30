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
from clerk_core import AsyncInstallOptions, InstallOptions, Options
from tests.docs.test_public_names import PUBLIC

# Models name models of other modules without importing them, and the clients of the contract name
# types of WSGI that the standard library has in type stubs only.
MODULES = [name for name in PUBLIC if name not in ("clerk_core.models", "clerk_core.testing")]
# Cryptography is loaded with the first key.
LATER = ["clerk_core.Keyring.find", "clerk_core.Keyring.known", "clerk_core.Keyring.read_pem"]
# Auth objects are made from a state, which makes them.
LATER += ["clerk_core.User", "clerk_core.MachineAuth", "clerk_core.SignedOutAuth"]


def callables() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every public class and function, and the public methods of the classes."""
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
