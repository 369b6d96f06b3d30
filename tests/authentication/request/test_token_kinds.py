from __future__ import annotations

import pytest

from clerk_core._authentication.request.jwt import decode
from clerk_core._authentication.request.token_kinds import (
    AcceptsToken,
    TokenType,
    has_session_category,
    is_accepted,
    is_session_token,
    machine_token_type,
)
from tests.support import ABSENT, mint


@pytest.mark.parametrize("category", ["cl_B7d4PD111AAA", "cl_I7d4PD111III", ABSENT])
def test_session_token_has_a_session_category_or_none(category: object) -> None:
    jwt = decode(mint(header={"cat": category}))
    assert has_session_category(jwt)
    assert is_session_token(jwt)


@pytest.mark.parametrize(
    "category", ["cl_B7d4PD222AAA", "cl_B7d4PD333AAA", "", None, 0, [], ["cl_B7d4PD111AAA"], {}]
)
def test_template_and_machine_tokens_are_not_session_tokens(category: object) -> None:
    jwt = decode(mint(header={"cat": category}))
    assert not has_session_category(jwt)
    assert not is_session_token(jwt)


@pytest.mark.parametrize("kind", ["at+jwt", "application/at+jwt"])
def test_oauth_access_token_is_not_a_session_token(kind: str) -> None:
    assert not is_session_token(decode(mint(header={"typ": kind})))
    assert not is_session_token(decode(mint(header={"typ": kind, "cat": ABSENT})))


def test_machine_subject_is_never_a_session_token() -> None:
    for category in ("cl_B7d4PD111AAA", ABSENT):
        assert not is_session_token(decode(mint({"sub": "mch_1"}, {"cat": category})))


@pytest.mark.parametrize("subject", [ABSENT, None, 1, ["mch_1"]])
def test_invalid_subject_does_not_affect_the_token_type(subject: object) -> None:
    assert is_session_token(decode(mint({"sub": subject})))


@pytest.mark.parametrize("kind", [None, [], {"at+jwt": 1}])
def test_invalid_typ_does_not_crash(kind: object) -> None:
    assert is_session_token(decode(mint(header={"typ": kind})))


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("ak_x", "api_key"),
        ("mt_x", "m2m_token"),
        ("oat_x", "oauth_token"),
        ("ak_", "api_key"),
        ("mt_a.b.c", "m2m_token"),
        (mint({"sub": "mch_1"}), "m2m_token"),
        (mint({"sub": "mch_1"}, {"cat": "cl_B7d4PD222AAA"}), "m2m_token"),
        (mint({"sub": "mch_1"}, {"typ": "at+jwt"}), "m2m_token"),
        (mint(header={"typ": "at+jwt"}), "oauth_token"),
        (mint(header={"typ": "application/at+jwt", "cat": ABSENT}), "oauth_token"),
        (mint(), None),
        (mint(header={"cat": "cl_B7d4PD333AAA"}), None),
        *((text, None) for text in ("", "AK_x", "ak", "xak_1", " ak_x", "sk_test_x", "a.b.c", "é")),
    ],
)
def test_machine_token_is_recognised_by_prefix_or_claims(
    token: str, kind: TokenType | None
) -> None:
    assert machine_token_type(token, decode) == kind


@pytest.mark.parametrize(
    ("kind", "accepts", "expected"),
    [
        ("api_key", "any", True),
        ("session_token", "any", True),
        (None, "any", True),
        ("api_key", "api_key", True),
        ("api_key", "session_token", False),
        (None, "session_token", False),
        ("api_key", ["api_key", "m2m_token"], True),
        ("session_token", ("api_key",), False),
        (None, ["api_key"], False),
        ("session_token", [], False),
    ],
)
def test_token_type_is_accepted_by_name_list_or_any(
    kind: TokenType | None, accepts: AcceptsToken, expected: bool
) -> None:
    assert is_accepted(kind, accepts) is expected
