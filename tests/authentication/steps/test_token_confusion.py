"""Tokens of the same key that are no session tokens: nobody is signed in by one."""

from __future__ import annotations

import json

import pytest

from clerk_core import SignedIn, SignedOut
from tests.authentication.steps.support import bearing, browser_cookies, decided, page, signed
from tests.support import ABSENT, KID, NOW, SESSION_CATEGORY, mint, session_claims, sign

OTHER_KINDS = {
    "an M2M token by its subject": mint({"sub": "mch_1"}),
    "an M2M token by its subject alone": mint({"sub": "mch_1"}, {"cat": ABSENT}),
    "an M2M token by its category": mint(header={"cat": "cl_B7d4PD333AAA"}),
    "a JWT template's token": mint(header={"cat": "cl_B7d4PD222AAA"}),
    "a token of a category yet unknown": mint(header={"cat": "cl_new"}),
    "a category that is null": mint(header={"cat": None}),
    "a category that is a list": mint(header={"cat": [SESSION_CATEGORY]}),
    "an OAuth access token": mint(header={"typ": "at+jwt", "cat": ABSENT}),
    "an OAuth access token in full": mint(header={"typ": "application/at+jwt"}),
}

MALFORMED = {
    "no exp": {"exp": ABSENT},
    "exp null": {"exp": None},
    "exp as text": {"exp": str(int(NOW) + 50)},
    "exp true": {"exp": True},
    "exp a list": {"exp": [NOW + 50]},
    "no sub": {"sub": ABSENT},
    "sub null": {"sub": None},
    "sub a number": {"sub": 7},
    "sub a list": {"sub": ["user_1"]},
    "sub an object": {"sub": {"id": "user_1"}},
    "iat as text": {"iat": "1"},
    "iat null": {"iat": None},
    "iat true": {"iat": True},
    "nbf as text": {"nbf": "1"},
    "nbf null": {"nbf": None},
    "nbf an object": {"nbf": {}},
}


@pytest.mark.parametrize("token", OTHER_KINDS.values(), ids=OTHER_KINDS)
def test_another_kind_of_token_in_the_header_is_a_mismatch(token: str) -> None:
    state = decided(bearing(f"Bearer {token}"))
    assert isinstance(state, SignedOut)
    assert state.reason == "token-type-mismatch"


@pytest.mark.parametrize("token", OTHER_KINDS.values(), ids=OTHER_KINDS)
def test_another_kind_of_token_in_the_cookie_is_a_mismatch(token: str) -> None:
    state = decided(page("/", browser_cookies(token)))
    assert isinstance(state, SignedOut)
    assert state.reason == "token-type-mismatch"
    assert state.redirect is None


@pytest.mark.parametrize("claims", MALFORMED.values(), ids=MALFORMED)
def test_a_signed_token_with_malformed_claims_signs_nobody_in(claims: dict[str, object]) -> None:
    for request in (bearing(mint(claims)), page("/", browser_cookies(mint(claims)))):
        state = decided(request)
        assert not isinstance(state, SignedIn)
        assert state.auth("session_token").user_id is None


@pytest.mark.parametrize("claims", MALFORMED.values(), ids=MALFORMED)
def test_malformed_claims_in_the_header_have_a_reason(claims: dict[str, object]) -> None:
    assert decided(bearing(mint(claims))).reason == "token-verification-failed"


@pytest.mark.parametrize("typ", [ABSENT, "JWT"])
@pytest.mark.parametrize("cat", [ABSENT, SESSION_CATEGORY, "cl_I7d4PD111III"])
def test_every_spelling_of_a_session_token_signs_in(typ: object, cat: object) -> None:
    assert isinstance(decided(bearing(mint(header={"typ": typ, "cat": cat}))), SignedIn)


@pytest.mark.parametrize("typ", ["AT+JWT", "jwt+at", "", 7, None, ["JWT"]])
def test_every_other_type_signs_nobody_in(typ: object) -> None:
    assert isinstance(decided(bearing(mint(header={"typ": typ}))), SignedOut)


def test_a_handshake_is_no_session_token() -> None:
    assert isinstance(decided(bearing(signed({"handshake": []}))), SignedOut)


def test_an_expiry_beyond_all_numbers_signs_nobody_in() -> None:
    header = json.dumps({"alg": "RS256", "kid": KID})
    for number in ("1e999", "9" * 5000, "NaN", "Infinity"):
        claims = json.dumps(session_claims({"exp": "@"})).replace('"@"', number)
        assert isinstance(decided(bearing(sign(header, claims))), SignedOut)


def test_a_claim_that_stands_twice_signs_nobody_in() -> None:
    header = json.dumps({"alg": "RS256", "kid": KID})
    claims = json.dumps(session_claims())[:-1] + ', "sub": "user_2"}'
    state = decided(bearing(sign(header, claims)))
    assert state.reason == "token-invalid"


@pytest.mark.parametrize(
    "prefix", ["ak_", "mt_", "oat_"], ids=["an API key", "an M2M token", "an OAuth access token"]
)
def test_an_opaque_machine_token_signs_nobody_in(prefix: str) -> None:
    state = decided(bearing(f"Bearer {prefix}0123456789abcdef"))
    assert isinstance(state, SignedOut)
    assert state.reason == "token-type-mismatch"
