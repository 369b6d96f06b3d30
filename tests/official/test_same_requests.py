"""For the same arguments, this client and the official one send the same request."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib.metadata import version
from typing import get_origin

import pytest
from pydantic import ValidationError

from clerk_core._api.pages import Page
from tests.official.arguments import example, may_be_none
from tests.official.both import (
    API,
    BOTH,
    DECLARED,
    METHODS,
    Sent,
    is_in_path,
    sent_by_official,
    sent_by_ours,
    taken_by_official,
    taken_by_ours,
)
from tests.official.differences import NOT_SENT, ONLY_OURS, PARAMETERS, REFUSED, SENT, VERSION
from tests.support import SECRET_KEY

# It warns of its own deprecated fields, also where nobody gave any.
pytestmark = pytest.mark.filterwarnings(r"ignore:warning. \*\* DEPRECATED:DeprecationWarning")

GIVEN = ("all", "required", "null")


def given_to(name: str, what: str) -> dict[str, object]:
    """All arguments, the required ones, or all with None wherever it may stand."""
    ours, theirs = taken_by_ours(name), taken_by_official(name)
    return {
        one: None
        if what == "null" and may_be_none(hint)
        else f"{one}_1"
        if is_in_path(name, one) and theirs.types[one] is str
        else example(one, hint, theirs.types.get(one, hint))
        for one, hint in ours.types.items()
        if what != "required" or one in ours.required
    }


def difference(name: str, what: str) -> Mapping[str, object]:
    """How the official client's request differs from ours, as `SENT` tells it."""
    given = given_to(name, what)
    ours = sent_by_ours(name, given)
    try:
        theirs = sent_by_official(name, given)
    except ValidationError:
        return {"the call": REFUSED}
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


def test_the_table_of_differences_is_about_the_official_client_that_is_installed() -> None:
    assert version("clerk-backend-api") == VERSION


def test_every_operation_of_the_official_client_is_here_under_its_name() -> None:
    assert METHODS.keys() - DECLARED.keys() == set()
    assert DECLARED.keys() - METHODS.keys() == ONLY_OURS
    assert (len(DECLARED), len(METHODS)) == (249, 237)


def test_no_difference_is_listed_for_an_operation_that_is_none() -> None:
    assert {name for name, _ in SENT} | PARAMETERS.keys() <= set(BOTH)
    assert {what for _, what in SENT} <= set(GIVEN)


@pytest.mark.parametrize("name", BOTH)
def test_both_take_the_same_parameters_and_require_the_same(name: str) -> None:
    ours, theirs = taken_by_ours(name), taken_by_official(name)
    found = dict.fromkeys(ours.types.keys() - theirs.types, "unknown to the official client")
    found |= dict.fromkeys(theirs.types.keys() - ours.types, "unknown to us")
    found |= dict.fromkeys(ours.required - theirs.required, "required by us alone")
    found |= dict.fromkeys(theirs.required - ours.required, "required by the official client alone")
    assert found == PARAMETERS.get(name, {})


@pytest.mark.parametrize("name", BOTH)
def test_both_give_a_list_or_both_give_one_thing(name: str) -> None:
    theirs = inspect.signature(METHODS[name]).return_annotation
    fields = getattr(theirs, "model_fields", {})
    is_list = get_origin(theirs) is list or not fields.keys().isdisjoint({"data", "m2m_tokens"})
    assert (get_origin(DECLARED[name].declared.return_annotation) is Page) == is_list


@pytest.mark.parametrize("what", GIVEN)
@pytest.mark.parametrize("name", BOTH)
def test_both_send_the_same_except_what_is_listed(name: str, what: str) -> None:
    assert difference(name, what) == SENT.get((name, what), {})


def test_both_authenticate_alike_and_each_names_the_version_it_was_made_for() -> None:
    ours, theirs = sent_by_ours("users.count", {}), sent_by_official("users.count", {})
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
def test_an_identifier_that_names_another_resource_does_so_with_the_official_client_alone(
    identifier: str, sent: str
) -> None:
    assert sent_by_official("users.delete", {"user_id": identifier}).path == sent
    assert sent_by_ours("users.delete", {"user_id": identifier}).path.count("/") == 3
