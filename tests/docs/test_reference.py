"""The pages of operations list every parameter, and their examples make the call they describe."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from clerk_core import Clerk, InstallOptions, SessionAuth
from clerk_core._api.operation import Operation
from clerk_core.testing._tokens import SECRET_KEY
from docs.extensions.members import annotation, describe_class, markdown
from docs.extensions.names import MODULES
from docs.extensions.names import page as module_page
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


def test_docstring_becomes_markdown_with_all_its_lines() -> None:
    text = """Do it.

    See https://example.com/a.

    Args:
        one: The first,
            in two lines.

    Returns:
        The result,
        in two lines.
    """

    assert markdown(text) == (
        "Do it.\n\nSee <https://example.com/a>.\n\n"
        "**Arguments**\n\n- `one`: The first, in two lines.\n\n"
        "**Returns**\n\nThe result,\nin two lines."
    )


def test_annotation_is_shown_without_modules_and_with_its_texts() -> None:
    assert annotation("collections.abc.Sequence[Literal['any']]") == "Sequence[Literal['any']]"
    assert annotation('"Flow[httpx.Response]"') == "Flow[Response]"


def test_class_is_described_with_what_it_inherits_from_this_library() -> None:
    described = describe_class("clerk_core.SessionAuth", SessionAuth)

    assert described.startswith("::::{py:class} clerk_core.SessionAuth\n")
    assert ":::{py:attribute} user_id\n:type: str\n\nThe user's ID.\n:::" in described
    assert ":::{py:method} get_token(*, template: str | None = None" in described
    assert "Literal['session_token']" in described
    assert "} _" not in described


def test_no_signature_shows_what_is_private() -> None:
    shown = [line for module in MODULES for line in module_page(module).splitlines()]
    signatures = [line for line in shown if re.match(":+({py:|type:|value:)", line)]

    assert signatures
    # Names such as `_Request` are type variables of a protocol.
    private = re.compile(r"\b_(?:[a-z]|[A-Z_]+\b)|ForwardRef|<")
    assert [line for line in signatures if private.search(line)] == []


def test_options_are_described_in_a_table() -> None:
    described = describe_class("clerk_core.InstallOptions", InstallOptions)

    assert re.findall(r"^\| `.*\|  \|$", described, re.MULTILINE) == []
    assert "| `timeout` | `float` | The deadline" in described
    assert "**Attributes**" not in described
