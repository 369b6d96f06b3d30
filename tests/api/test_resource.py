from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core.models import (
    APIKey,
    EmailAddress,
    Machine,
    Organization,
    Session,
    User,
    Verification,
)
from clerk_core.models._resource import Resource
from tests.sample import examples

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
            {"id": "idn_1", "email_address": "old@example.com", "verification": {"status": "new"}},
            {"id": "idn_2", "email_address": "ada@example.com", "verification": None},
        ],
        "public_metadata": {"plan": {"name": "gold"}},
        "private_metadata": {"card": SECRET},
        "unsafe_metadata": {"theme": "dark"},
        "banned": True,
        "created_at": 1_700_690_400_000,
        **over,
    }


USER = User(document())


# Fields


def test_fields_are_attributes() -> None:
    assert (USER.id, USER.object) == ("user_1", "user")
    assert (USER.first_name, USER.last_name, USER.username) == ("Ada", "Lovelace", "ada")
    assert (USER.banned, USER.created_at) == (True, 1_700_690_400_000)
    assert USER.private_metadata == {"card": SECRET}


def test_missing_or_null_field_is_none() -> None:
    for user in (User({}), User(dict.fromkeys(document()))):
        assert user.id == ""
        assert (user.first_name, user.created_at, user.banned, user.scim) == (None,) * 4
        assert user.email_addresses == ()
        assert user.public_metadata == user.private_metadata == user.unsafe_metadata == {}
        assert user.primary_email_address is None


@pytest.mark.parametrize("nothing", [None, [], "user", 1, True, 1.5])
def test_json_of_another_type_is_an_empty_resource(nothing: object) -> None:
    user = User(nothing)
    assert (user.id, user.first_name, user.email_addresses, user.raw) == ("", None, (), {})


def test_field_of_the_wrong_type_is_none() -> None:
    user = User(document(id=7, first_name=1, created_at="1", banned="yes", public_metadata=[1]))
    assert user.id == ""
    assert (user.first_name, user.created_at, user.banned) == (None, None, None)
    assert user.public_metadata == {}
    assert User(document(email_addresses={"id": "idn_1"})).email_addresses == ()
    assert User(document(scim=[1])).scim is None


def test_booleans_and_numbers_are_distinguished() -> None:
    user = User(document(created_at=True, banned=1))
    assert (user.created_at, user.banned) == (None, None)
    key = APIKey({"expiration": True, "created_at": 5, "updated_at": 1.5})
    assert (key.expiration, key.created_at, key.updated_at) == (None, 5.0, 1.5)
    assert type(key.created_at) is float


def test_number_too_large_for_a_float_is_none() -> None:
    assert APIKey({"expiration": 10**400}).expiration is None


def test_unknown_enum_value_is_kept() -> None:
    assert Session({"status": "a-status-of-2031"}).status == "a-status-of-2031"
    address = EmailAddress({"verification": {"object": "verification_of_2031", "status": "odd"}})
    assert address.verification is not None
    assert (address.verification.object, address.verification.status) == (
        "verification_of_2031",
        "odd",
    )


def test_unknown_field_is_in_raw() -> None:
    user = User(document(a_new_field=[1]))
    assert user.raw["a_new_field"] == [1]
    with pytest.raises(AttributeError, match="User has no field 'a_new_field'; see raw"):
        user.a_new_field  # type: ignore[attr-defined]  # noqa: B018


def test_nested_objects_are_resources() -> None:
    first, second = USER.email_addresses
    assert (type(first), first.id, first.email_address) == (
        EmailAddress,
        "idn_1",
        "old@example.com",
    )
    assert first.verification == Verification({"status": "new"})
    assert second.verification is None


def test_resource_may_contain_its_own_type() -> None:
    machine = Machine({"id": "a", "scoped_machines": [{"id": "b", "scoped_machines": [{}]}]})
    (inner,) = machine.scoped_machines
    assert (type(inner), inner.id, len(inner.scoped_machines)) == (Machine, "b", 1)


def test_invalid_list_entry_is_skipped() -> None:
    user = User(document(email_addresses=[{"id": "idn_1"}, None, 7, [], "x"]))
    assert [one.id for one in user.email_addresses] == ["idn_1"]
    assert APIKey({"scopes": ["read", None, 7, "write"]}).scopes == ("read", "write")


def test_untyped_field_keeps_any_json() -> None:
    for value in ([1, {"a": None}], {"a": 1}, "text", 7, False, None):
        assert APIKey({"claims": value}).claims == value
    assert APIKey({}).claims is None


def test_fields_return_copies() -> None:
    user = User(document())
    user.raw["id"] = "changed"
    user.raw["public_metadata"]["plan"] = "changed"  # type: ignore[index]
    user.public_metadata["plan"]["name"] = "changed"  # type: ignore[index]
    user.to_public_dict()["public_metadata"]["plan"]["name"] = "changed"  # type: ignore[index]
    assert user == USER
    key = APIKey({"claims": {"a": [1]}})
    key.claims["a"].append(2)  # type: ignore[index]
    assert key.claims == {"a": [1]}


def test_primary_email_address_is_found_by_its_id() -> None:
    assert USER.primary_email_address == USER.email_addresses[1]
    for missing in (None, "idn_3", 2, ""):
        assert User(document(primary_email_address_id=missing)).primary_email_address is None


# Comparing, copying, pickling


def test_resources_are_compared_and_hashed_by_value() -> None:
    same = User(document())
    assert same == USER
    assert hash(same) == hash(USER)
    assert len({same, USER}) == 1
    assert User(document(first_name="Grace")) != USER
    assert Session({"id": "1"}) != User({"id": "1"})
    assert USER != "user_1"
    assert document() != USER


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_resources_cannot_be_pickled(protocol: int) -> None:
    for resource in (USER, USER.email_addresses, [USER]):
        with pytest.raises(TypeError, match=r"cannot pickle or copy '(User|EmailAddress)' object"):
            pickle.dumps(resource, protocol)


def test_resources_can_be_copied() -> None:
    for other in (copy.copy(USER), copy.deepcopy(USER)):
        assert other == USER
        assert type(other) is User


def test_resources_are_immutable() -> None:
    with pytest.raises(AttributeError, match="cannot be changed"):
        USER.first_name = "Grace"
    with pytest.raises(AttributeError, match="cannot be changed"):
        USER.nickname = "Countess"
    with pytest.raises(AttributeError):
        USER.id = "user_2"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del USER.first_name
    with pytest.raises(AttributeError, match="cannot be changed"):
        del USER._fields
    assert document() == USER.raw


def test_unknown_field_raises_attribute_error_without_values() -> None:
    with pytest.raises(AttributeError) as caught:
        USER.frist_name  # type: ignore[attr-defined]  # noqa: B018
    assert str(caught.value) == "User has no field 'frist_name'; see raw for others"
    assert not hasattr(USER, "card")
    assert getattr(USER, "email", None) is None


def test_dir_lists_the_fields() -> None:
    named = dir(USER)
    assert {"id", "first_name", "email_addresses", "raw", "at", "to_public_dict"} <= set(named)
    assert named == sorted(named)


# Exposure of private fields


def test_public_dict_of_a_user_has_only_public_fields() -> None:
    assert USER.to_public_dict() == {
        "id": "user_1",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "full_name": "Ada Lovelace",
        "username": "ada",
        "image_url": "https://img.example/ada",
        "primary_email_address": "ada@example.com",
        "public_metadata": {"plan": {"name": "gold"}},
    }
    assert User({}).to_public_dict()["primary_email_address"] is None


def test_full_name_has_the_parts_that_are_known() -> None:
    for first, last, full in (
        ("Ada", "Lovelace", "Ada Lovelace"),
        ("Ada", None, "Ada"),
        (None, "Lovelace", "Lovelace"),
        ("", "", None),
        (None, None, None),
    ):
        assert User({"first_name": first, "last_name": last}).full_name == full


def test_primary_phone_number_and_wallet_are_those_with_the_primary_id() -> None:
    user = User(
        {
            "primary_phone_number_id": "idn_2",
            "phone_numbers": [{"id": "idn_1"}, {"id": "idn_2", "phone_number": "+15555550100"}],
            "primary_web3_wallet_id": "idn_3",
            "web3_wallets": [{"id": "idn_3", "web3_wallet": "0x1"}],
        }
    )
    assert user.primary_phone_number is not None
    assert user.primary_phone_number.phone_number == "+15555550100"
    assert user.primary_web3_wallet is not None
    assert user.primary_web3_wallet.web3_wallet == "0x1"
    assert User({}).primary_phone_number is None
    assert User({"phone_numbers": [{"id": ""}]}).primary_phone_number is None


def test_public_dict_of_an_organization_has_only_public_fields() -> None:
    organization = Organization(
        {
            "id": "org_1",
            "name": "Analytical Engines",
            "slug": "engines",
            "image_url": "https://img.example/engines",
            "public_metadata": {"plan": "gold"},
            "private_metadata": {"card": SECRET},
            "created_by": "user_1",
        }
    )
    assert organization.to_public_dict() == {
        "id": "org_1",
        "name": "Analytical Engines",
        "slug": "engines",
        "image_url": "https://img.example/engines",
        "public_metadata": {"plan": "gold"},
    }


def test_unknown_fields_are_not_in_the_public_dict() -> None:
    user = User(document(secret_metadata={"x": SECRET}, totp_secret=SECRET, backup_codes=[SECRET]))
    assert SECRET not in json.dumps(user.to_public_dict())


@pytest.mark.parametrize(
    ("resource", "shown"),
    [
        (USER, "User(id='user_1')"),
        (EmailAddress({"id": "idn_1", "email_address": SECRET}), "EmailAddress(id='idn_1')"),
        (Session({"id": "sess_1", "latest_activity": SECRET}), "Session(id='sess_1')"),
        (APIKey({"secret": SECRET}), "APIKey(id='')"),
        (Verification({"nonce": SECRET}), "Verification(id='')"),
    ],
)
def test_repr_shows_only_the_identifier(resource: Resource, shown: str) -> None:
    assert repr(resource) == str(resource) == f"{resource}" == f"{resource!s:s}" == shown
    assert repr([resource]) == f"[{shown}]"


def test_resource_cannot_be_encoded_as_json() -> None:
    loose: Any = USER
    turns: list[Any] = [json.dumps, vars, dict, iter, list, len, dataclasses.asdict]
    for turn in turns:
        with pytest.raises(TypeError):
            turn(loose)
    with pytest.raises(TypeError):
        json.dumps({"user": loose})
    assert not dataclasses.is_dataclass(loose)
    assert not hasattr(loose, "__dict__")
    for name in ("__json__", "to_dict", "dict", "json", "model_dump", "_asdict", "__html__"):
        assert not hasattr(loose, name)


def test_default_functions_of_json_reveal_no_private_metadata() -> None:
    def attributes(value: object) -> object:
        return getattr(value, "__dict__", {})

    assert SECRET not in json.dumps({"user": USER}, default=attributes)
    assert SECRET not in json.dumps({"user": USER}, default=str)
    assert SECRET not in json.dumps({"user": USER}, default=repr)


def test_framework_encoders_reject_resources() -> None:
    flask_json = pytest.importorskip("flask.json.provider")
    encoders = pytest.importorskip("fastapi.encoders")
    with pytest.raises(TypeError):
        flask_json.DefaultJSONProvider.default(USER)
    with pytest.raises(ValueError, match="not iterable"):
        encoders.jsonable_encoder(USER)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@examples(150)
@given(st.dictionaries(st.sampled_from(sorted(document())), json_values, max_size=6))
def test_public_dict_of_any_document_is_json(over: dict[str, object]) -> None:
    user = User(document(**over))
    assert user.raw == document(**over)
    assert set(json.loads(json.dumps(user.to_public_dict()))) == set(USER.to_public_dict())
