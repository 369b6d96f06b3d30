"""has(): every question, answered with no wherever a yes is not certain."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from clerk_core import Reverification
from clerk_core._authentication.result.authorization import (
    Entitlements,
    is_authorized,
    permissions_of,
    split_by_scope,
)
from tests.authentication.result.support import auth_of, signed_out

MEMBER = {
    "fea": "o:reports,u:chat,uo:search",
    "pla": "o:team,u:pro",
    "o": {"id": "org_1", "slg": "acme", "rol": "admin", "per": "read,write", "fpm": "1,2"},
    "fva": [5, 5],
}
NOT_A_QUESTION: list[Any] = [None, True, 0, 7, 1.5, b"org:admin", ["org:admin"], {"x": 1}, ...]


def has(claims: Mapping[str, object], **question: Any) -> bool:
    return auth_of(claims).has(**question)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ({"role": "org:admin"}, True),
        ({"role": "admin"}, True),
        ({"role": "org:org:admin"}, True),
        ({"role": "org:member"}, False),
        ({"role": "Admin"}, False),
        ({"role": "org:admin "}, False),
        ({"role": ""}, False),
        ({"permission": "org:reports:read"}, True),
        ({"permission": "reports:read"}, True),
        ({"permission": "org:reports:write"}, False),
        ({"permission": "org:search:write"}, True),
        ({"permission": "org:chat:read"}, False),
        ({"permission": "org:reports"}, False),
        ({"permission": ""}, False),
        ({"feature": "reports"}, True),
        ({"feature": "chat"}, True),
        ({"feature": "search"}, True),
        ({"feature": "other"}, False),
        ({"feature": ""}, False),
        ({"feature": "o:reports"}, True),
        ({"feature": "org:reports"}, True),
        ({"feature": "organization:reports"}, True),
        ({"feature": "u:reports"}, False),
        ({"feature": "user:chat"}, True),
        ({"feature": "u:chat"}, True),
        ({"feature": "org:chat"}, False),
        ({"feature": "org:search"}, True),
        ({"feature": "user:search"}, True),
        ({"feature": "team:reports"}, False),
        ({"feature": ":reports"}, False),
        ({"feature": "uo:search"}, False),
        ({"plan": "team"}, True),
        ({"plan": "pro"}, True),
        ({"plan": "user:pro"}, True),
        ({"plan": "org:pro"}, False),
        ({"plan": "reports"}, False),
        ({"reverification": "strict"}, True),
        ({"reverification": Reverification("first_factor", 5)}, False),
        ({"role": "admin", "permission": "reports:read"}, True),
        ({"role": "admin", "permission": "reports:write"}, False),
        ({"role": "member", "permission": "reports:read"}, False),
        ({"role": "admin", "feature": "reports", "plan": "team", "reverification": "lax"}, True),
        ({"role": "admin", "feature": "reports", "plan": "gold", "reverification": "lax"}, False),
        ({"role": "admin", "feature": "other", "plan": "team", "reverification": "lax"}, False),
        ({}, False),
    ],
)
def test_every_part_of_a_question_is_answered(question: dict[str, Any], answer: bool) -> None:
    assert has(MEMBER, **question) is answer


@pytest.mark.parametrize("who", [signed_out(), auth_of(MEMBER)], ids=["nobody", "somebody"])
@pytest.mark.parametrize("asked", NOT_A_QUESTION, ids=repr)
@pytest.mark.parametrize("part", ["role", "permission", "feature", "plan"])
def test_a_part_that_is_no_string_is_an_error_whoever_asks(
    part: str, asked: object, who: Any
) -> None:
    auth = who.auth("session_token") if hasattr(who, "auth") else who
    kind = type(asked).__name__

    with pytest.raises(TypeError) as raised:
        auth.has(**{part: asked})

    assert str(raised.value) == f"has() argument {part!r} must be str, not {kind}"


@pytest.mark.parametrize(
    ("slip", "hint"),
    [
        ({"roles": "admin", "role": "admin"}, "'roles'. Did you mean 'role'?"),
        ({"permissions": "x"}, "'permissions'. Did you mean 'permission'?"),
        (
            {"org": "acme"},
            "'org'. There are: role, permission, feature, plan, reverification.",
        ),
    ],
)
def test_an_unknown_part_is_an_error_that_names_the_nearest(slip: Any, hint: str) -> None:
    for auth in (auth_of(MEMBER), signed_out().auth("session_token")):
        with pytest.raises(TypeError) as raised:
            auth.has(**slip)

        assert str(raised.value) == f"has() got an unexpected keyword argument {hint}"


def test_nobody_has_anything() -> None:
    questions: list[dict[str, Any]] = [{}, {"role": "admin"}, {"reverification": "lax"}]
    for question in questions:
        assert signed_out().auth("session_token").has(**question) is False


def test_without_an_organization_there_is_no_role_and_no_permission() -> None:
    nowhere = {**MEMBER, "o": {"rol": "admin", "per": "read", "fpm": "1"}}
    assert not has(nowhere, role="admin")
    assert not has(nowhere, permission="reports:read")
    version_1 = {"v": 1, "org_role": "org:admin", "org_permissions": ["org:a:b"]}
    assert not has(version_1, role="admin")
    assert not has(version_1, permission="a:b")
    assert has({**version_1, "org_id": "org_1"}, role="admin", permission="a:b")


def test_an_organization_without_a_role_answers_no() -> None:
    assert not has({"o": {"id": "org_1"}}, role="")
    assert not has({"o": {"id": "org_1", "rol": ""}}, role="org:")


@pytest.mark.parametrize(
    "claim",
    [None, "", 3, True, [], ["o:reports"], {"o": "reports"}, "reports", "o:reports,chat", ","],
)
def test_features_and_plans_that_are_malformed_answer_no(claim: object) -> None:
    assert not has({"fea": claim}, feature="reports")
    assert not has({"fea": claim}, feature="org:reports")
    assert not has({"pla": claim}, plan="reports")


def test_features_of_a_scope_yet_unknown_are_passed_over() -> None:
    assert has({"fea": "x:new, o:reports"}, feature="reports")
    assert not has({"fea": "x:new, o:reports"}, feature="new")


def test_a_feature_may_hold_a_colon_in_the_claim() -> None:
    assert split_by_scope("o:a:b").organization == ["a:b"]
    assert split_by_scope(" u:a , ou:b ") == (["b"], ["a", "b"])


def test_permissions_need_both_of_their_claims() -> None:
    for per, fpm in ((None, "1"), ("a", None), (7, "1"), ("a", 1), ("", ""), ("a", [1])):
        assert permissions_of(["reports"], per, fpm) == ()


FRESH, STALE, NONE = 9, 61 * 24, -1


@pytest.mark.parametrize("preset", ["strict_mfa", "strict", "moderate", "lax"])
@pytest.mark.parametrize(
    ("ages", "first", "second", "multi"),
    [
        ([FRESH, FRESH], True, True, True),
        ([FRESH, STALE], True, False, False),
        ([STALE, FRESH], False, True, False),
        ([STALE, STALE], False, False, False),
        ([FRESH, NONE], True, True, True),
        ([STALE, NONE], False, False, False),
        ([NONE, FRESH], False, True, False),
        ([NONE, STALE], False, False, False),
        ([NONE, NONE], False, False, False),
    ],
)
def test_the_levels_of_reverification(
    preset: Any, ages: list[int], first: bool, second: bool, multi: bool
) -> None:
    claims: dict[str, object] = {"fva": ages}
    assert has(claims, reverification=Reverification("first_factor", 10)) is first
    assert has(claims, reverification=Reverification("second_factor", 10)) is second
    assert has(claims, reverification=Reverification("multi_factor", 10)) is multi
    assert has(claims, reverification=preset) is (multi if preset == "strict_mfa" else second)


@pytest.mark.parametrize(
    ("preset", "minutes"), [("strict_mfa", 10), ("strict", 10), ("moderate", 60), ("lax", 1440)]
)
def test_a_preset_ends_at_its_minute(preset: Any, minutes: int) -> None:
    assert has({"fva": [minutes - 1, minutes - 1]}, reverification=preset)
    assert has({"fva": [minutes - 0.5, minutes - 0.5]}, reverification=preset)
    assert not has({"fva": [minutes, minutes]}, reverification=preset)


LEVELS = ("first_factor", "second_factor", "multi_factor")


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_and_minutes_may_be_a_tuple_or_a_mapping(level: Any) -> None:
    for minutes, answer in ((10, True), (9, False)):
        for asked in (
            (level, minutes),
            {"level": level, "after_minutes": minutes},
            {"level": level, "afterMinutes": minutes},
            MappingProxyType({"level": level, "after_minutes": minutes}),
            Reverification(level, minutes),
        ):
            assert has({"fva": [9, 9]}, reverification=asked) is answer


@pytest.mark.parametrize(
    "asked",
    [
        *(None, True, 0, 10, 1.5, b"strict", ..., [], {}, ()),
        *("", "Strict", "stirct", "first_factor", ["first_factor", 10], ("first_factor",)),
        *(("strict", 10), ("third_factor", 10), (None, 10), ([], 10), (10, "first_factor")),
        *({"level": "first_factor"}, {"after_minutes": 10}, {"level": "x", "after_minutes": 10}),
        {"level": "first_factor", "minutes": 10},
        {"level": "first_factor", "after_minutes": 10, "role": "org:admin"},
        *(
            ("first_factor", minutes)
            for minutes in (0, -1, None, "10", float("nan"), float("inf"), [10], True)
        ),
        Reverification("first_factor", 0),
    ],
    ids=repr,
)
def test_a_malformed_reverification_is_an_error_whoever_asks(asked: Any) -> None:
    for auth in (auth_of({"fva": [0, 0]}), signed_out().auth("session_token")):
        with pytest.raises(TypeError, match=r"has\(\) argument 'reverification' must be one of"):
            auth.has(reverification=asked)


@pytest.mark.parametrize(
    "ages",
    [
        *(None, 5, "5,5", {"0": 5, "1": 5}, [], [5], [5, 5, 5]),
        *([5, None], ["5", 5], [True, False], [[5], [5]]),
        *([-2, 5], [5, -0.5], [float("inf"), 1], [float("nan"), 1]),
    ],
)
def test_ages_that_are_malformed_answer_no(ages: object) -> None:
    auth = auth_of({"fva": ages})
    assert auth.factor_verification_age is None
    assert not auth.has(reverification="lax")


def test_an_instance_that_tells_no_ages_answers_no() -> None:
    grants = Entitlements("org_1", "org:admin", (), None, None, None)
    assert not is_authorized(grants, {"reverification": "lax"})
    assert not is_authorized(grants, {"permission": "a:b"})
    assert not is_authorized(grants, {"feature": "a"})
    assert is_authorized(grants, {"role": "admin"})
