"""Several domains, one sign-in: the satellite asks, the primary answers."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, SignedIn, SignedOut
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings
from clerk_core.errors import ConfigurationError
from tests.authentication.steps.support import (
    DEV_BROWSER,
    DEVELOPMENT,
    NAMELESS,
    PRODUCTION,
    asked_for,
    bearing,
    browser_cookies,
    decided,
    header_values,
    location,
    page,
    parameters,
    script,
)
from tests.support import HOST, NOW, mint, publishable_key, settings

HERE = "https://satellite.example"
PRIMARY = "https://primary.example"
SIGN_IN = f"{PRIMARY}/sign-in"


def development(auto_sync: bool = True, sign_in_url: str = SIGN_IN) -> Settings:
    return settings(
        is_satellite=True,
        domain="satellite.example",
        sign_in_url=sign_in_url,
        satellite_auto_sync=auto_sync,
    )


def production(auto_sync: bool = True) -> Settings:
    return settings(
        publishable_key=publishable_key("clerk.primary.example", "live"),
        secret_key="sk_live_0123456789abcdef",
        is_satellite=True,
        domain="satellite.example",
        sign_in_url=SIGN_IN,
        satellite_auto_sync=auto_sync,
    )


SATELLITE_ISSUER = "https://clerk.satellite.example"


def visit(path: str = "/", cookies: dict[str, str] | None = None, **headers: str) -> Request:
    return Request("GET", f"{HERE}{path}", page("/", cookies, **headers).headers)


def cookies_of_production() -> dict[str, str]:
    return browser_cookies(mint({"iss": SATELLITE_ISSUER}))


# The satellite asks


def test_in_development_the_primarys_sign_in_page_is_asked() -> None:
    state, asked = asked_for(visit("/notes?a=1"), development())
    assert isinstance(state, Handshake)
    assert state.reason == "satellite-needs-syncing"
    assert location(state).partition("?")[0] == SIGN_IN
    assert parameters(location(state)) == [("__clerk_redirect_url", f"{HERE}/notes?a=1")]
    assert header_values(state, "cache-control") == ["no-store"]
    assert header_values(state, "set-cookie") == [
        "__clerk_redirect_count=1; SameSite=Lax; HttpOnly; Max-Age=2"
    ]
    assert asked == []


def test_in_development_the_sign_in_page_keeps_its_own_query() -> None:
    page_ = settings(
        is_satellite=True, proxy_url="/__clerk", sign_in_url=f"{SIGN_IN}?theme=dark#x",
        satellite_auto_sync=True,
    )  # fmt: skip
    asked = location(decided(visit(), page_))
    assert dict(parameters(asked))["theme"] == "dark"
    assert asked.startswith(f"{SIGN_IN}?")


def test_in_production_the_frontend_api_of_the_satellites_domain_is_asked() -> None:
    state = decided(visit("/notes"), production())
    assert isinstance(state, Handshake)
    assert state.reason == "satellite-needs-syncing"
    where, asked = location(state).partition("?")[0], dict(parameters(location(state)))
    assert where == "https://clerk.satellite.example/v1/client/handshake"
    assert asked["redirect_url"] == f"{HERE}/notes"
    assert asked["__clerk_hs_reason"] == "satellite-needs-syncing"


def test_in_production_a_proxy_of_the_satellites_stands_in_for_its_domain() -> None:
    using = settings(
        publishable_key=publishable_key("clerk.primary.example", "live"),
        secret_key="sk_live_x", is_satellite=True, proxy_url=f"{HERE}/__clerk",
        satellite_auto_sync=True,
    )  # fmt: skip
    assert location(decided(visit(), using)).startswith(f"{HERE}/__clerk/v1/client/handshake?")


@pytest.mark.parametrize("using", [development(False), production(False)])
def test_without_auto_sync_a_first_visit_stays_here(using: Settings) -> None:
    state, asked = asked_for(visit(), using)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"
    assert state.redirect is None
    assert asked == []


@pytest.mark.parametrize("using", [development(False), production(False), development()])
def test_coming_back_from_the_sign_in_page_asks_with_or_without_auto_sync(using: Settings) -> None:
    state = decided(visit("/?__clerk_synced=false"), using)
    assert isinstance(state, Handshake)
    assert state.reason == "satellite-needs-syncing"


@pytest.mark.parametrize("using", [development(), production()])
@pytest.mark.parametrize("value", ["", "False", "0", "no", "true1", "False&__clerk_synced=false"])
def test_any_other_value_neither_asks_nor_answers(using: Settings, value: str) -> None:
    # With auto-sync the visit is a first one all the same.
    assert decided(visit(f"/?__clerk_synced={value}"), using).reason == "satellite-needs-syncing"
    quiet = development(False) if using.instance == DEVELOPMENT.instance else production(False)
    state = decided(visit(f"/?__clerk_synced={value}"), quiet)
    assert state.reason == "session-token-and-uat-missing"


def test_after_a_sync_it_is_not_asked_again() -> None:
    state = decided(visit("/?__clerk_synced=true"), production())
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"
    # In development the satellite then goes on to be known as a development browser.
    state = decided(visit("/?__clerk_synced=true&__clerk_db_jwt=dvb_2"), development())
    assert state.reason == "dev-browser-sync"
    assert location(state).startswith(f"https://{HOST}/v1/client/handshake?")


@pytest.mark.parametrize(
    "names", [("__session",), ("__client_uat",), ("__session", "__client_uat")]
)
def test_a_visit_with_cookies_is_not_a_first_one(names: tuple[str, ...]) -> None:
    for using, all_ in (
        (development(), browser_cookies(mint())),
        (production(), cookies_of_production()),
    ):
        cookies = {name: all_[name] for name in names}
        assert decided(visit("/", cookies), using).reason != "satellite-needs-syncing"
        asked = decided(visit("/?__clerk_synced=false", cookies), using)
        assert asked.reason == "satellite-needs-syncing"


def test_a_session_that_was_issued_elsewhere_is_none_of_this_satellites() -> None:
    state = decided(visit("/", {"__session": mint()}), production())
    assert state.reason == "satellite-needs-syncing"


def test_a_signed_in_browser_stays_signed_in_on_a_satellite() -> None:
    assert isinstance(decided(visit("/", browser_cookies(mint())), development()), SignedIn)
    assert isinstance(decided(visit("/", cookies_of_production()), production()), SignedIn)


def test_a_client_uat_of_zero_is_no_cookie() -> None:
    state = decided(visit("/", {"__client_uat": "0"}), production())
    assert state.reason == "satellite-needs-syncing"


@pytest.mark.parametrize("using", [development(), production()])
@pytest.mark.parametrize(
    "request_",
    [
        visit("/", sec_fetch_dest="empty"),
        visit("/", sec_fetch_dest="iframe"),
        visit("/", sec_fetch_dest=""),
        page("/", method="POST"),
        script("/"),
    ],
)
def test_only_a_navigation_asks(using: Settings, request_: Request) -> None:
    assert decided(request_, using).reason != "satellite-needs-syncing"


@pytest.mark.parametrize("using", [development(), production()])
def test_after_three_redirects_in_a_row_the_satellite_gives_up(using: Settings) -> None:
    for count in ("1", "2"):
        state = decided(visit("/", {"__clerk_redirect_count": count}), using)
        assert isinstance(state, Handshake)
    state = decided(visit("/", {"__clerk_redirect_count": "3"}), using)
    assert isinstance(state, SignedOut)
    assert state.reason == "satellite-needs-syncing"
    assert state.redirect is None


def test_a_token_in_the_header_goes_first_on_a_satellite() -> None:
    assert isinstance(decided(bearing(mint()), development()), SignedIn)
    request = visit("/?__clerk_synced=false", authorization=mint())
    assert isinstance(decided(request, development()), SignedIn)


def test_an_expired_session_on_a_satellite_leads_to_an_ordinary_handshake() -> None:
    state = decided(visit("/", browser_cookies(mint({"exp": NOW - 60}))), development())
    assert (state.reason or "").startswith("session-token-expired-refresh-")
    assert location(state).startswith(f"https://{HOST}/v1/client/handshake?")


@pytest.mark.parametrize("page_", ["/sign-in", "sign-in", "javascript:alert(1)", "https://["])
def test_a_sign_in_page_that_is_no_url_is_never_a_redirect(page_: str) -> None:
    # Without a secret key the settings cannot tell that the instance is a development instance.
    try:
        using = settings(
            secret_key=None, is_satellite=True, domain="satellite.example", sign_in_url=page_,
            satellite_auto_sync=True,
        )  # fmt: skip
        state = decided(visit(), using)
    except ConfigurationError as error:
        assert "CLERK_SIGN_IN_URL" in error.message  # noqa: PT017
        return
    assert state.redirect is None or state.redirect.startswith("https://")


# The primary answers


def answer_to(
    url: str, using: Settings = DEVELOPMENT, cookies: dict[str, str] | None = None
) -> str | None:
    state = decided(page(f"/sign-in?__clerk_redirect_url={url}", cookies), using)
    if state.reason != "primary-responds-to-syncing":
        return None
    assert isinstance(state, Handshake)
    assert header_values(state, "cache-control") == ["no-store"]
    return location(state)


def test_the_primary_sends_the_browser_back_and_names_it() -> None:
    target = answer_to(
        "https%3A%2F%2Fsatellite.example%2Fnotes%3Fa%3D1", cookies={"__clerk_db_jwt": "dvb_1"}
    )
    assert target is not None
    assert target.startswith(f"{HERE}/notes?")
    assert parameters(target) == [
        ("a", "1"),
        ("__clerk_db_jwt", DEV_BROWSER),
        ("__clerk_synced", "true"),
    ]


def test_the_primary_answers_before_it_knows_the_browser() -> None:
    assert answer_to(f"{HERE}/") == f"{HERE}/?__clerk_synced=true"


def test_the_primary_answers_a_signed_in_browser_too() -> None:
    assert answer_to(f"{HERE}/", cookies=browser_cookies(mint())) is not None


def test_the_answer_overwrites_the_question() -> None:
    target = answer_to("https%3A%2F%2Fsatellite.example%2F%3F__clerk_synced%3Dfalse%26b%3D2")
    assert target is not None
    assert parameters(target) == [("__clerk_synced", "true"), ("b", "2")]


@pytest.mark.parametrize(
    "url",
    [
        *("", "/notes", "notes", "//satellite.example/", "satellite.example"),
        *("javascript:alert(1)", "JavaScript:alert(1)", "%09javascript:alert(1)"),
        *("java%0Ascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"),
        *("ftp://satellite.example/", "blob:https://satellite.example/x", "about:blank"),
        *("https://", "https://[", "http://a%20b/", "%00", "%ED%A0%80"),
    ],
)
def test_the_primary_never_sends_anybody_to_what_is_no_web_page(url: str) -> None:
    assert answer_to(url, cookies={"__clerk_db_jwt": "dvb_1"}) is None
    for cookies in ({}, browser_cookies(mint())):
        state = decided(page(f"/?__clerk_redirect_url={url}", cookies))
        assert state.redirect is None or state.redirect.startswith(f"https://{HOST}/")


@pytest.mark.parametrize("using", [PRODUCTION, NAMELESS, development(), production()])
def test_only_a_primary_in_development_answers(using: Settings) -> None:
    assert answer_to(f"{HERE}/", using) is None


@pytest.mark.parametrize(
    "request_",
    [
        page(f"/?__clerk_redirect_url={HERE}", method="POST"),
        script(f"/?__clerk_redirect_url={HERE}"),
        page(f"/?__clerk_redirect_url={HERE}", {"__clerk_redirect_count": "3"}),
    ],
)
def test_where_no_browser_can_be_sent_the_primary_says_why(request_: Request) -> None:
    state = decided(request_)
    assert isinstance(state, SignedOut)
    assert state.reason == "primary-responds-to-syncing"
    assert state.redirect is None


def test_where_the_origins_are_listed_the_primary_answers_those_only() -> None:
    using = settings(authorized_parties=["http://localhost:5000", HERE])
    assert answer_to(f"{HERE}/x", using) is not None
    for other in ("https://evil.example/", "http://satellite.example/", f"{HERE}:8443/"):
        assert answer_to(other, using) is None


def test_the_name_of_the_browser_adds_no_parameter_of_its_own() -> None:
    target = answer_to(
        f"{HERE}/", cookies={"__clerk_db_jwt": "a%26__clerk_synced%3Dfalse%0D%0Ax: y"}
    )
    assert target is not None
    assert parameters(target)[-1] == ("__clerk_synced", "true")
    assert len(parameters(target)) == 2
    assert target.isprintable()


# What cannot be


BEARER = ("authorization", f"Bearer {mint()}")
FORWARDED = {"x-forwarded-host": "primary.example", "x-forwarded-proto": "https"}


@pytest.mark.parametrize("headers", [{}, {"origin": "x"}, {"origin": PRIMARY}, {"origin": "null"}])
@pytest.mark.parametrize("using", [development(), production()])
def test_a_request_that_names_the_primary_is_no_mistake_of_the_configuration(
    headers: dict[str, str], using: Settings
) -> None:
    for pairs in (headers, {**headers, **FORWARDED}, {**headers, **FORWARDED, "accept": "*/*"}):
        request = Request("GET", f"{HERE}/", [("sec-fetch-dest", "document"), *pairs.items()])
        assert not decided(request, using).is_authenticated
    bearing = Request("GET", f"{HERE}/", [*headers.items(), *FORWARDED.items(), BEARER])
    assert decided(bearing, using).is_authenticated


def test_a_satellite_does_not_ask_itself_and_says_what_to_set() -> None:
    own = development(sign_in_url=f"{HERE}/sign-in")
    for using, more in ((own, {}), (development(), FORWARDED)):
        headers = [("sec-fetch-dest", "document"), *more.items()]
        state = decided(Request("GET", f"{HERE}/?__clerk_synced=false", headers), using)
        assert isinstance(state, SignedOut)
        assert state.reason == "satellite-sign-in-url-own"
        assert "CLERK_SIGN_IN_URL" in state.message
        assert state.redirect is None


def test_a_request_from_the_primarys_pages_is_as_good_as_any_other() -> None:
    request = Request("GET", f"{HERE}/", [("origin", PRIMARY), ("authorization", mint())])
    assert isinstance(decided(request, development()), SignedIn)
