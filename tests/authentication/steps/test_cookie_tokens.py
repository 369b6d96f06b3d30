"""Session cookies of browsers, and the reasons that start a handshake."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, SignedIn, SignedOut
from clerk_core._messages import Request
from tests.authentication.steps.support import (
    CLIENT_UAT,
    DEV_BROWSER,
    DEVELOPMENT,
    ORIGIN,
    PRODUCTION,
    SUFFIX,
    browser_cookies,
    cookie_header,
    page,
    parameters,
    script,
    state_and_requests,
    state_of,
)
from tests.support import ABSENT, ISSUER, NOW, mint, settings, tampered


def live_cookies(token: str, **over: str) -> dict[str, str]:
    return browser_cookies(token, **{"__clerk_db_jwt": "", **over})


def suffixed(cookies: dict[str, str]) -> dict[str, str]:
    return {f"{name}_{SUFFIX}": value for name, value in cookies.items()}


def test_browser_with_all_cookies_is_signed_in() -> None:
    state = state_of(page("/", browser_cookies(mint())))
    assert isinstance(state, SignedIn)
    assert state.auth("session_token").user_id == "user_1"
    assert state.headers == ()


def test_script_with_all_cookies_is_signed_in() -> None:
    assert isinstance(state_of(script("/api", browser_cookies(mint()))), SignedIn)


def test_dev_browser_is_not_needed_in_production() -> None:
    assert isinstance(state_of(page("/", live_cookies(mint())), PRODUCTION), SignedIn)


def test_verification_with_a_pem_sends_no_request() -> None:
    alone = settings(secret_key=None)
    state, requests = state_and_requests(page("/", browser_cookies(mint())), alone)
    assert isinstance(state, SignedIn)
    assert requests == []


def test_pem_with_literal_backslash_n_verifies() -> None:
    one_line = settings(jwt_key=(DEVELOPMENT.jwt_key or "").replace("\n", "\\n"))
    assert isinstance(state_of(page("/", browser_cookies(mint())), one_line), SignedIn)


def test_suffixed_cookies_of_this_instance_are_used() -> None:
    mine = suffixed(browser_cookies(mint({"sub": "user_mine"})))
    of_another_app = browser_cookies(mint({"iss": "https://other-1.clerk.accounts.dev"}))
    state = state_of(page("/", {**of_another_app, **mine}))
    assert state.auth("session_token").user_id == "user_mine"


def test_cookies_with_the_suffix_of_another_instance_are_ignored() -> None:
    of_another_app = {
        "__session_abcdefgh": mint({"sub": "user_other"}),
        "__client_uat_abcdefgh": CLIENT_UAT,
        "__sessionid": "django",
    }
    state = state_of(page("/", {**of_another_app, **browser_cookies(mint())}))
    assert state.auth("session_token").user_id == "user_1"


def test_similar_cookie_name_does_not_sign_in() -> None:
    cookies = {"__clerk_db_jwt": DEV_BROWSER, "__sessionid": mint(), "__session2": mint()}
    state = state_of(page("/", cookies))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"


@pytest.mark.parametrize(
    "neighbour", ['pref={"a":1}', "a/b=1", "x@y=1", "a,b=1", "flag", '"', "=", "é=ü", "a=%FF%zz"]
)
def test_odd_cookie_before_the_session_cookie_is_harmless(neighbour: str) -> None:
    header = f"{neighbour}; {cookie_header(browser_cookies(mint()))}"
    request = Request("GET", ORIGIN, [("sec-fetch-dest", "document"), ("cookie", header)])
    assert isinstance(state_of(request), SignedIn)


def test_cookies_in_several_headers_are_read() -> None:
    pairs = [("Cookie", f"{name}={value}") for name, value in browser_cookies(mint()).items()]
    assert isinstance(state_of(Request("GET", ORIGIN, pairs)), SignedIn)


def test_request_without_cookies_is_signed_out_in_production() -> None:
    state, requests = state_and_requests(page("/"), PRODUCTION)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"
    assert state.message == ""
    assert state.headers == (
        ("x-clerk-auth-status", "signed-out"),
        ("x-clerk-auth-reason", "session-token-and-uat-missing"),
    )
    assert requests == []


HANDSHAKE_REASONS = [
    ("session-token-but-no-client-uat", {"__client_uat": ""}),
    ("session-token-but-no-client-uat", {"__client_uat": "0"}),
    ("session-token-but-no-client-uat", {"__client_uat": "nonsense"}),
    ("client-uat-but-no-session-token", {"__session": ""}),
    ("session-token-iat-before-client-uat", {"__client_uat": str(int(NOW) - 9)}),
    (
        "session-token-expired-refresh-non-eligible-no-refresh-cookie",
        {"__session": mint({"exp": NOW - 60})},
    ),
    ("session-token-nbf", {"__session": mint({"nbf": NOW + 60})}),
    ("session-token-iat-in-the-future", {"__session": mint({"iat": NOW + 60})}),
]


@pytest.mark.parametrize(("reason", "over"), HANDSHAKE_REASONS)
def test_document_request_starts_a_handshake_in_development(
    reason: str, over: dict[str, str]
) -> None:
    state = state_of(page("/", browser_cookies(mint(), **over)))
    assert isinstance(state, Handshake)
    assert state.reason == reason
    assert ("__clerk_hs_reason", reason) in parameters(state.redirect or "")


@pytest.mark.parametrize(("reason", "over"), HANDSHAKE_REASONS)
def test_document_request_starts_a_handshake_in_production(
    reason: str, over: dict[str, str]
) -> None:
    state = state_of(page("/", live_cookies(mint(), **over)), PRODUCTION)
    assert isinstance(state, Handshake)
    assert state.reason == reason


@pytest.mark.parametrize(("reason", "over"), HANDSHAKE_REASONS)
def test_script_request_is_signed_out_instead_of_a_handshake(
    reason: str, over: dict[str, str]
) -> None:
    state = state_of(script("/api", browser_cookies(mint(), **over)))
    assert isinstance(state, SignedOut)
    assert state.reason == reason
    assert state.redirect is None


@pytest.mark.parametrize(
    ("reason", "token"),
    [
        ("token-invalid", "nonsense"),
        ("token-invalid", "a.b.c"),
        ("token-invalid-algorithm", mint(header={"alg": "none"})),
        ("token-invalid-signature", tampered(mint())),
        ("token-verification-failed", mint({"exp": ABSENT})),
    ],
)
def test_permanently_invalid_token_is_signed_out_without_a_handshake(
    reason: str, token: str
) -> None:
    state = state_of(page("/", browser_cookies(token)))
    assert isinstance(state, SignedOut)
    assert state.reason == reason
    assert "in the cookie" in state.message
    assert token not in repr(state.headers)


def test_expired_token_in_a_post_request_is_not_refreshed() -> None:
    cookies = browser_cookies(mint({"exp": NOW - 60}))
    state = state_of(page("/", cookies, method="POST"))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-expired-refresh-non-eligible-non-get"
    assert state.message


def test_token_issued_in_the_second_of_client_uat_is_accepted() -> None:
    cookies = browser_cookies(mint({"iat": int(NOW) - 10}), __client_uat=str(int(NOW) - 10))
    assert isinstance(state_of(page("/", cookies)), SignedIn)


def test_token_without_iat_is_accepted() -> None:
    assert isinstance(state_of(page("/", browser_cookies(mint({"iat": ABSENT})))), SignedIn)


def test_outdated_token_starts_a_handshake_without_verification() -> None:
    forged = tampered(mint({"iat": int(NOW) - 1000}))
    state, requests = state_and_requests(page("/", browser_cookies(forged)), settings(jwt_key=None))
    assert isinstance(state, Handshake)
    assert state.reason == "session-token-iat-before-client-uat"
    assert requests == []


def test_missing_dev_browser_starts_a_handshake() -> None:
    state = state_of(page("/", browser_cookies(mint(), __clerk_db_jwt="")))
    assert isinstance(state, Handshake)
    assert state.reason == "dev-browser-missing"


def test_dev_browser_in_the_query_starts_a_sync() -> None:
    state = state_of(page("/?__clerk_db_jwt=dvb_2", browser_cookies(mint())))
    assert isinstance(state, Handshake)
    assert state.reason == "dev-browser-sync"
    assert ("__clerk_db_jwt", "dvb_2") in parameters(state.redirect or "")


def test_empty_dev_browser_in_the_query_starts_a_sync() -> None:
    state = state_of(page("/?__clerk_db_jwt=", browser_cookies(mint())))
    assert isinstance(state, Handshake)
    assert state.reason == "dev-browser-sync"


def test_script_without_a_dev_browser_is_signed_out() -> None:
    state = state_of(script("/api", browser_cookies(mint(), __clerk_db_jwt="")))
    assert isinstance(state, SignedOut)
    assert state.reason == "dev-browser-missing"


def test_dev_browser_is_checked_before_other_cookies() -> None:
    state = state_of(page("/", {"__session": mint()}))
    assert state.reason == "dev-browser-missing"


def test_dev_browser_is_ignored_in_production() -> None:
    state = state_of(page("/?__clerk_db_jwt=dvb_2", live_cookies(mint())), PRODUCTION)
    assert isinstance(state, SignedIn)


def test_zero_client_uat_in_both_cookie_sets_is_signed_out() -> None:
    cookies = {"__clerk_db_jwt": DEV_BROWSER, "__client_uat": "0", f"__client_uat_{SUFFIX}": "0"}
    assert state_of(page("/", cookies)).reason in (
        "dev-browser-missing",
        "session-token-and-uat-missing",
    )
    cookies[f"__clerk_db_jwt_{SUFFIX}"] = DEV_BROWSER
    state = state_of(page("/", cookies))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"


def test_newer_of_two_sessions_is_used() -> None:
    older = suffixed(browser_cookies(mint({"sub": "user_older", "iat": int(NOW) - 15})))
    newer = browser_cookies(mint({"sub": "user_newer", "iat": int(NOW) - 5}))
    assert state_of(page("/", {**older, **newer})).auth("session_token").user_id == "user_newer"
    newer, older = (
        suffixed(browser_cookies(mint({"sub": "user_newer", "iat": int(NOW) - 5}))),
        browser_cookies(mint({"sub": "user_older", "iat": int(NOW) - 15})),
    )
    assert state_of(page("/", {**older, **newer})).auth("session_token").user_id == "user_newer"


def test_percent_encoded_cookie_is_decoded() -> None:
    cookies = browser_cookies(mint().replace(".", "%2E"))
    assert isinstance(state_of(page("/", cookies)), SignedIn)


def test_unsuffixed_cookies_of_another_instance_do_not_sign_in() -> None:
    of_another_app = live_cookies(mint({"iss": "https://clerk.other.example"}))
    state = state_of(page("/", of_another_app), PRODUCTION)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"


def test_configured_issuer_is_checked() -> None:
    cookies = browser_cookies(mint())
    assert isinstance(state_of(page("/", cookies), settings(issuer=ISSUER)), SignedIn)
    of_another = settings(issuer=["https://clerk.other.example"])
    assert state_of(page("/", cookies), of_another).reason == "token-invalid-issuer"
