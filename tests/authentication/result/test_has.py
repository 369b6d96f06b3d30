"""`has()`: every kind of requirement; False unless the claims grant it."""

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
NOT_STRINGS: list[Any] = [None, True, 0, 7, 1.5, b"org:admin", ["org:admin"], {"x": 1}, ...]


def has(claims: Mapping[str, object], **requirement: Any) -> bool:
    return auth_of(claims).has(**requirement)


@pytest.mark.parametrize(
    ("requirement", "answer"),
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
def test_every_requirement_is_checked(requirement: dict[str, Any], answer: bool) -> None:
    assert has(MEMBER, **requirement) is answer


@pytest.mark.parametrize("who", [signed_out(), auth_of(MEMBER)], ids=["signed out", "signed in"])
@pytest.mark.parametrize("value", NOT_STRINGS, ids=repr)
@pytest.mark.parametrize("part", ["role", "permission", "feature", "plan"])
def test_non_string_argument_raises_type_error(part: str, value: object, who: Any) -> None:
    auth = who.auth("session_token") if hasattr(who, "auth") else who
    kind = type(value).__name__

    with pytest.raises(TypeError) as raised:
        auth.has(**{part: value})

    assert str(raised.value) == f"has() argument {part!r} must be str, not {kind}"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"roles": "admin", "role": "admin"}, "'roles'. Did you mean 'role'?"),
        ({"permissions": "x"}, "'permissions'. Did you mean 'permission'?"),
        (
            {"org": "acme"},
            "'org'. Use one of role, permission, feature, plan, reverification.",
        ),
    ],
)
def test_unknown_argument_raises_type_error_with_a_suggestion(arguments: Any, hint: str) -> None:
    for auth in (auth_of(MEMBER), signed_out().auth("session_token")):
        with pytest.raises(TypeError) as raised:
            auth.has(**arguments)

        assert str(raised.value) == f"has() got an unexpected keyword argument {hint}"


def test_signed_out_user_has_nothing() -> None:
    requirements: list[dict[str, Any]] = [{}, {"role": "admin"}, {"reverification": "lax"}]
    for requirement in requirements:
        assert signed_out().auth("session_token").has(**requirement) is False


def test_without_an_organization_role_and_permission_are_denied() -> None:
    nowhere = {**MEMBER, "o": {"rol": "admin", "per": "read", "fpm": "1"}}
    assert not has(nowhere, role="admin")
    assert not has(nowhere, permission="reports:read")
    version_1 = {"v": 1, "org_role": "org:admin", "org_permissions": ["org:a:b"]}
    assert not has(version_1, role="admin")
    assert not has(version_1, permission="a:b")
    assert has({**version_1, "org_id": "org_1"}, role="admin", permission="a:b")


def test_organization_without_a_role_is_denied() -> None:
    assert not has({"o": {"id": "org_1"}}, role="")
    assert not has({"o": {"id": "org_1", "rol": ""}}, role="org:")


@pytest.mark.parametrize(
    "claim",
    [None, "", 3, True, [], ["o:reports"], {"o": "reports"}, "reports", "o:reports,chat", ","],
)
def test_malformed_features_and_plans_are_denied(claim: object) -> None:
    assert not has({"fea": claim}, feature="reports")
    assert not has({"fea": claim}, feature="org:reports")
    assert not has({"pla": claim}, plan="reports")


def test_features_of_unknown_scopes_are_ignored() -> None:
    assert has({"fea": "x:new, o:reports"}, feature="reports")
    assert not has({"fea": "x:new, o:reports"}, feature="new")


def test_feature_name_may_contain_a_colon() -> None:
    assert split_by_scope("o:a:b").organization == ["a:b"]
    assert split_by_scope(" u:a , ou:b ") == (["b"], ["a", "b"])


def test_permissions_require_both_claims() -> None:
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
def test_reverification_checks_factor_ages_by_level(
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
def test_reverification_preset_expires_at_its_limit(preset: Any, minutes: int) -> None:
    assert has({"fva": [minutes - 1, minutes - 1]}, reverification=preset)
    assert has({"fva": [minutes - 0.5, minutes - 0.5]}, reverification=preset)
    assert not has({"fva": [minutes, minutes]}, reverification=preset)


LEVELS = ("first_factor", "second_factor", "multi_factor")


@pytest.mark.parametrize("level", LEVELS)
def test_reverification_may_be_a_tuple_or_a_mapping(level: Any) -> None:
    for minutes, answer in ((10, True), (9, False)):
        for value in (
            (level, minutes),
            {"level": level, "after_minutes": minutes},
            {"level": level, "afterMinutes": minutes},
            MappingProxyType({"level": level, "after_minutes": minutes}),
            Reverification(level, minutes),
        ):
            assert has({"fva": [9, 9]}, reverification=value) is answer


@pytest.mark.parametrize(
    "value",
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
def test_malformed_reverification_raises_type_error(value: Any) -> None:
    for auth in (auth_of({"fva": [0, 0]}), signed_out().auth("session_token")):
        with pytest.raises(TypeError, match=r"has\(\) argument 'reverification' must be one of"):
            auth.has(reverification=value)


@pytest.mark.parametrize(
    "ages",
    [
        *(None, 5, "5,5", {"0": 5, "1": 5}, [], [5], [5, 5, 5]),
        *([5, None], ["5", 5], [True, False], [[5], [5]]),
        *([-2, 5], [5, -0.5], [float("inf"), 1], [float("nan"), 1]),
    ],
)
def test_malformed_factor_ages_are_denied(ages: object) -> None:
    auth = auth_of({"fva": ages})
    assert auth.factor_verification_age is None
    assert not auth.has(reverification="lax")


def test_missing_claims_are_denied() -> None:
    grants = Entitlements("org_1", "org:admin", (), None, None, None)
    assert not is_authorized(grants, {"reverification": "lax"})
    assert not is_authorized(grants, {"permission": "a:b"})
    assert not is_authorized(grants, {"feature": "a"})
    assert is_authorized(grants, {"role": "admin"})
