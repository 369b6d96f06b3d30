"""The pages of operations list every parameter, and their examples make the call they describe."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from clerk_core import Clerk
from clerk_core._api.operation import Operation
from clerk_core.testing._tokens import SECRET_KEY
from docs.extensions.operations import clerk_page, example, methods, page, resources

RESOURCES = dict(resources())


def operations(kind: type) -> list[Operation[..., object]]:
    return [one for _, one in methods(kind) if isinstance(one, Operation)]


@pytest.mark.parametrize("name", RESOURCES)
def test_page_of_resource_has_every_method_and_parameter(name: str) -> None:
    kind = RESOURCES[name]
    text = page(name, kind)
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE))

    assert list(sections) == [method for method, _ in methods(kind)]
    for one in operations(kind):
        rows = re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", sections[one.name], re.MULTILINE)
        assert [row for row, _ in rows] == list(one.declared.parameters)
        assert all(meaning for _, meaning in rows)
        assert f"`{one.method} {one.path}`" in sections[one.name]


@pytest.mark.parametrize("name", RESOURCES)
def test_examples_make_the_call_that_they_describe(name: str) -> None:
    calls: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append((request.method, request.url.path))
        return httpx.Response(200, json={})

    with Clerk(
        secret_key=SECRET_KEY,
        machine_secret_key="ak_machine",
        transport=httpx.MockTransport(answer),
    ) as clerk:
        for one in operations(RESOURCES[name]):
            names: dict[str, Any] = {"clerk": clerk}
            exec(example(name, one), names)
            method, path = calls.pop()
            assert method == one.method
            assert re.fullmatch("/v1" + re.sub(r"\{\w+\}", "[^/]+", one.path), path)


def test_operations_link_to_the_pages_of_clerk() -> None:
    users = {one.name: one for one in operations(RESOURCES["users"])}

    assert clerk_page("users", users["update"]) == (
        "https://clerk.com/docs/reference/backend-api/tag/users/PATCH/users/%7Buser_id%7D"
    )
