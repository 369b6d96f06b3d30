"""The sign-up URL, session tasks, and return URLs of satellites."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core import sign_in_url, sign_up_url
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings
from clerk_core.errors import ConfigurationError
from tests.authentication.result.support import in_handshake, signed_in, signed_out
from tests.sample import examples
from tests.support import publishable_key, settings

PAGE = Request("GET", "https://app.example.com/notes?a=1", [("accept", "text/html")])
KNOWN = Request("GET", PAGE.url, [("cookie", "__clerk_db_jwt=dvb_1")])
PORTAL = "https://happy-hippo-1.accounts.dev"


def parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def without_query(url: str) -> str:
    return url.partition("?")[0]


# Pages


def test_account_portal_has_a_sign_up_page() -> None:
    url = sign_up_url(signed_out(PAGE))
    assert without_query(url) == f"{PORTAL}/sign-up"
    assert parameters(url) == {"redirect_url": PAGE.url}


@pytest.mark.parametrize(
    ("sign_up", "sign_in", "target"),
    [
        ("/join", None, "https://app.example.com/join"),
        ("/join", "/sign-in", "https://app.example.com/join"),
        ("https://join.example.com/x", "/sign-in", "https://join.example.com/x"),
        (None, "/sign-in", "https://app.example.com/sign-in/create"),
        (None, "/sign-in/", "https://app.example.com/sign-in/create"),
        (None, "https://login.example.com", "https://login.example.com/create"),
        (None, "https://login.example.com/in", "https://login.example.com/in/create"),
        (None, None, f"{PORTAL}/sign-up"),
    ],
)
def test_configured_sign_up_page_takes_precedence_over_the_sign_in_page(
    sign_up: str | None, sign_in: str | None, target: str
) -> None:
    using = settings(sign_up_url=sign_up, sign_in_url=sign_in)
    assert without_query(sign_up_url(signed_out(PAGE, using))) == target


def test_query_of_the_sign_in_page_is_kept() -> None:
    url = sign_up_url(signed_out(PAGE, settings(sign_in_url="/in?theme=dark&redirect_url=x")))
    assert without_query(url) == "https://app.example.com/in/create"
    assert parameters(url) == {"theme": "dark", "redirect_url": PAGE.url}


def test_missing_page_raises_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_PUBLISHABLE_KEY"):
        sign_up_url(signed_out(PAGE, settings(publishable_key=None)))


def test_configured_page_needs_no_publishable_key() -> None:
    for using in (
        settings(publishable_key=None, sign_up_url="/up"),
        settings(publishable_key=None, sign_in_url="/up"),
    ):
        assert sign_up_url(signed_out(PAGE, using)).startswith("https://app.example.com/up")


@pytest.mark.parametrize("page", ["javascript:alert(1)", "data:text/html,x", "http://[", "ftp://x"])
def test_invalid_page_raises_configuration_error(page: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SIGN_UP_URL"):
        sign_up_url(signed_out(PAGE, settings(sign_up_url=page)))
    with pytest.raises(ConfigurationError, match="CLERK_SIGN_IN_URL"):
        sign_up_url(signed_out(PAGE, settings(sign_in_url=page)))


def test_return_url_must_be_a_web_page() -> None:
    assert parameters(sign_up_url(signed_out(PAGE), "/welcome"))["redirect_url"] == (
        "https://app.example.com/welcome"
    )
    for back in ("javascript:alert(1)", "data:x", "file:///x"):
        with pytest.raises(ValueError, match="return_back_url"):
            sign_up_url(signed_out(PAGE), back)


def test_dev_browser_is_passed_only_to_another_host() -> None:
    assert parameters(sign_up_url(signed_out(KNOWN)))["__clerk_db_jwt"] == "dvb_1"
    assert "dvb_1" not in sign_up_url(signed_out(KNOWN, settings(sign_up_url="/join")))
    live = settings(publishable_key=publishable_key("clerk.example.com", "live"))
    assert "dvb_1" not in sign_up_url(signed_out(KNOWN, live))


def test_every_state_has_a_sign_up_url() -> None:
    for state in (signed_in(None, PAGE), signed_out(PAGE), in_handshake(PAGE)):
        assert without_query(sign_up_url(state)) == f"{PORTAL}/sign-up"


# Tasks


@pytest.mark.parametrize(
    ("using", "signing_in", "signing_up"),
    [
        (settings(), f"{PORTAL}/sign-in/tasks", f"{PORTAL}/sign-up/tasks"),
        (
            settings(sign_in_url="/in", sign_up_url="/up/"),
            "https://app.example.com/in/tasks",
            "https://app.example.com/up/tasks",
        ),
        (
            settings(sign_in_url="/in?theme=dark"),
            "https://app.example.com/in/tasks",
            "https://app.example.com/in/create/tasks",
        ),
    ],
)
def test_pending_session_gets_the_tasks_url(
    using: Settings, signing_in: str, signing_up: str
) -> None:
    state = signed_in({"sts": "pending"}, PAGE, using)
    assert without_query(sign_in_url(state)) == signing_in
    assert without_query(sign_up_url(state)) == signing_up
    assert parameters(sign_in_url(state))["redirect_url"] == PAGE.url
    assert parameters(sign_in_url(state, "/x"))["redirect_url"] == "https://app.example.com/x"


@pytest.mark.parametrize("status", ["active", None, "Pending", ["pending"]])
def test_other_sessions_do_not_get_the_tasks_url(status: object) -> None:
    for state in (signed_in({"sts": status}, PAGE), signed_out(PAGE), in_handshake(PAGE)):
        assert "tasks" not in sign_in_url(state)


# Satellites


def satellite(**over: str) -> Settings:
    pages = {"sign_in_url": "https://primary.example/sign-in", **over}
    return settings(is_satellite=True, domain="app.example.com", **pages)  # type: ignore[arg-type]


def test_return_url_of_a_satellite_requests_a_sync() -> None:
    for url in (
        sign_in_url(signed_out(PAGE, satellite())),
        sign_up_url(signed_out(PAGE, satellite())),
    ):
        assert urlsplit(url).netloc == "primary.example"
        assert parameters(url) == {"redirect_url": f"{PAGE.url}&__clerk_synced=false"}


def test_earlier_sync_parameter_is_overwritten() -> None:
    request = Request("GET", "https://app.example.com/?__clerk_synced=true&b=1&__clerk_synced=x")
    back = parameters(sign_in_url(signed_out(request, satellite())))["redirect_url"]
    assert parse_qsl(urlsplit(back).query) == [("__clerk_synced", "false"), ("b", "1")]
    back = parameters(sign_in_url(signed_out(PAGE, satellite()), "/x#part"))["redirect_url"]
    assert back == "https://app.example.com/x?__clerk_synced=false#part"


def test_page_on_the_satellite_needs_no_sync() -> None:
    using = satellite(sign_up_url="https://app.example.com/join")
    assert "__clerk_synced" not in sign_up_url(signed_out(PAGE, using))


def test_primary_requests_no_sync() -> None:
    elsewhere = settings(sign_in_url="https://login.example.com/")
    for using in (settings(), elsewhere):
        assert "__clerk_synced" not in sign_in_url(signed_out(PAGE, using))


def test_production_satellite_uses_the_portal_of_the_primary() -> None:
    using = settings(
        publishable_key=publishable_key("clerk.primary.example", "live"),
        secret_key="sk_live_x",
        is_satellite=True,
        domain="app.example.com",
    )
    url = sign_in_url(signed_out(PAGE, using))
    assert without_query(url) == "https://accounts.primary.example/sign-in"
    assert parameters(url)["redirect_url"].endswith("__clerk_synced=false")


@examples(150)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from([settings(), settings(sign_up_url="/join"), satellite()]),
    st.sampled_from(["active", "pending"]),
)
def test_arbitrary_return_url_never_changes_the_sign_up_page(
    back: str, using: Settings, status: str
) -> None:
    state = signed_in({"sts": status}, KNOWN, using)
    try:
        url = sign_up_url(state, back)
    except ValueError as error:
        assert "return_back_url" in str(error)  # noqa: PT017
        return
    hosts = ("happy-hippo-1.accounts.dev", "app.example.com", "primary.example")
    assert urlsplit(url).netloc in hosts
    assert url.isascii()
    assert url.isprintable()
    assert parameters(url)["redirect_url"].startswith(("http://", "https://"))
