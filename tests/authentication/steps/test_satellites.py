"""Satellite domains: syncing with the primary, and redirects of the primary."""

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
    api_request,
    browser_cookies,
    header_values,
    location,
    page,
    parameters,
    script,
    state_and_requests,
    state_of,
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


# The satellite requests a sync


def test_development_satellite_redirects_to_the_primary_sign_in_page() -> None:
    state, requests = state_and_requests(visit("/notes?a=1"), development())
    assert isinstance(state, Handshake)
    assert state.reason == "satellite-needs-syncing"
    assert location(state).partition("?")[0] == SIGN_IN
    assert parameters(location(state)) == [("__clerk_redirect_url", f"{HERE}/notes?a=1")]
    assert header_values(state, "cache-control") == ["no-store"]
    assert header_values(state, "set-cookie") == [
        "__clerk_redirect_count=1; SameSite=Lax; HttpOnly; Max-Age=2"
    ]
    assert requests == []


def test_query_of_the_primary_sign_in_page_is_kept() -> None:
    page_ = settings(
        is_satellite=True, proxy_url="/__clerk", sign_in_url=f"{SIGN_IN}?theme=dark#x",
        satellite_auto_sync=True,
    )  # fmt: skip
    query = location(state_of(visit(), page_))
    assert dict(parameters(query))["theme"] == "dark"
    assert query.startswith(f"{SIGN_IN}?")


def test_production_satellite_redirects_to_the_frontend_api_of_its_domain() -> None:
    state = state_of(visit("/notes"), production())
    assert isinstance(state, Handshake)
    assert state.reason == "satellite-needs-syncing"
    where, query = location(state).partition("?")[0], dict(parameters(location(state)))
    assert where == "https://clerk.satellite.example/v1/client/handshake"
    assert query["redirect_url"] == f"{HERE}/notes"
    assert query["__clerk_hs_reason"] == "satellite-needs-syncing"


def test_production_satellite_redirects_to_its_proxy() -> None:
    using = settings(
        publishable_key=publishable_key("clerk.primary.example", "live"),
        secret_key="sk_live_x", is_satellite=True, proxy_url=f"{HERE}/__clerk",
        satellite_auto_sync=True,
    )  # fmt: skip
    assert location(state_of(visit(), using)).startswith(f"{HERE}/__clerk/v1/client/handshake?")


@pytest.mark.parametrize("using", [development(False), production(False)])
def test_first_visit_is_not_synced_without_auto_sync(using: Settings) -> None:
    state, requests = state_and_requests(visit(), using)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"
    assert state.redirect is None
    assert requests == []


@pytest.mark.parametrize("using", [development(False), production(False), development()])
def test_return_from_sign_in_is_synced_with_or_without_auto_sync(using: Settings) -> None:
    state = state_of(visit("/?__clerk_synced=false"), using)
    assert isinstance(state, Handshake)
    assert state.reason == "satellite-needs-syncing"


@pytest.mark.parametrize("using", [development(), production()])
@pytest.mark.parametrize("value", ["", "False", "0", "no", "true1", "False&__clerk_synced=false"])
def test_other_values_of_the_sync_parameter_are_ignored(using: Settings, value: str) -> None:
    # With auto-sync the visit is a first one all the same.
    assert state_of(visit(f"/?__clerk_synced={value}"), using).reason == "satellite-needs-syncing"
    quiet = development(False) if using.instance == DEVELOPMENT.instance else production(False)
    state = state_of(visit(f"/?__clerk_synced={value}"), quiet)
    assert state.reason == "session-token-and-uat-missing"


def test_sync_is_not_repeated() -> None:
    state = state_of(visit("/?__clerk_synced=true"), production())
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"
    # In development the dev browser is synced next.
    state = state_of(visit("/?__clerk_synced=true&__clerk_db_jwt=dvb_2"), development())
    assert state.reason == "dev-browser-sync"
    assert location(state).startswith(f"https://{HOST}/v1/client/handshake?")


@pytest.mark.parametrize(
    "names", [("__session",), ("__client_uat",), ("__session", "__client_uat")]
)
def test_visit_with_cookies_is_not_synced(names: tuple[str, ...]) -> None:
    for using, all_ in (
        (development(), browser_cookies(mint())),
        (production(), cookies_of_production()),
    ):
        cookies = {name: all_[name] for name in names}
        assert state_of(visit("/", cookies), using).reason != "satellite-needs-syncing"
        state = state_of(visit("/?__clerk_synced=false", cookies), using)
        assert state.reason == "satellite-needs-syncing"


def test_session_of_another_issuer_is_ignored_on_a_satellite() -> None:
    state = state_of(visit("/", {"__session": mint()}), production())
    assert state.reason == "satellite-needs-syncing"


def test_signed_in_browser_stays_signed_in_on_a_satellite() -> None:
    assert isinstance(state_of(visit("/", browser_cookies(mint())), development()), SignedIn)
    assert isinstance(state_of(visit("/", cookies_of_production()), production()), SignedIn)


def test_zero_client_uat_counts_as_missing() -> None:
    state = state_of(visit("/", {"__client_uat": "0"}), production())
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
def test_only_a_navigation_is_synced(using: Settings, request_: Request) -> None:
    assert state_of(request_, using).reason != "satellite-needs-syncing"


@pytest.mark.parametrize("using", [development(), production()])
def test_sync_ends_after_three_redirects(using: Settings) -> None:
    for count in ("1", "2"):
        state = state_of(visit("/", {"__clerk_redirect_count": count}), using)
        assert isinstance(state, Handshake)
    state = state_of(visit("/", {"__clerk_redirect_count": "3"}), using)
    assert isinstance(state, SignedOut)
    assert state.reason == "satellite-needs-syncing"
    assert state.redirect is None


def test_header_token_takes_precedence_on_a_satellite() -> None:
    assert isinstance(state_of(api_request(mint()), development()), SignedIn)
    request = visit("/?__clerk_synced=false", authorization=mint())
    assert isinstance(state_of(request, development()), SignedIn)


def test_expired_session_on_a_satellite_starts_an_ordinary_handshake() -> None:
    state = state_of(visit("/", browser_cookies(mint({"exp": NOW - 60}))), development())
    assert (state.reason or "").startswith("session-token-expired-refresh-")
    assert location(state).startswith(f"https://{HOST}/v1/client/handshake?")


@pytest.mark.parametrize("page_", ["/sign-in", "sign-in", "javascript:alert(1)", "https://["])
def test_invalid_sign_in_url_is_never_a_redirect_target(page_: str) -> None:
    # Without a secret key the settings cannot tell that the instance is a development instance.
    try:
        using = settings(
            secret_key=None, is_satellite=True, domain="satellite.example", sign_in_url=page_,
            satellite_auto_sync=True,
        )  # fmt: skip
        state = state_of(visit(), using)
    except ConfigurationError as error:
        assert "CLERK_SIGN_IN_URL" in error.message  # noqa: PT017
        return
    assert state.redirect is None or state.redirect.startswith("https://")


# The primary redirects back


def sync_target(
    url: str, using: Settings = DEVELOPMENT, cookies: dict[str, str] | None = None
) -> str | None:
    state = state_of(page(f"/sign-in?__clerk_redirect_url={url}", cookies), using)
    if state.reason != "primary-responds-to-syncing":
        return None
    assert isinstance(state, Handshake)
    assert header_values(state, "cache-control") == ["no-store"]
    return location(state)


def test_primary_redirects_back_with_the_dev_browser() -> None:
    target = sync_target(
        "https%3A%2F%2Fsatellite.example%2Fnotes%3Fa%3D1", cookies={"__clerk_db_jwt": "dvb_1"}
    )
    assert target is not None
    assert target.startswith(f"{HERE}/notes?")
    assert parameters(target) == [
        ("a", "1"),
        ("__clerk_db_jwt", DEV_BROWSER),
        ("__clerk_synced", "true"),
    ]


def test_primary_redirects_back_without_a_dev_browser() -> None:
    assert sync_target(f"{HERE}/") == f"{HERE}/?__clerk_synced=true"


def test_primary_redirects_a_signed_in_browser_back() -> None:
    assert sync_target(f"{HERE}/", cookies=browser_cookies(mint())) is not None


def test_sync_parameter_is_overwritten() -> None:
    target = sync_target("https%3A%2F%2Fsatellite.example%2F%3F__clerk_synced%3Dfalse%26b%3D2")
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
def test_primary_never_redirects_to_other_schemes(url: str) -> None:
    assert sync_target(url, cookies={"__clerk_db_jwt": "dvb_1"}) is None
    for cookies in ({}, browser_cookies(mint())):
        state = state_of(page(f"/?__clerk_redirect_url={url}", cookies))
        assert state.redirect is None or state.redirect.startswith(f"https://{HOST}/")


@pytest.mark.parametrize("using", [PRODUCTION, NAMELESS, development(), production()])
def test_only_a_development_primary_redirects_back(using: Settings) -> None:
    assert sync_target(f"{HERE}/", using) is None


@pytest.mark.parametrize(
    "request_",
    [
        page(f"/?__clerk_redirect_url={HERE}", method="POST"),
        script(f"/?__clerk_redirect_url={HERE}"),
        page(f"/?__clerk_redirect_url={HERE}", {"__clerk_redirect_count": "3"}),
    ],
)
def test_primary_gives_a_reason_if_it_cannot_redirect(request_: Request) -> None:
    state = state_of(request_)
    assert isinstance(state, SignedOut)
    assert state.reason == "primary-responds-to-syncing"
    assert state.redirect is None


def test_primary_redirects_only_to_authorized_parties() -> None:
    using = settings(authorized_parties=["http://localhost:5000", HERE])
    assert sync_target(f"{HERE}/x", using) is not None
    for other in ("https://evil.example/", "http://satellite.example/", f"{HERE}:8443/"):
        assert sync_target(other, using) is None


def test_dev_browser_cannot_inject_parameters() -> None:
    target = sync_target(
        f"{HERE}/", cookies={"__clerk_db_jwt": "a%26__clerk_synced%3Dfalse%0D%0Ax: y"}
    )
    assert target is not None
    assert parameters(target)[-1] == ("__clerk_synced", "true")
    assert len(parameters(target)) == 2
    assert target.isprintable()


# Misconfiguration


BEARER = ("authorization", f"Bearer {mint()}")
FORWARDED = {"x-forwarded-host": "primary.example", "x-forwarded-proto": "https"}


@pytest.mark.parametrize("headers", [{}, {"origin": "x"}, {"origin": PRIMARY}, {"origin": "null"}])
@pytest.mark.parametrize("using", [development(), production()])
def test_request_with_the_primary_origin_raises_no_configuration_error(
    headers: dict[str, str], using: Settings
) -> None:
    for pairs in (headers, {**headers, **FORWARDED}, {**headers, **FORWARDED, "accept": "*/*"}):
        request = Request("GET", f"{HERE}/", [("sec-fetch-dest", "document"), *pairs.items()])
        assert not state_of(request, using).is_authenticated
    api_request = Request("GET", f"{HERE}/", [*headers.items(), *FORWARDED.items(), BEARER])
    assert state_of(api_request, using).is_authenticated


def test_satellite_never_syncs_with_itself() -> None:
    own = development(sign_in_url=f"{HERE}/sign-in")
    for using, more in ((own, {}), (development(), FORWARDED)):
        headers = [("sec-fetch-dest", "document"), *more.items()]
        state = state_of(Request("GET", f"{HERE}/?__clerk_synced=false", headers), using)
        assert isinstance(state, SignedOut)
        assert state.reason == "satellite-sign-in-url-own"
        assert "CLERK_SIGN_IN_URL" in state.message
        assert state.redirect is None


def test_request_from_the_primary_origin_is_accepted() -> None:
    request = Request("GET", f"{HERE}/", [("origin", PRIMARY), ("authorization", mint())])
    assert isinstance(state_of(request, development()), SignedIn)
