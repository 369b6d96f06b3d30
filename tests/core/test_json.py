from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core import _json as json_module
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


def depth_of(value: Any) -> int:
    """Return how many lists or objects are nested."""
    count = 0
    while value:
        count += 1
        (value,) = value.values() if isinstance(value, dict) else value
    return count + (value is not None)


def test_document_at_the_depth_limit_is_read_completely() -> None:
    assert load_json(nested(MAX_LEVELS)) == json.loads(nested(MAX_LEVELS))


@pytest.mark.parametrize("levels", [MAX_LEVELS + 1, *DEEP[2:]])
@pytest.mark.parametrize("pair", [("[", "]"), ('{"[":', "}"), ('[{"\\"": ', " }]")])
def test_deeper_levels_become_none(levels: int, pair: tuple[str, str]) -> None:
    text = pair[0] * levels + "[]" + pair[1] * levels
    assert depth_of(load_json(text)) == MAX_LEVELS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-be"])
def test_rest_of_a_deep_document_is_read(encoding: str) -> None:
    text = f'{{"a": [{nested(50_000)}, "]ö\\"["], "b": {{"c": 1}}}}'
    read: Any = load_json(text.encode(encoding))
    assert read["a"][1] == ']ö"['
    assert read["b"] == {"c": 1}


@pytest.mark.parametrize(
    "text", ["[" * 50_000, nested(50_000) + "]", nested(50_000, '{"'), '["' + nested(50_000), "{"]
)
def test_invalid_json_raises_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_json(text)


@examples(200)
@given(JSON)
def test_both_parsers_agree(document: object) -> None:
    text = json.dumps(document)
    assert json.loads(json_module._without_deep_levels(text)) == document
    assert load_json(text) == document


def user_list(metadata: str) -> bytes:
    users = (
        f'{{"id": "user_{number}", "unsafe_metadata": {{"x": {value}}}}}'
        for number, value in enumerate([metadata, "1"])
    )
    return f"[{','.join(users)}]".encode()


@pytest.mark.parametrize("levels", DEEP)
def test_page_with_deeply_nested_metadata_is_read(levels: int) -> None:
    api = Api(HttpResponse(200, content=user_list(nested(levels))))
    page = Users(api.sync_mode).list()
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
def test_user_with_deeply_nested_metadata_can_be_used(
    levels: int, use: Callable[[User], object]
) -> None:
    api = Api(HttpResponse(200, content=user_list(nested(levels))))
    use(Users(api.sync_mode).list()[0])


@pytest.mark.parametrize("levels", DEEP)
def test_all_pages_are_iterated_despite_deeply_nested_metadata(levels: int) -> None:
    api = Api(by=lambda request: HttpResponse(200, content=user_list(nested(levels))))
    users = Users(api.sync_mode).iterate(limit=2)
    assert [user.id for user in users] == ["user_0", "user_1"]


@pytest.mark.parametrize("levels", DEEP)
def test_deeply_nested_webhook_is_read(levels: int) -> None:
    data = f'{{"id": "user_1", "unsafe_metadata": {nested(levels)}}}'
    body = f'{{"type": "user.updated", "data": {data}}}'.encode()
    event = read_webhook(headers(body), body, SECRET, NOW)
    assert event.data["id"] == "user_1"
    assert event.data == copy.deepcopy(event.data)


def test_deep_json_is_read_in_a_deep_call_stack() -> None:
    def call(frames: int) -> object:
        return call(frames - 1) if frames else load_json(nested(900))

    assert depth_of(call(sys.getrecursionlimit() // 2)) == MAX_LEVELS
