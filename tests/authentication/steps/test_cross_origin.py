"""A signed-in browser that comes from another domain, where its session may have changed."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, SignedIn
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings
from tests.authentication.steps.support import (
    DEVELOPMENT,
    PRODUCTION,
    browser_cookies,
    decided,
    header_values,
    location,
    page,
    parameters,
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
    state = decided(page("/notes", cookies, referer=referrer), using)
    assert isinstance(state, Handshake | SignedIn)
    return isinstance(state, Handshake)


@pytest.mark.parametrize("using", [DEVELOPMENT, PRODUCTION])
def test_a_navigation_from_another_domain_leads_to_a_handshake(using: Settings) -> None:
    state = decided(coming_from(SATELLITE), using)
    assert isinstance(state, Handshake)
    assert state.reason == "primary-domain-cross-origin-sync"
    assert "another domain" in state.message
    assert header_values(state, "x-clerk-auth-message") == [state.message]
    asked = dict(parameters(location(state)))
    assert asked["redirect_url"] == "http://localhost:5000/notes"
    assert asked["__clerk_hs_reason"] == "primary-domain-cross-origin-sync"
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
def test_a_page_of_this_origin_or_none_at_all_changes_nothing(referrer: str) -> None:
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
def test_every_other_origin_counts_as_another_domain(referrer: str) -> None:
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
def test_in_development_clerks_own_pages_are_no_other_domain(referrer: str) -> None:
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
def test_a_host_that_only_looks_like_clerks_is_another_domain(referrer: str) -> None:
    assert goes_to_handshake(referrer)


@pytest.mark.parametrize(
    "referrer", [f"https://{LIVE_HOST}/v1/oauth", "https://accounts.primary.example/sign-in"]
)
def test_in_production_the_instances_own_pages_are_no_other_domain(referrer: str) -> None:
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
def test_in_production_nobody_elses_portal_is_trusted(referrer: str) -> None:
    assert goes_to_handshake(referrer, LIVE)


def test_a_proxy_of_the_frontend_api_is_clerks_page() -> None:
    using = settings(proxy_url="https://clerk.proxy.example/x")
    assert not goes_to_handshake("https://clerk.proxy.example/anything", using)
    assert goes_to_handshake("https://proxy.example/", using)


@pytest.mark.parametrize("destination", ["empty", "iframe", "", "image"])
def test_only_a_navigation_leads_to_the_handshake(destination: str) -> None:
    request = coming_from(SATELLITE, sec_fetch_dest=destination, accept="text/html")
    assert isinstance(decided(request), SignedIn)


def test_a_form_that_is_sent_from_another_domain_goes_through() -> None:
    request = page("/", COOKIES, method="POST", referer=SATELLITE)
    assert isinstance(decided(request), SignedIn)


@pytest.mark.parametrize("count", ["1", "2", "3", "7"])
def test_after_one_redirect_it_is_not_tried_again(count: str) -> None:
    cookies = {**COOKIES, "__clerk_redirect_count": count}
    assert isinstance(decided(page("/", cookies, referer=SATELLITE)), SignedIn)


def test_a_satellite_does_not_ask_because_of_a_referrer() -> None:
    using = settings(
        is_satellite=True, domain="satellite.example", sign_in_url="https://primary.example/in"
    )
    assert isinstance(decided(coming_from("https://primary.example/"), using), SignedIn)


def test_a_token_in_the_header_is_not_asked_about() -> None:
    request = page("/", referer=SATELLITE, authorization=mint())
    assert isinstance(decided(request), SignedIn)


def test_behind_a_proxy_the_public_origin_is_compared() -> None:
    forwarded = {"x_forwarded_proto": "https", "x_forwarded_host": "app.example"}
    assert isinstance(decided(coming_from("https://app.example/x", **forwarded)), SignedIn)
    assert isinstance(decided(coming_from("http://localhost:5000/", **forwarded)), Handshake)


def test_who_is_not_signed_in_is_told_that_and_not_this() -> None:
    state = decided(page("/", {"__clerk_db_jwt": "dvb_1"}, referer=SATELLITE))
    assert state.reason == "session-token-and-uat-missing"
