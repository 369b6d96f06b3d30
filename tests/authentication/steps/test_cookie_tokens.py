"""Cookies: how a browser comes, and which doubt leads to which handshake."""

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
    asked_for,
    browser_cookies,
    cookie_header,
    decided,
    page,
    parameters,
    script,
)
from tests.support import ABSENT, ISSUER, NOW, mint, settings, tampered


def live_cookies(token: str, **over: str) -> dict[str, str]:
    return browser_cookies(token, **{"__clerk_db_jwt": "", **over})


def suffixed(cookies: dict[str, str]) -> dict[str, str]:
    return {f"{name}_{SUFFIX}": value for name, value in cookies.items()}


def test_a_browser_with_all_its_cookies_is_signed_in() -> None:
    state = decided(page("/", browser_cookies(mint())))
    assert isinstance(state, SignedIn)
    assert state.auth("session_token").user_id == "user_1"
    assert state.headers == ()


def test_a_script_with_all_its_cookies_is_signed_in() -> None:
    assert isinstance(decided(script("/api", browser_cookies(mint()))), SignedIn)


def test_a_browser_needs_no_development_browser_in_production() -> None:
    assert isinstance(decided(page("/", live_cookies(mint())), PRODUCTION), SignedIn)


def test_verifying_with_a_pem_asks_clerk_nothing() -> None:
    alone = settings(secret_key=None)
    state, asked = asked_for(page("/", browser_cookies(mint())), alone)
    assert isinstance(state, SignedIn)
    assert asked == []


def test_a_pem_with_literal_line_breaks_verifies() -> None:
    one_line = settings(jwt_key=(DEVELOPMENT.jwt_key or "").replace("\n", "\\n"))
    assert isinstance(decided(page("/", browser_cookies(mint())), one_line), SignedIn)


def test_the_suffixed_cookies_count_where_they_are_this_instances() -> None:
    mine = suffixed(browser_cookies(mint({"sub": "user_mine"})))
    of_another_app = browser_cookies(mint({"iss": "https://other-1.clerk.accounts.dev"}))
    state = decided(page("/", {**of_another_app, **mine}))
    assert state.auth("session_token").user_id == "user_mine"


def test_the_cookies_with_another_instances_suffix_are_not_read() -> None:
    of_another_app = {
        "__session_abcdefgh": mint({"sub": "user_other"}),
        "__client_uat_abcdefgh": CLIENT_UAT,
        "__sessionid": "django",
    }
    state = decided(page("/", {**of_another_app, **browser_cookies(mint())}))
    assert state.auth("session_token").user_id == "user_1"


def test_a_cookie_whose_name_only_begins_like_the_session_cookie_signs_nobody_in() -> None:
    cookies = {"__clerk_db_jwt": DEV_BROWSER, "__sessionid": mint(), "__session2": mint()}
    state = decided(page("/", cookies))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"


@pytest.mark.parametrize(
    "neighbour", ['pref={"a":1}', "a/b=1", "x@y=1", "a,b=1", "flag", '"', "=", "é=ü", "a=%FF%zz"]
)
def test_a_strange_cookie_before_the_session_cookie_loses_nobody(neighbour: str) -> None:
    header = f"{neighbour}; {cookie_header(browser_cookies(mint()))}"
    request = Request("GET", ORIGIN, [("sec-fetch-dest", "document"), ("cookie", header)])
    assert isinstance(decided(request), SignedIn)


def test_cookies_in_several_header_fields_are_all_read() -> None:
    pairs = [("Cookie", f"{name}={value}") for name, value in browser_cookies(mint()).items()]
    assert isinstance(decided(Request("GET", ORIGIN, pairs)), SignedIn)


def test_no_cookies_at_all_is_signed_out_in_production() -> None:
    state, asked = asked_for(page("/"), PRODUCTION)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"
    assert state.message == ""
    assert state.headers == (
        ("x-clerk-auth-status", "signed-out"),
        ("x-clerk-auth-reason", "session-token-and-uat-missing"),
    )
    assert asked == []


DOUBTS = [
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


@pytest.mark.parametrize(("reason", "over"), DOUBTS)
def test_a_doubt_about_a_document_is_settled_by_a_handshake(
    reason: str, over: dict[str, str]
) -> None:
    state = decided(page("/", browser_cookies(mint(), **over)))
    assert isinstance(state, Handshake)
    assert state.reason == reason
    assert ("__clerk_hs_reason", reason) in parameters(state.redirect or "")


@pytest.mark.parametrize(("reason", "over"), DOUBTS)
def test_a_doubt_in_production_is_settled_by_a_handshake_too(
    reason: str, over: dict[str, str]
) -> None:
    state = decided(page("/", live_cookies(mint(), **over)), PRODUCTION)
    assert isinstance(state, Handshake)
    assert state.reason == reason


@pytest.mark.parametrize(("reason", "over"), DOUBTS)
def test_a_doubt_about_a_scripts_request_is_signed_out(reason: str, over: dict[str, str]) -> None:
    state = decided(script("/api", browser_cookies(mint(), **over)))
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
def test_a_token_that_time_will_not_mend_is_signed_out_at_once(reason: str, token: str) -> None:
    state = decided(page("/", browser_cookies(token)))
    assert isinstance(state, SignedOut)
    assert state.reason == reason
    assert "in the cookie" in state.message
    assert token not in repr(state.headers)


def test_an_expired_token_that_is_posted_says_why_it_cannot_be_renewed() -> None:
    cookies = browser_cookies(mint({"exp": NOW - 60}))
    state = decided(page("/", cookies, method="POST"))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-expired-refresh-non-eligible-non-get"
    assert state.message


def test_a_token_issued_in_the_second_of_the_last_change_holds() -> None:
    cookies = browser_cookies(mint({"iat": int(NOW) - 10}), __client_uat=str(int(NOW) - 10))
    assert isinstance(decided(page("/", cookies)), SignedIn)


def test_a_token_without_a_time_of_issue_is_judged_by_the_rest() -> None:
    assert isinstance(decided(page("/", browser_cookies(mint({"iat": ABSENT})))), SignedIn)


def test_a_forged_token_that_is_out_of_date_is_not_verified_before_the_handshake() -> None:
    forged = tampered(mint({"iat": int(NOW) - 1000}))
    state, asked = asked_for(page("/", browser_cookies(forged)), settings(jwt_key=None))
    assert isinstance(state, Handshake)
    assert state.reason == "session-token-iat-before-client-uat"
    assert asked == []


def test_a_development_browser_that_is_unknown_is_introduced_first() -> None:
    state = decided(page("/", browser_cookies(mint(), __clerk_db_jwt="")))
    assert isinstance(state, Handshake)
    assert state.reason == "dev-browser-missing"


def test_a_development_browser_named_in_the_query_brings_its_session_here() -> None:
    state = decided(page("/?__clerk_db_jwt=dvb_2", browser_cookies(mint())))
    assert isinstance(state, Handshake)
    assert state.reason == "dev-browser-sync"
    assert ("__clerk_db_jwt", "dvb_2") in parameters(state.redirect or "")


def test_an_empty_name_of_a_development_browser_in_the_query_counts_too() -> None:
    state = decided(page("/?__clerk_db_jwt=", browser_cookies(mint())))
    assert isinstance(state, Handshake)
    assert state.reason == "dev-browser-sync"


def test_a_script_of_an_unknown_development_browser_is_signed_out() -> None:
    state = decided(script("/api", browser_cookies(mint(), __clerk_db_jwt="")))
    assert isinstance(state, SignedOut)
    assert state.reason == "dev-browser-missing"


def test_the_development_browser_is_looked_at_before_the_other_cookies_are_compared() -> None:
    state = decided(page("/", {"__session": mint()}))
    assert state.reason == "dev-browser-missing"


def test_a_production_instance_knows_no_development_browser() -> None:
    state = decided(page("/?__clerk_db_jwt=dvb_2", live_cookies(mint())), PRODUCTION)
    assert isinstance(state, SignedIn)


def test_signed_out_in_both_sets_of_cookies_is_signed_out() -> None:
    cookies = {"__clerk_db_jwt": DEV_BROWSER, "__client_uat": "0", f"__client_uat_{SUFFIX}": "0"}
    assert decided(page("/", cookies)).reason in (
        "dev-browser-missing",
        "session-token-and-uat-missing",
    )
    cookies[f"__clerk_db_jwt_{SUFFIX}"] = DEV_BROWSER
    state = decided(page("/", cookies))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"


def test_the_newer_of_two_sessions_counts() -> None:
    older = suffixed(browser_cookies(mint({"sub": "user_older", "iat": int(NOW) - 15})))
    newer = browser_cookies(mint({"sub": "user_newer", "iat": int(NOW) - 5}))
    assert decided(page("/", {**older, **newer})).auth("session_token").user_id == "user_newer"
    newer, older = (
        suffixed(browser_cookies(mint({"sub": "user_newer", "iat": int(NOW) - 5}))),
        browser_cookies(mint({"sub": "user_older", "iat": int(NOW) - 15})),
    )
    assert decided(page("/", {**older, **newer})).auth("session_token").user_id == "user_newer"


def test_a_percent_encoded_cookie_is_read_decoded() -> None:
    cookies = browser_cookies(mint().replace(".", "%2E"))
    assert isinstance(decided(page("/", cookies)), SignedIn)


def test_the_plain_cookies_of_another_application_on_the_domain_sign_nobody_in() -> None:
    of_another_app = live_cookies(mint({"iss": "https://clerk.other.example"}))
    state = decided(page("/", of_another_app), PRODUCTION)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"


def test_an_issuer_that_is_configured_is_compared() -> None:
    cookies = browser_cookies(mint())
    assert isinstance(decided(page("/", cookies), settings(issuer=ISSUER)), SignedIn)
    of_another = settings(issuer=["https://clerk.other.example"])
    assert decided(page("/", cookies), of_another).reason == "token-invalid-issuer"
