"""The way to a handshake: where the browser is sent, with what, and when it is not."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, SignedIn, SignedOut
from clerk_core._messages import Request
from clerk_core._version import API_VERSION
from tests.authentication.steps.support import (
    DEV_BROWSER,
    DEVELOPMENT,
    NAMELESS,
    PRODUCTION,
    SUFFIX,
    asked_for,
    browser_cookies,
    decided,
    header_values,
    location,
    page,
    parameters,
)
from tests.support import HOST, NOW, mint, settings

FRONTEND = f"https://{HOST}/v1/client/handshake"


def test_a_handshake_in_development_carries_everything_in_order() -> None:
    token = mint({"exp": NOW - 60})
    state = decided(page("/notes?a=1", browser_cookies(token)))
    assert isinstance(state, Handshake)
    assert location(state).partition("?")[0] == FRONTEND
    assert parameters(location(state)) == [
        ("redirect_url", "http://localhost:5000/notes?a=1"),
        ("__clerk_api_version", API_VERSION),
        ("suffixed_cookies", "false"),
        (
            "__clerk_hs_reason",
            "session-token-expired-refresh-non-eligible-no-refresh-cookie",
        ),
        ("format", "nonce"),
        ("__session", token),
        ("__clerk_db_jwt", DEV_BROWSER),
    ]


def test_a_handshake_in_production_names_no_development_browser() -> None:
    cookies = {"__client_uat": "5", "__clerk_db_jwt": DEV_BROWSER}
    state = decided(page("/", cookies, origin="https://app.example.com"), PRODUCTION)
    assert isinstance(state, Handshake)
    assert parameters(location(state)) == [
        ("redirect_url", "https://app.example.com/"),
        ("__clerk_api_version", API_VERSION),
        ("suffixed_cookies", "false"),
        ("__clerk_hs_reason", "client-uat-but-no-session-token"),
        ("format", "nonce"),
    ]


def test_a_handshake_without_a_secret_key_asks_for_the_signed_form() -> None:
    state = decided(page("/"), settings(secret_key=None))
    assert isinstance(state, Handshake)
    assert "format" not in dict(parameters(location(state)))


def test_a_handshake_for_suffixed_cookies_says_so() -> None:
    cookies = {f"__client_uat_{SUFFIX}": "5", "__client_uat": "5"}
    cookies[f"__clerk_db_jwt_{SUFFIX}"] = "dvb_suffixed"
    asked = dict(parameters(location(decided(page("/", cookies)))))
    assert asked["suffixed_cookies"] == "true"
    assert asked["__clerk_db_jwt"] == "dvb_suffixed"
    assert asked["__clerk_hs_reason"] == "client-uat-but-no-session-token"


def test_a_handshake_is_never_kept_by_a_browser_and_is_counted() -> None:
    state = decided(page("/"))
    assert header_values(state, "cache-control") == ["no-store"]
    assert header_values(state, "set-cookie") == [
        "__clerk_redirect_count=1; SameSite=Lax; HttpOnly; Max-Age=2"
    ]
    assert header_values(state, "location") == [state.redirect]
    assert header_values(state, "x-clerk-auth-status") == ["handshake"]
    assert header_values(state, "x-clerk-auth-reason") == ["dev-browser-missing"]
    assert header_values(state, "x-clerk-auth-message") == []


@pytest.mark.parametrize(("before", "after"), [("", "1"), ("1", "2"), ("2", "3"), ("x", "1")])
def test_each_handshake_counts_one_more(before: str, after: str) -> None:
    state = decided(page("/", {"__clerk_redirect_count": before}))
    assert header_values(state, "set-cookie")[0].startswith(f"__clerk_redirect_count={after};")


@pytest.mark.parametrize("count", ["3", "4", "999"])
def test_after_three_handshakes_in_a_row_the_browser_is_signed_out(count: str) -> None:
    state = decided(page("/", {"__clerk_redirect_count": count}))
    assert isinstance(state, SignedOut)
    assert state.reason == "dev-browser-missing"
    assert state.redirect is None
    assert header_values(state, "set-cookie") == []


def test_the_loop_guard_does_not_stand_in_the_way_of_a_good_session() -> None:
    cookies = browser_cookies(mint(), __clerk_redirect_count="3")
    assert isinstance(decided(page("/", cookies)), SignedIn)


@pytest.mark.parametrize(
    "request_",
    [
        page("/", method="POST"),
        page("/", method="HEAD"),
        page("/", sec_fetch_dest="empty"),
        page("/", sec_fetch_dest="image"),
        page("/", sec_fetch_dest="", accept="application/json"),
        page("/", sec_fetch_dest="", accept="*/*"),
        Request("GET", "http://localhost:5000/"),
    ],
)
def test_only_a_document_is_worth_a_handshake(request_: Request) -> None:
    state = decided(request_)
    assert isinstance(state, SignedOut)
    assert state.reason == "dev-browser-missing"


@pytest.mark.parametrize(
    "request_",
    [
        page("/", sec_fetch_dest="document", accept="*/*"),
        page("/", sec_fetch_dest="iframe"),
        page("/", sec_fetch_dest="", accept="text/html"),
    ],
)
def test_every_kind_of_document_is_worth_a_handshake(request_: Request) -> None:
    assert isinstance(decided(request_), Handshake)


def test_the_name_of_the_development_browser_does_not_come_back() -> None:
    state = decided(page("/?a=1&__clerk_db_jwt=dvb_2&__dev_session=old&b=2"))
    asked = dict(parameters(location(state)))
    assert asked["redirect_url"] == "http://localhost:5000/?a=1&b=2"
    assert asked["__clerk_db_jwt"] == "dvb_2"


def test_the_browser_comes_back_to_the_url_that_it_knows() -> None:
    state = decided(
        page("/notes", x_forwarded_proto="https", x_forwarded_host="app.example.com, proxy")
    )
    asked = dict(parameters(location(state)))
    assert asked["redirect_url"] == "https://app.example.com/notes"


def test_a_path_that_looks_like_another_host_comes_back_to_this_one() -> None:
    state = decided(page("//evil.example/x", x_forwarded_proto="https", host="app.example.com"))
    asked = dict(parameters(location(state)))
    assert asked["redirect_url"] == "https://app.example.com//evil.example/x"


@pytest.mark.parametrize(
    ("proxy_url", "handshake"),
    [
        ("/__clerk", "http://localhost:5000/__clerk/v1/client/handshake"),
        ("/__clerk/", "http://localhost:5000/__clerk/v1/client/handshake"),
        ("https://clerk.proxy.example/x", "https://clerk.proxy.example/x/v1/client/handshake"),
        ("https://clerk.proxy.example//", "https://clerk.proxy.example/v1/client/handshake"),
    ],
)
def test_a_proxied_frontend_api_is_asked_through_its_proxy(proxy_url: str, handshake: str) -> None:
    state = decided(page("/notes"), settings(proxy_url=proxy_url))
    assert location(state).partition("?")[0] == handshake


def test_a_value_in_a_cookie_cannot_add_a_parameter_or_a_header() -> None:
    cookies = {"__clerk_db_jwt": "dvb%26redirect_url%3Dhttps://evil.example%0D%0Ax: y"}
    state = decided(page("/", cookies | {"__client_uat": "5"}))
    asked = parameters(location(state))
    assert [value for name, value in asked if name == "redirect_url"] == ["http://localhost:5000/"]
    assert asked[-1] == ("__clerk_db_jwt", "dvb&redirect_url=https://evil.example\r\nx: y")
    assert "\r" not in location(state)
    assert "\n" not in location(state)


def test_a_request_whose_url_is_none_is_signed_out() -> None:
    request = Request("GET", "http://[", [("sec-fetch-dest", "document")])
    state = decided(request)
    assert isinstance(state, SignedOut)
    assert state.reason == "request-malformed"


def test_without_a_publishable_key_there_is_nowhere_to_send_a_browser() -> None:
    state, asked = asked_for(page("/?__clerk_db_jwt=dvb_2"), NAMELESS)
    assert isinstance(state, SignedOut)
    assert state.redirect is None
    assert asked == []


def test_a_handshake_is_asked_for_without_asking_clerk_anything() -> None:
    state, asked = asked_for(page("/"), settings(jwt_key=None))
    assert isinstance(state, Handshake)
    assert asked == []


def test_a_secret_never_stands_in_a_handshake() -> None:
    state = decided(page("/", browser_cookies(mint({"exp": NOW - 60}))))
    assert DEVELOPMENT.secret_key is not None
    assert DEVELOPMENT.secret_key not in repr(state.headers)
