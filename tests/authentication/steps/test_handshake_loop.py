"""A browser is sent to three handshakes in a row at most, whatever it keeps of them."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest

from clerk_core import Keyring, Settings, SignedIn, SignedOut, sign_in_url
from clerk_core._messages import Request
from tests.authentication.steps.support import (
    CLIENT_UAT,
    DEVELOPMENT,
    PRODUCTION,
    State,
    browser_cookies,
    decided,
    handshake_token,
    header_values,
    page,
)
from tests.support import NOW, mint, publishable_key, settings

HOME = "http://localhost:5000/notes?a=1"
MOST = 40
"""How many requests a browser of the tests makes before it gives up."""

SIGNED_IN = (f"__session={mint()}; Path=/", f"__client_uat={CLIENT_UAT}; Path=/")
SIGNED_OUT = ("__session=; Path=/; Max-Age=0", "__client_uat=0; Path=/")


class RequestAuth(NamedTuple):
    """Where a browser has come to, and by how many handshakes."""

    url: str
    state: State
    handshakes: int


class Browser:
    """Follows redirects; the Frontend API that it is sent to answers with `directives`.

    Args:
        keeps: Whether it keeps the cookies that it is given.
        seconds: How long every request takes.
    """

    def __init__(
        self,
        using: Settings,
        directives: tuple[str, ...] = (),
        *,
        cookies: dict[str, str] | None = None,
        keeps: bool = False,
        seconds: float = 0.1,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.using, self.directives, self.keeps, self.seconds = using, directives, keeps, seconds
        self.headers = headers or {}
        self.now = NOW
        self.jar = {name: (value, float("inf")) for name, value in (cookies or {}).items()}

    def visit(self, url: str = HOME) -> RequestAuth:
        handshakes = 0
        keyring = Keyring()
        for _ in range(MOST):
            state = decided(self.request(url), self.using, keyring=keyring, now=self.now)
            self.keep(header_values(state, "set-cookie"))
            self.now += self.seconds
            if state.redirect is None:
                return RequestAuth(url, state, handshakes)
            url = state.redirect
            if urlsplit(url).path.endswith("/v1/client/handshake"):
                handshakes += 1
                url = self.handshake(parse_qs(urlsplit(url).query)["redirect_url"][0])
                self.now += self.seconds
        raise AssertionError("The browser is sent on for ever.")

    def request(self, url: str) -> Request:
        cookies = {name: value for name, (value, until) in self.jar.items() if until > self.now}
        return Request("GET", url, page("/", cookies, **self.headers).headers)

    def handshake(self, back: str) -> str:
        """The URL that Clerk sends the browser back to."""
        of_handshake = ("__clerk_db_jwt=d; Path=/", "__clerk_handshake=; Max-Age=0")
        token = handshake_token(*self.directives, *of_handshake)
        if self.using is DEVELOPMENT:
            return f"{back}{'&' if '?' in back else '?'}__clerk_handshake={token}&__clerk_db_jwt=d"
        if self.directives:
            self.keep([f"__clerk_handshake={token}; Max-Age=2"])
        return back

    def keep(self, set_cookies: list[str]) -> None:
        for text in set_cookies if self.keeps else ():
            pair, _, attributes = text.partition(";")
            name, _, value = pair.partition("=")
            _, has_age, age = attributes.partition("Max-Age=")
            until = self.now + int(age) if has_age else float("inf")
            self.jar[name] = (value, until)


@pytest.mark.parametrize("directives", [SIGNED_IN, SIGNED_OUT, ()])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_dest": "iframe", "sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"},
        {"sec_fetch_dest": "", "accept": "text/html"},
    ],
)
@pytest.mark.parametrize("seconds", [0.1, 5.0])
def test_in_development_a_browser_that_keeps_no_cookies_ends_signed_out_after_three(
    directives: tuple[str, ...], headers: dict[str, str], seconds: float
) -> None:
    visit = Browser(DEVELOPMENT, directives, seconds=seconds, headers=headers).visit()
    assert visit.handshakes == 3
    assert isinstance(visit.state, SignedOut)
    assert visit.state.reason == "dev-browser-missing"


FIXED: dict[str, tuple[dict[str, str], str]] = {
    "client alone": ({"__client_uat": CLIENT_UAT}, "client-uat-but-no-session-token"),
    "session alone": ({"__session": mint()}, "session-token-but-no-client-uat"),
    "expired": (
        browser_cookies(mint({"exp": NOW - 60})),
        "session-token-expired-refresh-non-eligible-no-refresh-cookie",
    ),
    "older than the client": (
        browser_cookies(mint(), __client_uat=str(int(NOW))),
        "session-token-iat-before-client-uat",
    ),
    "with a count": (
        {"__client_uat": CLIENT_UAT, "__clerk_redirect_count": "1"},
        "client-uat-but-no-session-token",
    ),
}


@pytest.mark.parametrize(("cookies", "reason"), FIXED.values(), ids=FIXED)
@pytest.mark.parametrize("seconds", [0.1, 5.0])
def test_in_production_a_client_that_always_sends_the_same_cookies_ends_signed_out(
    cookies: dict[str, str], reason: str, seconds: float
) -> None:
    visit = Browser(PRODUCTION, SIGNED_IN, cookies=cookies, seconds=seconds).visit()
    assert visit.handshakes == 3 - int(cookies.get("__clerk_redirect_count", 0))
    assert isinstance(visit.state, SignedOut)
    assert visit.state.reason == reason


@pytest.mark.parametrize("seconds", [0.1, 5.0])
@pytest.mark.parametrize("keeps", [True, False])
def test_an_organization_that_cannot_be_activated_ends_at_the_application(
    seconds: float, keeps: bool
) -> None:
    cookies = browser_cookies(mint({"o": {"id": "org_1", "slg": "acme", "rol": "admin"}}))
    using = settings(
        publishable_key=publishable_key(kind="live"),
        organization_sync_options={"organization_patterns": ["/:slug"]},
    )
    browser = Browser(using, (), cookies=cookies, keeps=keeps, seconds=seconds)
    visit = browser.visit()
    assert visit.handshakes == 3
    assert isinstance(visit.state, SignedIn)


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("seconds", [0.1, 1.5, 5.0])
@pytest.mark.parametrize("directives", [SIGNED_IN, ()])
def test_a_browser_that_another_domain_led_here_is_synced_once(
    keeps: bool, seconds: float, directives: tuple[str, ...]
) -> None:
    browser = Browser(
        PRODUCTION,
        directives,
        cookies=browser_cookies(mint()),
        keeps=keeps,
        seconds=seconds,
        headers={"referer": "https://satellite.example/"},
    )
    visit = browser.visit()
    assert visit.handshakes == 1
    assert isinstance(visit.state, SignedIn)
    assert (visit.url == HOME) is (keeps and seconds < 1)


@pytest.mark.parametrize("using", [DEVELOPMENT, PRODUCTION])
@pytest.mark.parametrize("seconds", [0.1, 0.9])
def test_a_browser_that_keeps_cookies_is_signed_in_by_one_handshake_at_the_url_it_asked_for(
    using: Settings, seconds: float
) -> None:
    cookies = {"__client_uat": CLIENT_UAT}
    visit = Browser(using, SIGNED_IN, cookies=cookies, keeps=True, seconds=seconds).visit()
    assert visit.handshakes == 1
    assert isinstance(visit.state, SignedIn)
    assert visit.url == HOME


@pytest.mark.parametrize(
    ("using", "seconds"), [(DEVELOPMENT, 0.1), (DEVELOPMENT, 5.0), (PRODUCTION, 0.1)]
)
def test_a_session_that_never_satisfies_ends_after_three(using: Settings, seconds: float) -> None:
    stale = (f"__session={mint()}; Path=/", f"__client_uat={int(NOW)}; Path=/")
    cookies = {"__client_uat": CLIENT_UAT}
    visit = Browser(using, stale, cookies=cookies, keeps=True, seconds=seconds).visit()
    assert visit.handshakes == 3
    assert visit.state.reason == "session-token-iat-before-client-uat"


@pytest.mark.parametrize("using", [DEVELOPMENT, PRODUCTION])
def test_a_browser_that_clerk_signs_out_ends_at_the_url_it_asked_for(using: Settings) -> None:
    browser = Browser(using, SIGNED_OUT, cookies={"__client_uat": CLIENT_UAT}, keeps=True)
    visit = browser.visit()
    assert visit.handshakes == 1
    assert isinstance(visit.state, SignedOut)
    assert visit.url == HOME


@pytest.mark.parametrize(("using", "seconds"), [(DEVELOPMENT, 5.0), (PRODUCTION, 1.5)])
def test_a_slow_browser_whose_count_is_gone_when_it_comes_back_is_signed_in_as_well(
    using: Settings, seconds: float
) -> None:
    cookies = {"__client_uat": CLIENT_UAT}
    visit = Browser(using, SIGNED_IN, cookies=cookies, keeps=True, seconds=seconds).visit()
    assert visit.handshakes == 1
    assert isinstance(visit.state, SignedIn)
    if using is DEVELOPMENT:
        assert visit.url == HOME


@pytest.mark.parametrize("using", [DEVELOPMENT, PRODUCTION])
@pytest.mark.parametrize("seconds", [0.1, 5.0])
def test_handshakes_that_change_nothing_end_whatever_they_take(
    using: Settings, seconds: float
) -> None:
    cookies = {"__session": mint({"exp": NOW - 60}), "__client_uat": CLIENT_UAT}
    visit = Browser(using, (), cookies=cookies, keeps=True, seconds=seconds).visit()
    assert visit.handshakes <= 3
    assert isinstance(visit.state, SignedOut)


def test_a_browser_that_keeps_cookies_never_shows_the_count_however_fast_its_user_is() -> None:
    browser = Browser(DEVELOPMENT, SIGNED_IN, keeps=True)
    for _ in range(3):
        visit = browser.visit(f"{HOME}&__clerk_db_jwt=d")
        assert (visit.handshakes, visit.url) == (1, HOME)
        assert isinstance(visit.state, SignedIn)
    # A loop is one that the cookie counts.
    assert isinstance(browser.visit(f"{HOME}&__clerk_db_jwt=d").state, SignedOut)


# The count in the URL


def counted(text: str, cookies: dict[str, str] | None = None) -> Request:
    return page(f"/notes?a=1&__clerk_redirect_count={text}", cookies)


@pytest.mark.parametrize(
    "text",
    [
        f"3-{int(NOW) - 61}",
        f"3-{int(NOW) + 61}",
        "3",
        "3-",
        "-3",
        f"-3-{int(NOW)}",
        f"3.0-{int(NOW)}",
        f"٣-{int(NOW)}",
        f"9999-{int(NOW)}",
        "",
        "x",
    ],
)
def test_a_count_of_another_time_or_form_counts_for_nothing(text: str) -> None:
    state = decided(counted(text))
    assert header_values(state, "set-cookie")[0].startswith("__clerk_redirect_count=1;")
    assert state.redirect is not None
    assert f"__clerk_redirect_count%3D1-{int(NOW)}&" in state.redirect
    assert state.redirect.count("__clerk_redirect_count") == 1


@pytest.mark.parametrize(("text", "cookie", "count"), [("1", "", 2), ("2", "1", 3), ("1", "2", 3)])
def test_the_higher_count_counts(text: str, cookie: str, count: int) -> None:
    state = decided(counted(f"{text}-{int(NOW)}", {"__clerk_redirect_count": cookie}))
    assert header_values(state, "set-cookie")[0].startswith(f"__clerk_redirect_count={count};")
    assert f"__clerk_redirect_count%3D{count}-{int(NOW)}" in (state.redirect or "")


def test_the_count_does_not_come_back_from_the_sign_in_page() -> None:
    state = decided(counted(f"3-{int(NOW)}"))
    assert "__clerk_redirect_count" not in sign_in_url(state)
    assert sign_in_url(state).endswith("redirect_url=http%3A%2F%2Flocalhost%3A5000%2Fnotes%3Fa%3D1")
