"""A token in the Authorization header: how a mobile app or a script comes."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, SignedIn, SignedOut
from clerk_core._messages import Request
from tests.authentication.steps.support import (
    CLIENT_UAT,
    DEVELOPMENT,
    NAMELESS,
    ORIGIN,
    PRODUCTION,
    asked_for,
    bearing,
    browser_cookies,
    decided,
    header_values,
    page,
    parameters,
    script,
)
from tests.support import NOW, mint, other_rsa_key, settings, tampered

REFUSED = [
    ("token-invalid", "nonsense"),
    ("token-invalid", "a.b.c"),
    ("token-invalid", mint(header={"crit": ["exp"]})),
    ("token-invalid", mint(header={"typ": "other"})),
    ("token-invalid-algorithm", mint(header={"alg": "HS256"})),
    ("token-invalid-algorithm", mint(header={"alg": "none"})),
    ("token-invalid-signature", tampered(mint())),
    ("token-invalid-signature", mint(key=other_rsa_key())),
    ("token-verification-failed", mint(header={"alg": "RS512"})),
    ("session-token-expired-refresh-non-eligible-no-refresh-cookie", mint({"exp": NOW - 6})),
    ("session-token-nbf", mint({"nbf": NOW + 6})),
    ("session-token-iat-in-the-future", mint({"iat": NOW + 6})),
]


def test_a_bearer_token_signs_in() -> None:
    state = decided(bearing(f"Bearer {mint()}"))
    assert isinstance(state, SignedIn)
    assert state.auth("session_token").user_id == "user_1"
    assert state.headers == ()
    assert state.redirect is None


@pytest.mark.parametrize("name", ["authorization", "Authorization", "AUTHORIZATION"])
def test_the_header_is_found_whatever_its_case(name: str) -> None:
    assert isinstance(decided(bearing(f"Bearer {mint()}", name)), SignedIn)


def test_a_bare_token_signs_in() -> None:
    assert isinstance(decided(bearing(mint())), SignedIn)


def test_white_space_around_the_header_is_not_part_of_the_token() -> None:
    assert isinstance(decided(bearing(f"  Bearer {mint()}\t")), SignedIn)


def test_what_follows_the_token_is_not_part_of_it() -> None:
    assert isinstance(decided(bearing(f"Bearer {mint()} more")), SignedIn)


@pytest.mark.parametrize("authorization", ["", " ", "Basic dXNlcjpwYXNz", "Digest x"])
def test_a_header_for_somebody_else_leaves_the_cookies_to_decide(authorization: str) -> None:
    request = page("/", browser_cookies(mint()), authorization=authorization)
    assert isinstance(decided(request), SignedIn)


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Basic", "Token"])
def test_a_token_with_another_scheme_signs_nobody_in(scheme: str) -> None:
    state = decided(bearing(f"{scheme} {mint()}"), PRODUCTION)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"


def test_a_scheme_in_lower_case_leaves_the_cookies_to_decide() -> None:
    lower = f"bearer {mint({'sub': 'user_header'})}"
    state = decided(page("/", browser_cookies(mint()), authorization=lower))
    assert state.auth("session_token").user_id == "user_1"


def test_the_header_goes_before_the_cookies() -> None:
    in_header = mint({"sub": "user_header"})
    request = page("/", browser_cookies(mint()), authorization=f"Bearer {in_header}")
    state = decided(request)
    assert state.auth("session_token").user_id == "user_header"
    assert state.token == in_header


def test_a_refused_token_in_the_header_is_not_made_up_for_by_a_good_cookie() -> None:
    cookies = browser_cookies(mint())
    state = decided(page("/", cookies, authorization=f"Bearer {tampered(mint())}"))
    assert isinstance(state, SignedOut)
    assert state.reason == "token-invalid-signature"


def test_the_header_goes_before_a_handshake_that_comes_back() -> None:
    request = page("/?__clerk_handshake_nonce=n", authorization=f"Bearer {mint()}")
    state, asked = asked_for(request, DEVELOPMENT)
    assert isinstance(state, SignedIn)
    assert asked == []


@pytest.mark.parametrize(("reason", "token"), REFUSED, ids=[reason for reason, _ in REFUSED])
def test_a_refused_token_has_its_reason(reason: str, token: str) -> None:
    state = decided(bearing(f"Bearer {token}"))
    assert isinstance(state, SignedOut)
    assert state.reason == reason
    assert state.auth("session_token").is_authenticated is False
    assert header_values(state, "x-clerk-auth-status") == ["signed-out"]
    assert header_values(state, "x-clerk-auth-reason") == [reason]
    assert header_values(state, "x-clerk-auth-message") == [state.message]
    assert "in the header" in state.message
    assert token not in repr(state.headers)


def test_a_token_of_another_instance_is_refused_as_of_another_issuer() -> None:
    state = decided(bearing(mint()), settings(issuer="https://clerk.example.com"))
    assert state.reason == "token-invalid-issuer"


def test_a_token_for_another_origin_is_refused_where_origins_are_listed() -> None:
    listed = settings(authorized_parties=["https://app.example.com"])
    assert decided(bearing(mint()), listed).reason == "token-invalid-authorized-parties"
    no_azp = mint({"azp": None})
    assert decided(bearing(no_azp), listed).reason == "token-invalid-authorized-parties"
    meant_for_it = mint({"azp": "https://app.example.com"})
    assert isinstance(decided(bearing(meant_for_it), listed), SignedIn)


def test_an_empty_list_of_origins_refuses_nobody() -> None:
    assert isinstance(decided(bearing(mint()), settings(authorized_parties=[])), SignedIn)


def test_an_audience_is_not_compared_where_none_is_configured() -> None:
    assert isinstance(decided(bearing(mint({"aud": "https://api.example.com"}))), SignedIn)


def test_another_audience_is_refused_where_one_is_configured() -> None:
    token = mint({"aud": "https://api.example.com"})
    state = decided(bearing(token), settings(audience="https://other.example.com"))
    assert state.reason == "token-verification-failed"


def test_the_allowed_clock_skew_is_that_of_the_settings() -> None:
    late = mint({"exp": NOW - 20})
    assert isinstance(decided(bearing(late), settings(clock_skew_in_ms=30_000)), SignedIn)
    just_in_time = mint({"exp": NOW - 4})
    assert isinstance(decided(bearing(just_in_time)), SignedIn)


def test_an_expired_token_of_a_document_request_leads_to_a_handshake() -> None:
    token = mint({"exp": NOW - 60})
    state = decided(page("/", authorization=f"Bearer {token}"))
    assert isinstance(state, Handshake)
    assert state.reason == "session-token-expired-refresh-non-eligible-no-refresh-cookie"
    assert ("__session", token) in parameters(state.redirect or "")


def test_an_expired_token_that_is_posted_says_why_it_cannot_be_renewed() -> None:
    request = Request("POST", ORIGIN, [("authorization", f"Bearer {mint({'exp': NOW - 60})}")])
    state = decided(request)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-expired-refresh-non-eligible-non-get"


def test_without_a_publishable_key_a_header_token_signs_in() -> None:
    assert isinstance(decided(bearing(f"Bearer {mint()}"), NAMELESS), SignedIn)


def test_without_a_publishable_key_cookies_are_not_read() -> None:
    cookies = browser_cookies(mint())
    cookies |= {"__clerk_handshake": "x.y.z", "__clerk_handshake_nonce": "n"}
    state, asked = asked_for(page("/", cookies), NAMELESS)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"
    assert asked == []


def test_without_a_publishable_key_an_expired_token_starts_no_handshake() -> None:
    token = mint({"exp": NOW - 60})
    state = decided(page("/", authorization=f"Bearer {token}"), NAMELESS)
    assert isinstance(state, SignedOut)
    assert state.redirect is None


def test_a_script_with_a_header_token_is_never_redirected() -> None:
    cookies = {"__client_uat": CLIENT_UAT}
    request = script("/api", cookies)
    headers = [*request.headers, ("authorization", mint({"exp": NOW - 60}))]
    state = decided(Request("GET", request.url, headers))
    assert isinstance(state, SignedOut)
    assert state.redirect is None
