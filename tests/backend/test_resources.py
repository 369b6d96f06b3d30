from __future__ import annotations

import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest

from clerk_core import AsyncClerk, Clerk
from clerk_core.backend import operations
from clerk_core.backend.operation import AsyncFace, Iterating, Operation, SyncFace
from clerk_core.backend.resources import AsyncResources, Lazily, Resources
from clerk_core.backend.results import reader_of
from tests.support import SECRET_KEY, publishable_key

RESOURCES = [name for _, name, _ in pkgutil.iter_modules(operations.__path__)]
CLERK = Clerk(publishable_key=publishable_key(), secret_key=SECRET_KEY)
ASYNC_CLERK = AsyncClerk(publishable_key=publishable_key(), secret_key=SECRET_KEY)


def declared(resource: str) -> dict[str, Operation[..., Any]]:
    kind = type(getattr(CLERK, resource))
    found = {name: getattr(kind, name) for name in dir(kind)}
    return {name: one for name, one in found.items() if isinstance(one, Operation)}


EVERY = [(resource, name) for resource in RESOURCES for name in declared(resource)]


def operation_of(resource: str, name: str) -> Operation[..., Any]:
    return declared(resource)[name]


def test_every_file_of_operations_is_a_resource_of_both_clients() -> None:
    for kind in (Resources, AsyncResources):
        lazy = {name for name in dir(kind) if isinstance(getattr(kind, name), Lazily)}
        assert lazy == set(RESOURCES)


@pytest.mark.parametrize("resource", RESOURCES)
def test_each_client_has_its_face_of_a_resource(resource: str) -> None:
    operations_, async_operations = getattr(CLERK, resource), getattr(ASYNC_CLERK, resource)
    assert isinstance(operations_, SyncFace)
    assert isinstance(async_operations, AsyncFace)
    assert getattr(CLERK, resource) is operations_
    assert getattr(ASYNC_CLERK, resource) is async_operations
    module = import_module(f"clerk_core.backend.operations.{resource}")
    for one in (module, type(operations_), type(async_operations)):
        assert one.__doc__


def test_all_operations_are_there() -> None:
    assert len(EVERY) == 249
    said = [(one.method, one.path) for one in (operation_of(*names) for names in EVERY)]
    assert len(set(said)) == 249


@pytest.mark.parametrize(("resource", "name"), EVERY)
def test_an_operation_is_a_method_of_both_clients(resource: str, name: str) -> None:
    for client in (CLERK, ASYNC_CLERK):
        method = getattr(getattr(client, resource), name)
        assert callable(method)
        assert method.__name__ == name
        assert inspect.signature(method) == operation_of(resource, name).declared


@pytest.mark.parametrize(("resource", "name"), EVERY)
def test_an_operation_is_documented_and_well_declared(resource: str, name: str) -> None:
    declaration = operation_of(resource, name)
    assert declaration.__doc__
    assert declaration.__doc__.split("\n")[0].endswith(".")
    assert declaration.method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    parameters = declaration.declared.parameters
    placed = [n for n, one in parameters.items() if one.kind is one.POSITIONAL_OR_KEYWORD]
    named = [one[1:-1] for one in declaration.path.split("/") if one.startswith("{")]
    assert placed == [*named, *([declaration.body] if declaration.body else [])]
    assert all(parameters[n].default is inspect.Parameter.empty for n in placed)
    assert all(one.kind is one.KEYWORD_ONLY for n, one in parameters.items() if n not in placed)
    assert set(declaration.joined) <= parameters.keys()
    assert callable(reader_of(declaration.declared.return_annotation))


def test_what_gives_a_part_of_a_list_can_be_iterated() -> None:
    for resource in RESOURCES:
        kind: Any = type(getattr(CLERK, resource))
        lists = {
            one
            for one in declared(resource).values()
            if one.declared.return_annotation.startswith("Page[")
            and {"limit", "offset"} <= one.declared.parameters.keys()
        }
        iterated = {
            getattr(kind, name)._listing
            for name in dir(kind)
            if isinstance(getattr(kind, name), Iterating)
        }
        assert iterated == lists


def test_a_resource_is_loaded_when_it_is_first_named() -> None:
    script = """
import sys
from clerk_core import Clerk

def loaded():
    return {name for name in sys.modules if name.startswith("clerk_core.backend.operations.")}

clerk = Clerk(secret_key="sk_test_1")
assert loaded() == set(), loaded()
clerk.users
assert loaded() == {"clerk_core.backend.operations.users"}, loaded()
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr.splitlines()[1:]) == (0, [])


@pytest.mark.parametrize("client", [CLERK, ASYNC_CLERK], ids=["sync", "async"])
def test_a_resource_that_does_not_exist_is_an_attribute_error(client: object) -> None:
    with pytest.raises(AttributeError):
        client.user  # type: ignore[attr-defined]  # noqa: B018
