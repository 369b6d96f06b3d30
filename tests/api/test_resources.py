from __future__ import annotations

import asyncio
import inspect
import pkgutil
import pydoc
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from typing import Any
from unittest.mock import create_autospec

import pytest

from clerk_core import AsyncClerk, Clerk, User
from clerk_core._api import operations
from clerk_core._api.modes import AsyncMode, Operations, SyncMode
from clerk_core._api.operation import Operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import Paginator
from clerk_core._api.resources import LazyResource, Resources
from clerk_core._api.results import reader_of
from tests.support import SECRET_KEY, publishable_key

RESOURCES = [name for _, name, _ in pkgutil.iter_modules(operations.__path__)]
CLERK = Clerk(publishable_key=publishable_key(), secret_key=SECRET_KEY)
ASYNC_CLERK = AsyncClerk(publishable_key=publishable_key(), secret_key=SECRET_KEY)


def members(resource: str, kind: type) -> dict[str, Any]:
    found = vars(type(getattr(CLERK, resource)))
    return {name: one for name, one in found.items() if isinstance(one, kind)}


# The verbs that docstrings start with.
VERBS = frozenset(
    [
        "Add",
        "Allow",
        "Apply",
        "Ban",
        "Block",
        "Cancel",
        "Change",
        "Check",
        "Choose",
        "Create",
        "Delete",
        "Disable",
        "Extend",
        "Increase",
        "Invite",
        "Let",
        "Make",
        "Map",
        "Mark",
        "Merge",
        "Move",
        "Refresh",
        "Refuse",
        "Reject",
        "Remove",
        "Replace",
        "Restore",
        "Return",
        "Revoke",
        "Rotate",
        "Send",
        "Set",
        "Stop",
        "Update",
        "Verify",
    ]
)

EVERY = [(resource, name) for resource in RESOURCES for name in members(resource, Operation)]
PAGED = [(resource, name) for resource in RESOURCES for name in members(resource, Paginator)]


def operation_of(resource: str, name: str) -> Operation[..., Any]:
    found: Operation[..., Any] = members(resource, Operation)[name]
    return found


def test_every_module_of_operations_is_a_resource_of_both_clients() -> None:
    lazy = {name for name, value in vars(Resources).items() if isinstance(value, LazyResource)}
    assert lazy == set(RESOURCES)


@pytest.mark.parametrize("resource", RESOURCES)
def test_both_clients_share_the_class_of_a_resource(resource: str) -> None:
    operations_, async_operations = getattr(CLERK, resource), getattr(ASYNC_CLERK, resource)
    assert isinstance(operations_, Operations)
    assert type(operations_) is type(async_operations)
    assert isinstance(operations_.mode, SyncMode)
    assert isinstance(async_operations.mode, AsyncMode)
    assert getattr(CLERK, resource) is operations_
    assert getattr(ASYNC_CLERK, resource) is async_operations
    module = import_module(f"clerk_core._api.operations.{resource}")
    for one in (module, type(operations_), vars(Resources)[resource]):
        assert one.__doc__


def test_all_operations_are_declared() -> None:
    declared = {id(operation_of(*names)): operation_of(*names) for names in EVERY}
    assert len(declared) == 251
    assert len({(one.method, one.path) for one in declared.values()}) == 251


@pytest.mark.parametrize(("resource", "name"), EVERY)
def test_operation_is_a_method_of_both_clients(resource: str, name: str) -> None:
    for client in (CLERK, ASYNC_CLERK):
        method = getattr(getattr(client, resource), name)
        assert inspect.ismethod(method)
        assert method.__name__ == operation_of(resource, name).name
        assert inspect.signature(method) == operation_of(resource, name).declared


@pytest.mark.parametrize(("resource", "name"), EVERY)
def test_operation_is_documented_and_declared_correctly(resource: str, name: str) -> None:
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


@pytest.mark.parametrize(("resource", "name"), EVERY)
def test_operation_docstring_starts_with_a_verb_and_describes_every_parameter(
    resource: str, name: str
) -> None:
    declaration = operation_of(resource, name)
    text = inspect.cleandoc(declaration.__doc__ or "")
    assert text.split()[0] in VERBS
    assert described_in(text) == list(declaration.declared.parameters)


@pytest.mark.parametrize(("resource", "name"), PAGED)
def test_iterator_docstring_describes_the_parameters_of_its_list(resource: str, name: str) -> None:
    text = inspect.getdoc(getattr(getattr(CLERK, resource), name)) or ""
    assert text.startswith("Iterate over ")
    listing = members(resource, Paginator)[name].listing
    assert described_in(text) == list(listing.declared.parameters)
    assert "limit: The maximum number of results on all pages; unlimited by default." in text


def described_in(text: str) -> list[str]:
    """Return the parameters that a docstring describes."""
    arguments = text.partition("\nArgs:\n")[2].partition("\nRaises:\n")[0]
    return re.findall(r"^    (\w+): \S", arguments, re.MULTILINE)


def test_every_paginated_list_has_an_iterator() -> None:
    lists = {
        names: one
        for names in EVERY
        for one in [operation_of(*names)]
        if {"limit", "offset"} <= one.declared.parameters.keys()
        and inspect.isclass(getattr(one.declared.return_annotation, "__origin__", None))
        and one.declared.return_annotation.__origin__ is Page
    }
    iterated = {id(members(resource, Paginator)[name].listing) for resource, name in PAGED}
    assert iterated == {id(one) for one in lists.values()}


@pytest.mark.parametrize(("resource", "name"), PAGED)
def test_iterator_has_the_parameters_of_its_list(resource: str, name: str) -> None:
    listing = members(resource, Paginator)[name].listing
    (entry,) = listing.declared.return_annotation.__args__
    for client, kind in ((CLERK, Iterator), (ASYNC_CLERK, AsyncIterator)):
        method = getattr(getattr(client, resource), name)
        signature = inspect.signature(method)
        assert signature.parameters == listing.declared.parameters
        assert signature.return_annotation == kind[entry]
        assert inspect.ismethod(method)
        assert method.__name__ == members(resource, Paginator)[name].name


@pytest.mark.parametrize("client", [CLERK, ASYNC_CLERK], ids=["sync", "async"])
def test_help_shows_signatures_and_parameters(client: Any) -> None:
    for method in (client.users.get, client.users.iterate, type(client).users.get):
        shown = pydoc.plain(pydoc.render_doc(method))
        assert f"{method.__name__}(" in shown
        assert "clerk_core.models._users.User" in shown
    shown = pydoc.plain(pydoc.render_doc(client.users.iterate))
    assert "order_by: str = ..." in shown
    assert "order_by: `created_at`" in shown


def test_sync_client_supports_autospec() -> None:
    for clerk in (create_autospec(Clerk, instance=True), create_autospec(Clerk)()):
        clerk.users.get.return_value = User({"id": "user_1"})
        assert clerk.users.get("user_1").id == "user_1"
        clerk.users.get.assert_called_once_with("user_1")
        clerk.users.iterate.return_value = iter([User({"id": "user_2"})])
        assert [user.id for user in clerk.users.iterate(limit=1)] == ["user_2"]
        with pytest.raises(TypeError):
            clerk.users.get()
        with pytest.raises(TypeError):
            clerk.users.update("user_1", nick_name="x")
        with pytest.raises(TypeError):
            clerk.users.iterate(limitt=1)
        for owner, unknown in ((clerk, "user"), (clerk.users, "fetch")):
            with pytest.raises(AttributeError):
                getattr(owner, unknown)


def test_async_client_supports_autospec() -> None:
    async def main() -> None:
        clerk = create_autospec(AsyncClerk, instance=True)
        clerk.users.get.return_value = User({"id": "user_1"})
        assert (await clerk.users.get("user_1")).id == "user_1"
        clerk.users.get.assert_awaited_once_with("user_1")
        with pytest.raises(TypeError):
            await clerk.users.get()

    asyncio.run(main())


def test_resource_is_imported_on_first_access() -> None:
    script = """
import sys
from clerk_core import Clerk

def loaded():
    return {name for name in sys.modules if name.startswith("clerk_core._api.operations.")}

clerk = Clerk(secret_key="sk_test_1")
assert loaded() == set(), loaded()
clerk.users
assert loaded() == {"clerk_core._api.operations.users"}, loaded()
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr.splitlines()[1:]) == (0, [])


@pytest.mark.parametrize("client", [CLERK, ASYNC_CLERK], ids=["sync", "async"])
def test_unknown_resource_raises_attribute_error(client: object) -> None:
    with pytest.raises(AttributeError):
        client.user  # type: ignore[attr-defined]  # noqa: B018
