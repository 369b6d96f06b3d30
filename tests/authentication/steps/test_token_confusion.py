"""Tokens of other types signed by the same key are never accepted as session tokens."""

from __future__ import annotations

import json

import pytest

from clerk_core import SignedIn, SignedOut
from tests.authentication.steps.support import api_request, browser_cookies, page, signed, state_of
from tests.support import ABSENT, KID, NOW, SESSION_CATEGORY, mint, session_claims, sign

OTHER_TOKENS = {
    "an M2M token by its subject": mint({"sub": "mch_1"}),
    "an M2M token by its subject alone": mint({"sub": "mch_1"}, {"cat": ABSENT}),
    "an M2M token by its category": mint(header={"cat": "cl_B7d4PD333AAA"}),
    "a JWT template's token": mint(header={"cat": "cl_B7d4PD222AAA"}),
    "a token of an unknown category": mint(header={"cat": "cl_new"}),
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


@pytest.mark.parametrize("token", OTHER_TOKENS.values(), ids=OTHER_TOKENS)
def test_other_token_type_in_the_header_is_a_mismatch(token: str) -> None:
    state = state_of(api_request(f"Bearer {token}"))
    assert isinstance(state, SignedOut)
    assert state.reason == "token-type-mismatch"


@pytest.mark.parametrize("token", OTHER_TOKENS.values(), ids=OTHER_TOKENS)
def test_other_token_type_in_the_cookie_is_a_mismatch(token: str) -> None:
    state = state_of(page("/", browser_cookies(token)))
    assert isinstance(state, SignedOut)
    assert state.reason == "token-type-mismatch"
    assert state.redirect is None


@pytest.mark.parametrize("claims", MALFORMED.values(), ids=MALFORMED)
def test_signed_token_with_malformed_claims_is_rejected(claims: dict[str, object]) -> None:
    for request in (api_request(mint(claims)), page("/", browser_cookies(mint(claims)))):
        state = state_of(request)
        assert not isinstance(state, SignedIn)
        assert state.auth("session_token").user_id is None


@pytest.mark.parametrize("claims", MALFORMED.values(), ids=MALFORMED)
def test_malformed_claims_in_the_header_have_a_reason(claims: dict[str, object]) -> None:
    assert state_of(api_request(mint(claims))).reason == "token-verification-failed"


@pytest.mark.parametrize("typ", [ABSENT, "JWT"])
@pytest.mark.parametrize("cat", [ABSENT, SESSION_CATEGORY, "cl_I7d4PD111III"])
def test_every_valid_session_token_header_signs_in(typ: object, cat: object) -> None:
    assert isinstance(state_of(api_request(mint(header={"typ": typ, "cat": cat}))), SignedIn)


@pytest.mark.parametrize("typ", ["AT+JWT", "jwt+at", "", 7, None, ["JWT"]])
def test_other_typ_does_not_sign_in(typ: object) -> None:
    assert isinstance(state_of(api_request(mint(header={"typ": typ}))), SignedOut)


def test_handshake_token_is_not_a_session_token() -> None:
    assert isinstance(state_of(api_request(signed({"handshake": []}))), SignedOut)


def test_infinite_or_huge_expiry_is_rejected() -> None:
    header = json.dumps({"alg": "RS256", "kid": KID})
    for number in ("1e999", "9" * 5000, "NaN", "Infinity"):
        claims = json.dumps(session_claims({"exp": "@"})).replace('"@"', number)
        assert isinstance(state_of(api_request(sign(header, claims))), SignedOut)


def test_duplicate_claim_is_rejected() -> None:
    header = json.dumps({"alg": "RS256", "kid": KID})
    claims = json.dumps(session_claims())[:-1] + ', "sub": "user_2"}'
    state = state_of(api_request(sign(header, claims)))
    assert state.reason == "token-invalid"


@pytest.mark.parametrize(
    "prefix", ["ak_", "mt_", "oat_"], ids=["an API key", "an M2M token", "an OAuth access token"]
)
def test_opaque_machine_token_does_not_sign_in(prefix: str) -> None:
    state = state_of(api_request(f"Bearer {prefix}0123456789abcdef"))
    assert isinstance(state, SignedOut)
    assert state.reason == "token-type-mismatch"
