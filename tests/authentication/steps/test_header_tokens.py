"""Session tokens in the Authorization header, as mobile apps and scripts send them."""

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
    api_request,
    browser_cookies,
    header_values,
    page,
    parameters,
    script,
    state_and_requests,
    state_of,
)
from tests.support import NOW, mint, other_rsa_key, settings, tampered

REJECTED = [
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


def test_bearer_token_signs_in() -> None:
    state = state_of(api_request(f"Bearer {mint()}"))
    assert isinstance(state, SignedIn)
    assert state.auth("session_token").user_id == "user_1"
    assert state.headers == ()
    assert state.redirect is None


@pytest.mark.parametrize("name", ["authorization", "Authorization", "AUTHORIZATION"])
def test_header_name_is_case_insensitive(name: str) -> None:
    assert isinstance(state_of(api_request(f"Bearer {mint()}", name)), SignedIn)


def test_token_without_a_scheme_signs_in() -> None:
    assert isinstance(state_of(api_request(mint())), SignedIn)


def test_white_space_around_the_token_is_stripped() -> None:
    assert isinstance(state_of(api_request(f"  Bearer {mint()}\t")), SignedIn)


def test_text_after_the_token_is_ignored() -> None:
    assert isinstance(state_of(api_request(f"Bearer {mint()} more")), SignedIn)


@pytest.mark.parametrize("authorization", ["", " ", "Basic dXNlcjpwYXNz", "Digest x"])
def test_other_authorization_header_falls_back_to_cookies(authorization: str) -> None:
    request = page("/", browser_cookies(mint()), authorization=authorization)
    assert isinstance(state_of(request), SignedIn)


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Basic", "Token"])
def test_token_with_another_scheme_does_not_sign_in(scheme: str) -> None:
    state = state_of(api_request(f"{scheme} {mint()}"), PRODUCTION)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"


def test_lower_case_scheme_falls_back_to_cookies() -> None:
    lower = f"bearer {mint({'sub': 'user_header'})}"
    state = state_of(page("/", browser_cookies(mint()), authorization=lower))
    assert state.auth("session_token").user_id == "user_1"


def test_header_takes_precedence_over_cookies() -> None:
    in_header = mint({"sub": "user_header"})
    request = page("/", browser_cookies(mint()), authorization=f"Bearer {in_header}")
    state = state_of(request)
    assert state.auth("session_token").user_id == "user_header"
    assert state.token == in_header


def test_invalid_header_token_does_not_fall_back_to_cookies() -> None:
    cookies = browser_cookies(mint())
    state = state_of(page("/", cookies, authorization=f"Bearer {tampered(mint())}"))
    assert isinstance(state, SignedOut)
    assert state.reason == "token-invalid-signature"


def test_header_takes_precedence_over_a_handshake() -> None:
    request = page("/?__clerk_handshake_nonce=n", authorization=f"Bearer {mint()}")
    state, requests = state_and_requests(request, DEVELOPMENT)
    assert isinstance(state, SignedIn)
    assert requests == []


@pytest.mark.parametrize(("reason", "token"), REJECTED, ids=[reason for reason, _ in REJECTED])
def test_invalid_token_has_its_reason(reason: str, token: str) -> None:
    state = state_of(api_request(f"Bearer {token}"))
    assert isinstance(state, SignedOut)
    assert state.reason == reason
    assert state.auth("session_token").is_authenticated is False
    assert header_values(state, "x-clerk-auth-status") == ["signed-out"]
    assert header_values(state, "x-clerk-auth-reason") == [reason]
    assert header_values(state, "x-clerk-auth-message") == [state.message]
    assert "in the header" in state.message
    assert token not in repr(state.headers)


def test_token_of_another_issuer_is_rejected() -> None:
    state = state_of(api_request(mint()), settings(issuer="https://clerk.example.com"))
    assert state.reason == "token-invalid-issuer"


def test_token_of_an_unauthorized_party_is_rejected() -> None:
    listed = settings(authorized_parties=["https://app.example.com"])
    assert state_of(api_request(mint()), listed).reason == "token-invalid-authorized-parties"
    no_azp = mint({"azp": None})
    assert state_of(api_request(no_azp), listed).reason == "token-invalid-authorized-parties"
    meant_for_it = mint({"azp": "https://app.example.com"})
    assert isinstance(state_of(api_request(meant_for_it), listed), SignedIn)


def test_empty_authorized_parties_accept_any_token() -> None:
    assert isinstance(state_of(api_request(mint()), settings(authorized_parties=[])), SignedIn)


def test_audience_is_ignored_if_none_is_configured() -> None:
    assert isinstance(state_of(api_request(mint({"aud": "https://api.example.com"}))), SignedIn)


def test_other_audience_is_rejected_if_one_is_configured() -> None:
    token = mint({"aud": "https://api.example.com"})
    state = state_of(api_request(token), settings(audience="https://other.example.com"))
    assert state.reason == "token-verification-failed"


def test_clock_skew_is_that_of_the_settings() -> None:
    late = mint({"exp": NOW - 20})
    assert isinstance(state_of(api_request(late), settings(clock_skew_in_ms=30_000)), SignedIn)
    just_in_time = mint({"exp": NOW - 4})
    assert isinstance(state_of(api_request(just_in_time)), SignedIn)


def test_expired_token_of_a_document_request_starts_a_handshake() -> None:
    token = mint({"exp": NOW - 60})
    state = state_of(page("/", authorization=f"Bearer {token}"))
    assert isinstance(state, Handshake)
    assert state.reason == "session-token-expired-refresh-non-eligible-no-refresh-cookie"
    assert ("__session", token) in parameters(state.redirect or "")


def test_expired_token_in_a_post_request_is_not_refreshed() -> None:
    request = Request("POST", ORIGIN, [("authorization", f"Bearer {mint({'exp': NOW - 60})}")])
    state = state_of(request)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-expired-refresh-non-eligible-non-get"


def test_header_token_signs_in_without_a_publishable_key() -> None:
    assert isinstance(state_of(api_request(f"Bearer {mint()}"), NAMELESS), SignedIn)


def test_cookies_are_ignored_without_a_publishable_key() -> None:
    cookies = browser_cookies(mint())
    cookies |= {"__clerk_handshake": "x.y.z", "__clerk_handshake_nonce": "n"}
    state, requests = state_and_requests(page("/", cookies), NAMELESS)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"
    assert requests == []


def test_expired_token_starts_no_handshake_without_a_publishable_key() -> None:
    token = mint({"exp": NOW - 60})
    state = state_of(page("/", authorization=f"Bearer {token}"), NAMELESS)
    assert isinstance(state, SignedOut)
    assert state.redirect is None


def test_script_with_a_header_token_is_never_redirected() -> None:
    cookies = {"__client_uat": CLIENT_UAT}
    request = script("/api", cookies)
    headers = [*request.headers, ("authorization", mint({"exp": NOW - 60}))]
    state = state_of(Request("GET", request.url, headers))
    assert isinstance(state, SignedOut)
    assert state.redirect is None
