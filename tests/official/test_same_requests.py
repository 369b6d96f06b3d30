"""This client and the official one send the same request for the same arguments."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib.metadata import version
from typing import get_origin

import pytest
from pydantic import ValidationError

from clerk_core._api.pages import Page
from tests.official.arguments import accepts_none, example
from tests.official.clients import (
    API,
    BOTH,
    DECLARED,
    METHODS,
    Sent,
    is_in_path,
    official_parameters,
    official_request,
    our_parameters,
    our_request,
)
from tests.official.differences import NOT_SENT, ONLY_OURS, PARAMETERS, REJECTED, SENT, VERSION
from tests.support import SECRET_KEY

# The official client warns about its deprecated fields even if none is given.
pytestmark = pytest.mark.filterwarnings(r"ignore:warning. \*\* DEPRECATED:DeprecationWarning")

GIVEN = ("all", "required", "null")


def given_to(name: str, what: str) -> dict[str, object]:
    """Return the arguments of both: all, the required ones, or None wherever it is allowed."""
    ours, theirs = our_parameters(name), official_parameters(name)
    return {
        one: None
        if what == "null" and accepts_none(hint)
        else f"{one}_1"
        if is_in_path(name, one) and theirs.types[one] is str
        else example(one, hint, theirs.types.get(one, hint))
        for one, hint in ours.types.items()
        if one in theirs.types
        if what != "required" or one in ours.required
    }


def difference(name: str, what: str) -> Mapping[str, object]:
    """Return how the official client's request differs from ours, in the format of `SENT`."""
    given = given_to(name, what)
    ours = our_request(name, given)
    try:
        theirs = official_request(name, given)
    except ValidationError:
        return {"the call": REJECTED}
    assert (ours.method, ours.path) == (theirs.method, theirs.path)
    if ours.body == {} and theirs.body is None:
        return {"the body": NOT_SENT}
    if not isinstance(ours.body, dict):
        assert ours.body == theirs.body
    return _changed(_fields(ours), _fields(theirs))


def _fields(sent: Sent) -> dict[str, object]:
    query: dict[str, object] = {}
    for name in dict(sent.query):
        values = [value for other, value in sent.query if other == name]
        query[f"?{name}"] = values if len(values) > 1 else values[0]
    return {**query, **(sent.body if isinstance(sent.body, dict) else {})}


def _changed(ours: Mapping[str, object], theirs: Mapping[str, object]) -> dict[str, object]:
    return {
        name: theirs.get(name, NOT_SENT)
        for name in ours.keys() | theirs.keys()
        if (name in ours) != (name in theirs) or ours[name] != theirs[name]
    }


def test_differences_describe_the_installed_version() -> None:
    assert version("clerk-backend-api") == VERSION


def test_every_official_operation_exists_under_its_name() -> None:
    assert METHODS.keys() - DECLARED.keys() == set()
    assert DECLARED.keys() - METHODS.keys() == ONLY_OURS
    assert (len(DECLARED), len(METHODS)) == (251, 237)


def test_differences_are_listed_only_for_common_operations() -> None:
    assert {name for name, _ in SENT} | PARAMETERS.keys() <= set(BOTH)
    assert {what for _, what in SENT} <= set(GIVEN)


@pytest.mark.parametrize("name", BOTH)
def test_both_clients_have_and_require_the_same_parameters(name: str) -> None:
    ours, theirs = our_parameters(name), official_parameters(name)
    found = dict.fromkeys(ours.types.keys() - theirs.types, "unknown to the official client")
    found |= dict.fromkeys(theirs.types.keys() - ours.types, "unknown to us")
    found |= dict.fromkeys(ours.required - theirs.required, "required by us alone")
    found |= dict.fromkeys(theirs.required - ours.required, "required by the official client alone")
    assert found == PARAMETERS.get(name, {})


@pytest.mark.parametrize("name", BOTH)
def test_both_clients_return_a_list_or_both_a_single_object(name: str) -> None:
    theirs = inspect.signature(METHODS[name]).return_annotation
    fields = getattr(theirs, "model_fields", {})
    is_list = get_origin(theirs) is list or not fields.keys().isdisjoint({"data", "m2m_tokens"})
    assert (get_origin(DECLARED[name].declared.return_annotation) is Page) == is_list


@pytest.mark.parametrize("what", GIVEN)
@pytest.mark.parametrize("name", BOTH)
def test_both_clients_send_the_same_request_except_for_listed_differences(
    name: str, what: str
) -> None:
    assert difference(name, what) == SENT.get((name, what), {})


def test_both_clients_send_the_key_and_their_api_version() -> None:
    ours, theirs = our_request("users.count", {}), official_request("users.count", {})
    for sent in (ours, theirs):
        assert sent.path == "/v1/users/count"
        assert sent.headers["host"] == API.removeprefix("https://")
        assert sent.headers["authorization"] == f"Bearer {SECRET_KEY}"
        assert sent.headers["accept"] == "application/json"
    assert ours.headers["clerk-api-version"] == "2026-05-12"
    assert theirs.headers["clerk-api-version"] == "2025-11-10"


@pytest.mark.parametrize(
    ("identifier", "sent"),
    [
        ("user_1/ban", "/v1/users/user_1/ban"),
        ("../organizations/org_1", "/v1/organizations/org_1"),
    ],
)
def test_identifier_with_slashes_reaches_another_resource_only_with_the_official_client(
    identifier: str, sent: str
) -> None:
    assert official_request("users.delete", {"user_id": identifier}).path == sent
    assert our_request("users.delete", {"user_id": identifier}).path.count("/") == 3
