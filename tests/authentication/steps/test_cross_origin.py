"""Signed-in browsers navigating from another domain, where the session may have changed."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, SignedIn
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings
from tests.authentication.steps.support import (
    DEVELOPMENT,
    PRODUCTION,
    browser_cookies,
    header_values,
    location,
    page,
    parameters,
    state_of,
)
from tests.support import HOST, mint, publishable_key, settings

LIVE_HOST = "clerk.primary.example"
LIVE = settings(publishable_key=publishable_key(LIVE_HOST, "live"), secret_key="sk_live_x")
LIVE_COOKIES = browser_cookies(mint({"iss": f"https://{LIVE_HOST}"}))
COOKIES = browser_cookies(mint())
SATELLITE = "https://satellite.example/page?q=1"


def coming_from(referrer: str, **headers: str) -> Request:
    return page("/notes", COOKIES, referer=referrer, **headers)


def goes_to_handshake(referrer: str, using: Settings = DEVELOPMENT) -> bool:
    cookies = LIVE_COOKIES if using is LIVE else COOKIES
    state = state_of(page("/notes", cookies, referer=referrer), using)
    assert isinstance(state, Handshake | SignedIn)
    return isinstance(state, Handshake)


@pytest.mark.parametrize("using", [DEVELOPMENT, PRODUCTION])
def test_navigation_from_another_domain_starts_a_handshake(using: Settings) -> None:
    state = state_of(coming_from(SATELLITE), using)
    assert isinstance(state, Handshake)
    assert state.reason == "primary-domain-cross-origin-sync"
    assert "another domain" in state.message
    assert header_values(state, "x-clerk-auth-message") == [state.message]
    query = dict(parameters(location(state)))
    assert query["redirect_url"] == "http://localhost:5000/notes"
    assert query["__clerk_hs_reason"] == "primary-domain-cross-origin-sync"
    assert state.auth().is_authenticated is False


@pytest.mark.parametrize(
    "referrer",
    [
        "http://localhost:5000/other",
        "http://LOCALHOST:5000/",
        "http://user@localhost:5000/",
        *("", "nonsense", "/relative", "http://[", "http://a b/"),
    ],
)
def test_same_origin_or_invalid_referrer_starts_no_handshake(referrer: str) -> None:
    assert not goes_to_handshake(referrer)


@pytest.mark.parametrize(
    "referrer",
    [
        "http://localhost:5001/",
        "https://localhost:5000/",
        "http://localhost/",
        "http://localhost.evil.example:5000/",
        "android-app://com.example/",
        "about:blank",
        "data:text/html,x",
    ],
)
def test_every_other_origin_starts_a_handshake(referrer: str) -> None:
    assert goes_to_handshake(referrer)


@pytest.mark.parametrize(
    "referrer",
    [
        f"https://{HOST}/v1/oauth",
        f"http://{HOST}:8080/",
        "https://happy-hippo-1.accounts.dev/sign-in",
        "https://somebody-else-7.accounts.dev/sign-in",
        "https://happy-hippo-1.accountsstage.dev/",
        "https://x.accounts.lclclerk.com/",
        "https://accounts.happy.hippo-1.lcl.dev/",
        "https://accounts.x.lclstage.dev/",
        "https://accounts.x.lclclerk.com/",
    ],
)
def test_clerk_pages_start_no_handshake_in_development(referrer: str) -> None:
    assert not goes_to_handshake(referrer)


@pytest.mark.parametrize(
    "referrer",
    [
        "https://accounts.dev/",
        "https://accounts.dev.evil.example/",
        "https://evilaccounts.dev/",
        "https://other-1.clerk.accounts.dev/",
        "https://accounts.evil.example/",
        "https://x.lcl.dev/",
        "https://accounts.lcl.dev.evil.example/",
    ],
)
def test_hosts_similar_to_clerk_start_a_handshake(referrer: str) -> None:
    assert goes_to_handshake(referrer)


@pytest.mark.parametrize(
    "referrer", [f"https://{LIVE_HOST}/v1/oauth", "https://accounts.primary.example/sign-in"]
)
def test_pages_of_the_instance_start_no_handshake_in_production(referrer: str) -> None:
    assert not goes_to_handshake(referrer, LIVE)


@pytest.mark.parametrize(
    "referrer",
    [
        "https://happy-hippo-1.accounts.dev/sign-in",
        "https://accounts.x.lcl.dev/",
        "http://accounts.primary.example/",
        "https://accounts.primary.example:8443/",
        "https://accounts.evil.example/",
        "https://accounts.primary.example.evil.example/",
        "https://clerk.primary.example.evil.example/",
    ],
)
def test_other_account_portals_start_a_handshake_in_production(referrer: str) -> None:
    assert goes_to_handshake(referrer, LIVE)


def test_proxy_of_the_frontend_api_starts_no_handshake() -> None:
    using = settings(proxy_url="https://clerk.proxy.example/x")
    assert not goes_to_handshake("https://clerk.proxy.example/anything", using)
    assert goes_to_handshake("https://proxy.example/", using)


@pytest.mark.parametrize("destination", ["empty", "iframe", "", "image"])
def test_only_a_navigation_starts_a_handshake(destination: str) -> None:
    request = coming_from(SATELLITE, sec_fetch_dest=destination, accept="text/html")
    assert isinstance(state_of(request), SignedIn)


def test_form_from_another_domain_starts_no_handshake() -> None:
    request = page("/", COOKIES, method="POST", referer=SATELLITE)
    assert isinstance(state_of(request), SignedIn)


@pytest.mark.parametrize("count", ["1", "2", "3", "7"])
def test_handshake_is_not_repeated_after_a_redirect(count: str) -> None:
    cookies = {**COOKIES, "__clerk_redirect_count": count}
    assert isinstance(state_of(page("/", cookies, referer=SATELLITE)), SignedIn)


def test_satellite_ignores_the_referrer() -> None:
    using = settings(
        is_satellite=True, domain="satellite.example", sign_in_url="https://primary.example/in"
    )
    assert isinstance(state_of(coming_from("https://primary.example/"), using), SignedIn)


def test_header_token_ignores_the_referrer() -> None:
    request = page("/", referer=SATELLITE, authorization=mint())
    assert isinstance(state_of(request), SignedIn)


def test_public_origin_is_compared_behind_a_proxy() -> None:
    forwarded = {"x_forwarded_proto": "https", "x_forwarded_host": "app.example"}
    assert isinstance(state_of(coming_from("https://app.example/x", **forwarded)), SignedIn)
    assert isinstance(state_of(coming_from("http://localhost:5000/", **forwarded)), Handshake)


def test_signed_out_browser_has_its_own_reason() -> None:
    state = state_of(page("/", {"__clerk_db_jwt": "dvb_1"}, referer=SATELLITE))
    assert state.reason == "session-token-and-uat-missing"
