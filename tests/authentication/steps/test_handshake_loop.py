"""At most three handshakes in a row, whether or not the browser stores cookies."""

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
    handshake_token,
    header_values,
    page,
    state_of,
)
from tests.support import NOW, mint, publishable_key, settings

HOME = "http://localhost:5000/notes?a=1"
MAX_REQUESTS = 40
"""The number of requests after which a test browser gives up."""

SIGNED_IN = (f"__session={mint()}; Path=/", f"__client_uat={CLIENT_UAT}; Path=/")
SIGNED_OUT = ("__session=; Path=/; Max-Age=0", "__client_uat=0; Path=/")


class Visit(NamedTuple):
    """The final URL and state of a browser, and the number of handshakes."""

    url: str
    state: State
    handshakes: int


class Browser:
    """A browser that follows redirects; the Frontend API returns `directives`.

    Args:
        keeps: Whether the browser stores cookies.
        seconds: How long each request takes.
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

    def visit(self, url: str = HOME) -> Visit:
        handshakes = 0
        keyring = Keyring()
        for _ in range(MAX_REQUESTS):
            state = state_of(self.request(url), self.using, keyring=keyring, now=self.now)
            self.keep(header_values(state, "set-cookie"))
            self.now += self.seconds
            if state.redirect is None:
                return Visit(url, state, handshakes)
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
        """Return the URL to which Clerk redirects the browser."""
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
def test_development_browser_without_cookie_storage_is_signed_out_after_three_handshakes(
    directives: tuple[str, ...], headers: dict[str, str], seconds: float
) -> None:
    visit = Browser(DEVELOPMENT, directives, seconds=seconds, headers=headers).visit()
    assert visit.handshakes == 3
    assert isinstance(visit.state, SignedOut)
    assert visit.state.reason == "dev-browser-missing"


CONSTANT_COOKIES: dict[str, tuple[dict[str, str], str]] = {
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


@pytest.mark.parametrize(("cookies", "reason"), CONSTANT_COOKIES.values(), ids=CONSTANT_COOKIES)
@pytest.mark.parametrize("seconds", [0.1, 5.0])
def test_production_client_with_constant_cookies_is_signed_out_after_three_handshakes(
    cookies: dict[str, str], reason: str, seconds: float
) -> None:
    visit = Browser(PRODUCTION, SIGNED_IN, cookies=cookies, seconds=seconds).visit()
    assert visit.handshakes == 3 - int(cookies.get("__clerk_redirect_count", 0))
    assert isinstance(visit.state, SignedOut)
    assert visit.state.reason == reason


@pytest.mark.parametrize("seconds", [0.1, 5.0])
@pytest.mark.parametrize("keeps", [True, False])
def test_failing_organization_activation_ends_at_the_application(
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
def test_browser_from_another_domain_is_synced_once(
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
def test_browser_with_cookie_storage_is_signed_in_by_one_handshake(
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
def test_outdated_session_is_signed_out_after_three_handshakes(
    using: Settings, seconds: float
) -> None:
    stale = (f"__session={mint()}; Path=/", f"__client_uat={int(NOW)}; Path=/")
    cookies = {"__client_uat": CLIENT_UAT}
    visit = Browser(using, stale, cookies=cookies, keeps=True, seconds=seconds).visit()
    assert visit.handshakes == 3
    assert visit.state.reason == "session-token-iat-before-client-uat"


@pytest.mark.parametrize("using", [DEVELOPMENT, PRODUCTION])
def test_signed_out_browser_returns_to_the_requested_url(using: Settings) -> None:
    browser = Browser(using, SIGNED_OUT, cookies={"__client_uat": CLIENT_UAT}, keeps=True)
    visit = browser.visit()
    assert visit.handshakes == 1
    assert isinstance(visit.state, SignedOut)
    assert visit.url == HOME


@pytest.mark.parametrize(("using", "seconds"), [(DEVELOPMENT, 5.0), (PRODUCTION, 1.5)])
def test_slow_browser_with_an_expired_count_is_signed_in(using: Settings, seconds: float) -> None:
    cookies = {"__client_uat": CLIENT_UAT}
    visit = Browser(using, SIGNED_IN, cookies=cookies, keeps=True, seconds=seconds).visit()
    assert visit.handshakes == 1
    assert isinstance(visit.state, SignedIn)
    if using is DEVELOPMENT:
        assert visit.url == HOME


@pytest.mark.parametrize("using", [DEVELOPMENT, PRODUCTION])
@pytest.mark.parametrize("seconds", [0.1, 5.0])
def test_handshakes_without_effect_end_after_three(using: Settings, seconds: float) -> None:
    cookies = {"__session": mint({"exp": NOW - 60}), "__client_uat": CLIENT_UAT}
    visit = Browser(using, (), cookies=cookies, keeps=True, seconds=seconds).visit()
    assert visit.handshakes <= 3
    assert isinstance(visit.state, SignedOut)


def test_redirect_count_never_stays_in_the_url_of_a_browser_with_cookies() -> None:
    browser = Browser(DEVELOPMENT, SIGNED_IN, keeps=True)
    for _ in range(3):
        visit = browser.visit(f"{HOME}&__clerk_db_jwt=d")
        assert (visit.handshakes, visit.url) == (1, HOME)
        assert isinstance(visit.state, SignedIn)
    # Only the cookie counts a loop.
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
def test_outdated_or_malformed_count_is_ignored(text: str) -> None:
    state = state_of(counted(text))
    assert header_values(state, "set-cookie")[0].startswith("__clerk_redirect_count=1;")
    assert state.redirect is not None
    assert f"__clerk_redirect_count%3D1-{int(NOW)}&" in state.redirect
    assert state.redirect.count("__clerk_redirect_count") == 1


@pytest.mark.parametrize(("text", "cookie", "count"), [("1", "", 2), ("2", "1", 3), ("1", "2", 3)])
def test_higher_of_two_counts_is_used(text: str, cookie: str, count: int) -> None:
    state = state_of(counted(f"{text}-{int(NOW)}", {"__clerk_redirect_count": cookie}))
    assert header_values(state, "set-cookie")[0].startswith(f"__clerk_redirect_count={count};")
    assert f"__clerk_redirect_count%3D{count}-{int(NOW)}" in (state.redirect or "")


def test_return_url_of_the_sign_in_page_has_no_count() -> None:
    state = state_of(counted(f"3-{int(NOW)}"))
    assert "__clerk_redirect_count" not in sign_in_url(state)
    assert sign_in_url(state).endswith("redirect_url=http%3A%2F%2Flocalhost%3A5000%2Fnotes%3Fa%3D1")
