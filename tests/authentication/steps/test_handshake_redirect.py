"""Redirects to a handshake: URL, parameters, headers, and when none happens."""

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
    browser_cookies,
    header_values,
    location,
    page,
    parameters,
    state_and_requests,
    state_of,
)
from tests.support import HOST, NOW, mint, settings

FRONTEND = f"https://{HOST}/v1/client/handshake"


def test_development_handshake_has_all_parameters_in_order() -> None:
    token = mint({"exp": NOW - 60})
    state = state_of(page("/notes?a=1", browser_cookies(token)))
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


def test_production_handshake_has_no_dev_browser() -> None:
    cookies = {"__client_uat": "5", "__clerk_db_jwt": DEV_BROWSER}
    state = state_of(page("/", cookies, origin="https://app.example.com"), PRODUCTION)
    assert isinstance(state, Handshake)
    assert parameters(location(state)) == [
        ("redirect_url", "https://app.example.com/"),
        ("__clerk_api_version", API_VERSION),
        ("suffixed_cookies", "false"),
        ("__clerk_hs_reason", "client-uat-but-no-session-token"),
        ("format", "nonce"),
    ]


def test_handshake_without_a_secret_key_requests_a_signed_token() -> None:
    state = state_of(page("/"), settings(secret_key=None))
    assert isinstance(state, Handshake)
    assert "format" not in dict(parameters(location(state)))


def test_handshake_for_suffixed_cookies_has_the_parameter() -> None:
    cookies = {f"__client_uat_{SUFFIX}": "5", "__client_uat": "5"}
    cookies[f"__clerk_db_jwt_{SUFFIX}"] = "dvb_suffixed"
    query = dict(parameters(location(state_of(page("/", cookies)))))
    assert query["suffixed_cookies"] == "true"
    assert query["__clerk_db_jwt"] == "dvb_suffixed"
    assert query["__clerk_hs_reason"] == "client-uat-but-no-session-token"


def test_handshake_redirect_is_not_cached_and_is_counted() -> None:
    state = state_of(page("/"))
    assert header_values(state, "cache-control") == ["no-store"]
    assert header_values(state, "set-cookie") == [
        "__clerk_redirect_count=1; SameSite=Lax; HttpOnly; Max-Age=2"
    ]
    assert header_values(state, "location") == [state.redirect]
    assert header_values(state, "x-clerk-auth-status") == ["handshake"]
    assert header_values(state, "x-clerk-auth-reason") == ["dev-browser-missing"]
    assert header_values(state, "x-clerk-auth-message") == []


@pytest.mark.parametrize(("before", "after"), [("", "1"), ("1", "2"), ("2", "3"), ("x", "1")])
def test_each_handshake_increments_the_count(before: str, after: str) -> None:
    state = state_of(page("/", {"__clerk_redirect_count": before}))
    assert header_values(state, "set-cookie")[0].startswith(f"__clerk_redirect_count={after};")


@pytest.mark.parametrize("count", ["3", "4", "999"])
def test_browser_is_signed_out_after_three_handshakes(count: str) -> None:
    state = state_of(page("/", {"__clerk_redirect_count": count}))
    assert isinstance(state, SignedOut)
    assert state.reason == "dev-browser-missing"
    assert state.redirect is None
    assert header_values(state, "set-cookie") == []


def test_redirect_count_does_not_affect_a_valid_session() -> None:
    cookies = browser_cookies(mint(), __clerk_redirect_count="3")
    assert isinstance(state_of(page("/", cookies)), SignedIn)


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
def test_only_a_document_request_starts_a_handshake(request_: Request) -> None:
    state = state_of(request_)
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
def test_every_document_request_starts_a_handshake(request_: Request) -> None:
    assert isinstance(state_of(request_), Handshake)


def test_return_url_has_no_dev_browser() -> None:
    state = state_of(page("/?a=1&__clerk_db_jwt=dvb_2&__dev_session=old&b=2"))
    query = dict(parameters(location(state)))
    assert query["redirect_url"] == "http://localhost:5000/?a=1&b=2"
    assert query["__clerk_db_jwt"] == "dvb_2"


def test_return_url_is_the_public_url() -> None:
    state = state_of(
        page("/notes", x_forwarded_proto="https", x_forwarded_host="app.example.com, proxy")
    )
    query = dict(parameters(location(state)))
    assert query["redirect_url"] == "https://app.example.com/notes"


def test_path_that_looks_like_a_host_stays_a_path() -> None:
    state = state_of(page("//evil.example/x", x_forwarded_proto="https", host="app.example.com"))
    query = dict(parameters(location(state)))
    assert query["redirect_url"] == "https://app.example.com//evil.example/x"


@pytest.mark.parametrize(
    ("proxy_url", "handshake"),
    [
        ("/__clerk", "http://localhost:5000/__clerk/v1/client/handshake"),
        ("/__clerk/", "http://localhost:5000/__clerk/v1/client/handshake"),
        ("https://clerk.proxy.example/x", "https://clerk.proxy.example/x/v1/client/handshake"),
        ("https://clerk.proxy.example//", "https://clerk.proxy.example/v1/client/handshake"),
    ],
)
def test_handshake_uses_the_proxy_of_the_frontend_api(proxy_url: str, handshake: str) -> None:
    state = state_of(page("/notes"), settings(proxy_url=proxy_url))
    assert location(state).partition("?")[0] == handshake


def test_cookie_value_cannot_inject_parameters_or_headers() -> None:
    cookies = {"__clerk_db_jwt": "dvb%26redirect_url%3Dhttps://evil.example%0D%0Ax: y"}
    state = state_of(page("/", cookies | {"__client_uat": "5"}))
    query = parameters(location(state))
    assert [value for name, value in query if name == "redirect_url"] == ["http://localhost:5000/"]
    assert query[-1] == ("__clerk_db_jwt", "dvb&redirect_url=https://evil.example\r\nx: y")
    assert "\r" not in location(state)
    assert "\n" not in location(state)


def test_request_with_an_invalid_url_is_signed_out() -> None:
    request = Request("GET", "http://[", [("sec-fetch-dest", "document")])
    state = state_of(request)
    assert isinstance(state, SignedOut)
    assert state.reason == "request-malformed"


def test_no_handshake_starts_without_a_publishable_key() -> None:
    state, requests = state_and_requests(page("/?__clerk_db_jwt=dvb_2"), NAMELESS)
    assert isinstance(state, SignedOut)
    assert state.redirect is None
    assert requests == []


def test_handshake_starts_without_an_api_request() -> None:
    state, requests = state_and_requests(page("/"), settings(jwt_key=None))
    assert isinstance(state, Handshake)
    assert requests == []


def test_handshake_reveals_no_secret() -> None:
    state = state_of(page("/", browser_cookies(mint({"exp": NOW - 60}))))
    assert DEVELOPMENT.secret_key is not None
    assert DEVELOPMENT.secret_key not in repr(state.headers)
