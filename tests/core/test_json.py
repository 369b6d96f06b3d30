from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core import _json as depth
from clerk_core._api.operations.users import Users
from clerk_core._json import MAX_LEVELS, load_json
from clerk_core._messages import HttpResponse
from clerk_core._webhooks import read_webhook
from clerk_core.models import User
from tests.api.api import Api
from tests.core.test_webhooks import SECRET, headers
from tests.sample import examples
from tests.support import NOW

DEEP = [101, 190, 900, 5_000, 50_000]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('ab"\\[]{}'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('ab"\\[]{}'), inner),
)


def nested(levels: int, opening: str = "[", closing: str = "]") -> str:
    return opening * levels + closing * levels


def levels_of(value: Any) -> int:
    """How many lists or objects stand in each other."""
    count = 0
    while value:
        count += 1
        (value,) = value.values() if isinstance(value, dict) else value
    return count + (value is not None)


def test_what_nests_as_deep_as_may_be_is_read_whole() -> None:
    assert load_json(nested(MAX_LEVELS)) == json.loads(nested(MAX_LEVELS))


@pytest.mark.parametrize("levels", [MAX_LEVELS + 1, *DEEP[2:]])
@pytest.mark.parametrize("pair", [("[", "]"), ('{"[":', "}"), ('[{"\\"": ', " }]")])
def test_what_nests_deeper_is_none_there(levels: int, pair: tuple[str, str]) -> None:
    text = pair[0] * levels + "[]" + pair[1] * levels
    assert levels_of(load_json(text)) == MAX_LEVELS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-be"])
def test_the_rest_of_a_document_is_read(encoding: str) -> None:
    text = f'{{"a": [{nested(50_000)}, "]ö\\"["], "b": {{"c": 1}}}}'
    read: Any = load_json(text.encode(encoding))
    assert read["a"][1] == ']ö"['
    assert read["b"] == {"c": 1}


@pytest.mark.parametrize(
    "text", ["[" * 50_000, nested(50_000) + "]", nested(50_000, '{"'), '["' + nested(50_000), "{"]
)
def test_what_is_not_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_json(text)


@examples(200)
@given(JSON)
def test_both_ways_of_reading_read_the_same(document: object) -> None:
    text = json.dumps(document)
    assert json.loads(depth._without_deep_levels(text)) == document
    assert load_json(text) == document


def document_of(metadata: str) -> bytes:
    users = (
        f'{{"id": "user_{number}", "unsafe_metadata": {{"x": {value}}}}}'
        for number, value in enumerate([metadata, "1"])
    )
    return f"[{','.join(users)}]".encode()


@pytest.mark.parametrize("levels", DEEP)
def test_a_page_is_read_whatever_one_user_has_for_metadata(levels: int) -> None:
    api = Api(HttpResponse(200, content=document_of(nested(levels))))
    page = Users(api.sync).list()
    assert [user.id for user in page] == ["user_0", "user_1"]
    assert page[1].unsafe_metadata == {"x": 1}
    if levels < 190:
        assert page[0].unsafe_metadata == {"x": json.loads(nested(levels))}


USES: dict[str, Callable[[User], object]] = {
    "reading": lambda user: (user.raw, user.unsafe_metadata),
    "copying": lambda user: (copy.copy(user), copy.deepcopy(user)),
    "comparing": lambda user: user == copy.deepcopy(user),
    "writing": lambda user: json.dumps(user.to_public_dict()) + json.dumps(user.unsafe_metadata),
    "showing": lambda user: (repr(user), str(user.unsafe_metadata)),
}


@pytest.mark.parametrize("use", USES.values(), ids=list(USES))
@pytest.mark.parametrize("levels", DEEP)
def test_no_use_of_a_user_fails_for_the_depth_of_the_metadata(
    levels: int, use: Callable[[User], object]
) -> None:
    api = Api(HttpResponse(200, content=document_of(nested(levels))))
    use(Users(api.sync).list()[0])


@pytest.mark.parametrize("levels", DEEP)
def test_all_pages_are_walked_whatever_one_user_has_for_metadata(levels: int) -> None:
    api = Api(by=lambda request: HttpResponse(200, content=document_of(nested(levels))))
    users = Users(api.sync).iterate(limit=2)
    assert [user.id for user in users] == ["user_0", "user_1"]


@pytest.mark.parametrize("levels", DEEP)
def test_a_webhook_is_an_event_however_deep_it_nests(levels: int) -> None:
    data = f'{{"id": "user_1", "unsafe_metadata": {nested(levels)}}}'
    body = f'{{"type": "user.updated", "data": {data}}}'.encode()
    event = read_webhook(headers(body), body, SECRET, NOW)
    assert event.data["id"] == "user_1"
    assert event.data == copy.deepcopy(event.data)


def test_a_deep_stack_of_calls_is_no_obstacle() -> None:
    def call(frames: int) -> object:
        return call(frames - 1) if frames else load_json(nested(900))

    assert levels_of(call(sys.getrecursionlimit() // 2)) == MAX_LEVELS
