"""`handshake=False`: an API without pages sends no browser anywhere, whatever would be due."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, SignedIn
from clerk_core._messages import Request
from clerk_core._settings.settings import Options
from tests.authentication.steps.support import asked_for, browser_cookies, decided, page
from tests.support import NOW, mint, publishable_key, settings

PRIMARY: Options = {
    "publishable_key": publishable_key(kind="live"),
    "secret_key": "sk_live_0123456789abcdef",
}
SATELLITE: Options = {
    **PRIMARY,
    "is_satellite": True,
    "satellite_auto_sync": True,
    "domain": "satellite.example",
    "sign_in_url": "https://primary.example/sign-in",
}
EXPIRED = mint({"iat": int(NOW) - 70, "nbf": int(NOW) - 80, "exp": int(NOW) - 10})

DUE: list[tuple[Options, Request]] = [
    ({}, page("/")),
    ({}, page("/?__clerk_db_jwt=dvb_1")),
    (PRIMARY, page("/", {"__session": mint(), "__client_uat": "0"})),
    (PRIMARY, page("/", {"__client_uat": "1"})),
    (PRIMARY, page("/", {"__session": mint(), "__client_uat": str(int(NOW) + 5)})),
    (PRIMARY, page("/", {"__session": EXPIRED, "__client_uat": "1"})),
    (SATELLITE, page("/")),
]


@pytest.mark.parametrize(("options", "request_"), DUE)
def test_no_browser_is_sent_to_a_handshake(options: Options, request_: Request) -> None:
    assert isinstance(decided(request_, settings(**options)), Handshake)

    without: Options = {**options, "handshake": False}
    state, asked = asked_for(request_, settings(**without))

    assert state.status == "signed-out"
    assert state.redirect is None
    assert asked == []


@pytest.mark.parametrize("name", ["__clerk_handshake_nonce", "__clerk_handshake"])
@pytest.mark.parametrize("options", [{}, PRIMARY])
def test_no_handshake_is_taken_in(options: Options, name: str) -> None:
    without: Options = {**options, "handshake": False}
    for request in (page(f"/?{name}=x"), page("/", {name: "x"})):
        state, asked = asked_for(request, settings(**without))

        assert state.redirect is None
        assert [pair for pair in state.headers if pair[0] == "set-cookie"] == []
        assert asked == []


def test_a_session_in_a_cookie_still_signs_in() -> None:
    request = page("/", browser_cookies(mint()))

    assert isinstance(decided(request, settings(handshake=False)), SignedIn)
