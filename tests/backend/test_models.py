from __future__ import annotations

import copy
import json
import pickle
from dataclasses import is_dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from clerk_core.backend.models import EmailAddress, Resource, Session, User

SECRET = "s3cr3t"


def document(**over: object) -> dict[str, object]:
    return {
        "object": "user",
        "id": "user_1",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "username": "ada",
        "image_url": "https://img.example/ada",
        "external_id": "7",
        "primary_email_address_id": "idn_2",
        "email_addresses": [
            {"id": "idn_1", "email_address": "old@example.com", "verification": {"object": "new"}},
            {"id": "idn_2", "email_address": "ada@example.com", "verification": None},
        ],
        "public_metadata": {"plan": {"name": "gold"}},
        "private_metadata": {"card": SECRET},
        "unsafe_metadata": {"theme": "dark"},
        "banned": True,
        "created_at": 1_700_000_000_000,
        "updated_at": 1_700_000_000_001,
        "password_enabled": SECRET,
        **over,
    }


USER = User(document())


def test_a_user_is_read_by_name() -> None:
    assert USER.id == "user_1"
    assert (USER.first_name, USER.last_name, USER.username) == ("Ada", "Lovelace", "ada")
    assert (USER.image_url, USER.external_id) == ("https://img.example/ada", "7")
    assert [one.email_address for one in USER.email_addresses] == [
        "old@example.com",
        "ada@example.com",
    ]
    assert USER.primary_email_address == EmailAddress(document()["email_addresses"][1])  # type: ignore[index]
    assert USER.public_metadata == {"plan": {"name": "gold"}}
    assert USER.private_metadata == {"card": SECRET}
    assert USER.unsafe_metadata == {"theme": "dark"}
    assert USER.banned is True
    assert (USER.created_at, USER.updated_at) == (1_700_000_000_000, 1_700_000_000_001)


def test_a_session_is_read_by_name() -> None:
    session = Session({"id": "sess_1", "user_id": "user_1", "status": "a-new-status"})
    assert (session.id, session.user_id, session.status) == ("sess_1", "user_1", "a-new-status")
    assert (Session({}).user_id, Session({}).status) == (None, None)


@pytest.mark.parametrize("nothing", [None, [], "user", 1, True, {}])
def test_an_answer_that_is_no_user_reads_as_an_empty_one(nothing: object) -> None:
    user = User(nothing)
    assert user.id == ""
    assert (user.first_name, user.created_at, user.primary_email_address) == (None, None, None)
    assert user.email_addresses == ()
    assert user.public_metadata == user.private_metadata == user.unsafe_metadata == {}
    assert user.banned is False
    assert user.raw == {}


def properties(kind: type[Resource]) -> list[str]:
    return [name for name in dir(kind) if isinstance(getattr(kind, name), property)]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@bounded(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(document())), json_values, max_size=6))
def test_no_answer_is_refused_whatever_its_fields_hold(over: dict[str, object]) -> None:
    for kind in (User, EmailAddress, Session):
        resource = kind(document(**over))
        for name in properties(kind):
            getattr(resource, name)
        assert resource.raw == document(**over)
    json.dumps(User(document(**over)).to_public_dict())


def test_fields_of_another_type_than_promised_read_as_none() -> None:
    user = User(
        document(first_name=1, created_at="1", banned="yes", public_metadata=[], updated_at=True)
    )
    assert (user.first_name, user.created_at, user.updated_at) == (None, None, None)
    assert user.banned is False
    assert user.public_metadata == {}
    assert User(document(email_addresses={"id": 1})).email_addresses == ()
    assert [one.id for one in User(document(email_addresses=[1, None])).email_addresses] == ["", ""]


def test_without_a_primary_address_there_is_none() -> None:
    for missing in (None, "idn_3", 2):
        assert User(document(primary_email_address_id=missing)).primary_email_address is None


def test_a_new_field_is_in_raw() -> None:
    assert User(document(a_new_field=[1])).raw["a_new_field"] == [1]


def test_what_is_read_is_a_copy() -> None:
    user = User(document())
    user.raw["id"] = "changed"
    user.raw["public_metadata"]["plan"] = "changed"  # type: ignore[index]
    user.public_metadata["plan"]["name"] = "changed"  # type: ignore[index]
    user.to_public_dict()["public_metadata"]["plan"]["name"] = "changed"  # type: ignore[index]
    assert user == USER


# What a browser may see


def test_the_public_dict_holds_what_a_browser_may_see_and_nothing_else() -> None:
    assert USER.to_public_dict() == {
        "id": "user_1",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "username": "ada",
        "image_url": "https://img.example/ada",
        "primary_email_address": "ada@example.com",
        "public_metadata": {"plan": {"name": "gold"}},
    }
    assert User({}).to_public_dict()["primary_email_address"] is None


def test_fields_that_clerk_adds_stay_out_of_the_public_dict() -> None:
    user = User(document(secret_metadata={"x": SECRET}, totp_secret=SECRET, backup_codes=[SECRET]))
    assert SECRET not in json.dumps(user.to_public_dict())


def test_a_user_is_not_turned_into_json_by_accident() -> None:
    loose: Any = USER
    with pytest.raises(TypeError):
        json.dumps(loose)
    with pytest.raises(TypeError):
        vars(loose)
    with pytest.raises(TypeError):
        dict(loose)
    with pytest.raises(TypeError):
        iter(loose)
    assert not is_dataclass(loose)
    for method in ("__json__", "to_dict", "dict", "model_dump", "_asdict", "__html__", "asdict"):
        assert not hasattr(loose, method)


@pytest.mark.parametrize(
    ("resource", "shown"),
    [
        (USER, "User(id='user_1')"),
        (EmailAddress({"id": "idn_1", "email_address": SECRET}), "EmailAddress(id='idn_1')"),
        (Session({"id": "sess_1", "latest_activity": SECRET}), "Session(id='sess_1')"),
    ],
)
def test_no_repr_shows_more_than_an_identifier(resource: Resource, shown: str) -> None:
    assert repr(resource) == str(resource) == f"{resource}" == shown
    assert repr([resource]) == f"[{shown}]"


def test_resources_are_values() -> None:
    same = User(document())
    assert same == USER
    assert hash(same) == hash(USER)
    assert User(document(first_name="Grace")) != USER
    assert Session({"id": "1"}) != User({"id": "1"})
    assert USER != "user_1"
    assert pickle.loads(pickle.dumps(USER)) == USER
    assert copy.deepcopy(USER) == USER


def test_resources_cannot_be_written_to() -> None:
    with pytest.raises(AttributeError):
        USER.first_name = "Grace"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        USER.nickname = "Countess"  # type: ignore[attr-defined]
