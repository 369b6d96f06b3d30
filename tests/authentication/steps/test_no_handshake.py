"""`handshake=False`: an API without pages never redirects to a handshake."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, SignedIn
from clerk_core._messages import Request
from clerk_core._settings.settings import Options
from tests.authentication.steps.support import browser_cookies, page, state_and_requests, state_of
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

HANDSHAKE_CASES: list[tuple[Options, Request]] = [
    ({}, page("/")),
    ({}, page("/?__clerk_db_jwt=dvb_1")),
    (PRIMARY, page("/", {"__session": mint(), "__client_uat": "0"})),
    (PRIMARY, page("/", {"__client_uat": "1"})),
    (PRIMARY, page("/", {"__session": mint(), "__client_uat": str(int(NOW) + 5)})),
    (PRIMARY, page("/", {"__session": EXPIRED, "__client_uat": "1"})),
    (SATELLITE, page("/")),
]


@pytest.mark.parametrize(("options", "request_"), HANDSHAKE_CASES)
def test_no_handshake_is_started(options: Options, request_: Request) -> None:
    assert isinstance(state_of(request_, settings(**options)), Handshake)

    without: Options = {**options, "handshake": False}
    state, requests = state_and_requests(request_, settings(**without))

    assert state.status == "signed-out"
    assert state.redirect is None
    assert requests == []


@pytest.mark.parametrize("name", ["__clerk_handshake_nonce", "__clerk_handshake"])
@pytest.mark.parametrize("options", [{}, PRIMARY])
def test_handshake_in_the_request_is_ignored(options: Options, name: str) -> None:
    without: Options = {**options, "handshake": False}
    for request in (page(f"/?{name}=x"), page("/", {name: "x"})):
        state, requests = state_and_requests(request, settings(**without))

        assert state.redirect is None
        assert [pair for pair in state.headers if pair[0] == "set-cookie"] == []
        assert requests == []


def test_session_cookie_still_signs_in() -> None:
    request = page("/", browser_cookies(mint()))

    assert isinstance(state_of(request, settings(handshake=False)), SignedIn)
