"""The sign-in URL and its return URL."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._authentication.response.redirects import sign_in_url, sign_up_url
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings
from clerk_core.errors import ConfigurationError
from tests.authentication.result.support import in_handshake, signed_in, signed_out
from tests.sample import examples
from tests.support import publishable_key, settings

PAGE = Request("GET", "https://app.example.com/notes?a=1", [("accept", "text/html")])
PORTAL = "https://happy-hippo-1.accounts.dev/sign-in"
WITH_DEV_BROWSER = Request("GET", PAGE.url, [("cookie", "__clerk_db_jwt=dvb_1")])


def parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def live(**over: str) -> Settings:
    return settings(publishable_key=publishable_key("clerk.example.com", "live"), **over)  # type: ignore[arg-type]


def test_account_portal_returns_to_the_request() -> None:
    url = sign_in_url(signed_out(PAGE))
    assert url.partition("?")[0] == PORTAL
    assert parameters(url) == {"redirect_url": "https://app.example.com/notes?a=1"}


@pytest.mark.parametrize(
    ("kind", "frontend_api", "portal"),
    [
        ("test", "happy-hippo-1.clerk.accounts.dev", "happy-hippo-1.accounts.dev"),
        ("test", "happy-hippo-1.clerk.accountsstage.dev", "happy-hippo-1.accountsstage.dev"),
        ("test", "clerk.happy.hippo-1.lcl.dev", "accounts.happy.hippo-1.lcl.dev"),
        ("live", "clerk.example.com", "accounts.example.com"),
        ("live", "clerk.app.example.com", "accounts.app.example.com"),
        ("live", "clerk.clerk.example.com", "accounts.clerk.example.com"),
    ],
)
def test_account_portal_is_derived_from_the_frontend_api(
    kind: str, frontend_api: str, portal: str
) -> None:
    using = settings(publishable_key=publishable_key(frontend_api, kind))
    url = sign_in_url(signed_out(PAGE, using))
    assert url.startswith(f"https://{portal}/sign-in?redirect_url=")


def test_frontend_api_with_another_name_is_its_own_portal() -> None:
    using = settings(publishable_key=publishable_key("auth.example.com", "live"))
    assert sign_in_url(signed_out(PAGE, using)).startswith("https://auth.example.com/sign-in?")


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ("/sign-in", "https://app.example.com/sign-in"),
        ("https://login.example.com/x", "https://login.example.com/x"),
        ("http://localhost:3000/in", "http://localhost:3000/in"),
    ],
)
def test_configured_page_takes_precedence(page: str, target: str) -> None:
    url = sign_in_url(signed_out(PAGE, settings(sign_in_url=page)))
    assert url.partition("?")[0] == target
    assert parameters(url) == {"redirect_url": PAGE.url}


def test_configured_page_keeps_its_query_except_the_return_url() -> None:
    page = "/in?theme=dark&redirect_url=https://evil.example"
    url = sign_in_url(signed_out(PAGE, settings(sign_in_url=page)))
    assert parameters(url) == {"theme": "dark", "redirect_url": PAGE.url}
    assert url.count("redirect_url=") == 1


def test_configured_page_needs_no_publishable_key() -> None:
    using = settings(publishable_key=None, sign_in_url="/sign-in")
    assert sign_in_url(signed_out(PAGE, using)).startswith("https://app.example.com/sign-in?")


def test_missing_page_raises_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SIGN_IN_URL") as error:
        sign_in_url(signed_out(PAGE, settings(publishable_key=None)))
    assert error.value.code == "sign-in-url-missing"


@pytest.mark.parametrize(
    "page", ["javascript:alert(1)", "data:text/html,x", "ftp://x.example/", "http://["]
)
def test_invalid_page_raises_configuration_error(page: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        sign_in_url(signed_out(PAGE, settings(sign_in_url=page)))
    assert error.value.code == "sign-in-url-invalid"


@pytest.mark.parametrize("url_of", [sign_in_url, sign_up_url])
def test_request_with_an_invalid_url_has_no_return_url(
    url_of: Callable[..., str],
) -> None:
    nowhere = Request("GET", "http://")
    assert url_of(signed_out(nowhere)).startswith("https://happy-hippo-1.accounts.dev/sign-")
    assert url_of(signed_out(nowhere, settings(sign_in_url="/sign-in"))) == "/sign-in"


def form(url: str = PAGE.url, method: str = "POST", **headers: str) -> Request:
    return Request(method, url, [("sec-fetch-dest", "document"), *headers.items()])


@pytest.mark.parametrize("url_of", [sign_in_url, sign_up_url])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_form_returns_to_its_page(url_of: Callable[..., str], method: str) -> None:
    held_it = "https://app.example.com/notes/new?a=1"
    url = url_of(signed_out(form(method=method, referer=held_it)))
    assert parameters(url) == {"redirect_url": held_it}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"referer": "https://evil.example/notes"},
        {"referer": "http://app.example.com/notes"},
        {"referer": "https://app.example.com:8443/"},
        {"referer": "nonsense"},
        {"referer": "/notes"},
        {"referer": "android-app://com.example"},
    ],
)
def test_form_without_a_page_returns_to_the_configured_url(
    headers: dict[str, str],
) -> None:
    posted = form(**headers)
    assert sign_in_url(signed_out(posted)) == PORTAL
    using = settings(after_sign_in_url="/home", after_sign_up_url="/welcome")
    back = {"redirect_url": "https://app.example.com/home"}
    assert parameters(sign_in_url(signed_out(posted, using))) == back
    back = {"redirect_url": "https://app.example.com/welcome"}
    assert parameters(sign_up_url(signed_out(posted, using))) == back


def test_form_returns_to_the_given_url() -> None:
    posted = form(referer="https://app.example.com/new")
    back = {"redirect_url": "https://app.example.com/thanks"}
    assert parameters(sign_in_url(signed_out(posted), "/thanks")) == back


def test_form_behind_a_proxy_returns_to_its_public_page() -> None:
    proxied = {"x-forwarded-host": "app.example", "x-forwarded-proto": "https"}
    posted = form("http://10.0.0.7/notes", **proxied, referer="https://app.example/new")
    assert parameters(sign_in_url(signed_out(posted))) == {
        "redirect_url": "https://app.example/new"
    }


@pytest.mark.parametrize(
    ("back", "target"),
    [
        ("/other", "https://app.example.com/other"),
        ("other?b=2", "https://app.example.com/other?b=2"),
        ("https://app.example.com/deep#part", "https://app.example.com/deep#part"),
        ("http://other.example.com/", "http://other.example.com/"),
        ("", "https://app.example.com/notes?a=1"),
    ],
)
def test_given_return_url_is_used(back: str, target: str) -> None:
    assert parameters(sign_in_url(signed_out(PAGE), back)) == {"redirect_url": target}


@pytest.mark.parametrize(
    "back",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "\tjavascript:x", "java\nscript:x"),
        *("data:text/html,x", "vbscript:x", "file:///etc/passwd", "ftp://x.example", "http://["),
    ],
)
def test_return_url_with_another_scheme_raises_value_error(back: str) -> None:
    for using in (settings(), settings(sign_in_url="/sign-in")):
        with pytest.raises(ValueError, match="return_back_url"):
            sign_in_url(signed_out(PAGE, using), back)


@pytest.mark.parametrize(
    "back", ["//evil.example", "\\\\evil.example", "/\\evil.example", "https:evil.example/x"]
)
def test_return_url_never_changes_the_host_of_the_redirect(back: str) -> None:
    for using in (settings(), live(), settings(sign_in_url="/sign-in")):
        url = sign_in_url(signed_out(PAGE, using), back)
        assert "evil" not in urlsplit(url).netloc
        led_back = urlsplit(parameters(url)["redirect_url"])
        assert led_back.scheme == "https"
        assert led_back.netloc in ("evil.example", "app.example.com")


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "/%2F%2Fevil.example"])
def test_path_that_looks_like_a_host_stays_a_path(path: str) -> None:
    request = Request("GET", f"https://app.example.com{path}")
    for using in (settings(), settings(sign_in_url="/sign-in")):
        url = sign_in_url(signed_out(request, using))
        assert urlsplit(url).netloc in ("app.example.com", "happy-hippo-1.accounts.dev")
        assert urlsplit(parameters(url)["redirect_url"]).netloc == "app.example.com"


def test_dev_browser_is_passed_to_another_host() -> None:
    url = sign_in_url(signed_out(WITH_DEV_BROWSER))
    assert parameters(url) == {"redirect_url": PAGE.url, "__clerk_db_jwt": "dvb_1"}


def test_dev_browser_is_passed_to_another_port() -> None:
    request = Request("GET", "http://localhost:5000/", [("cookie", "__clerk_db_jwt=dvb_1")])
    elsewhere = settings(sign_in_url="http://localhost:3000/sign-in")
    assert parameters(sign_in_url(signed_out(request, elsewhere)))["__clerk_db_jwt"] == "dvb_1"
    here = settings(sign_in_url="http://localhost:5000/sign-in")
    assert "__clerk_db_jwt" not in sign_in_url(signed_out(request, here))


def test_dev_browser_is_not_passed_to_the_same_origin() -> None:
    for page in ("/sign-in", "https://app.example.com/sign-in"):
        url = sign_in_url(signed_out(WITH_DEV_BROWSER, settings(sign_in_url=page)))
        assert "__clerk_db_jwt" not in url


def test_dev_browser_is_not_passed_in_production() -> None:
    for using in (live(), live(sign_in_url="https://login.example.com/")):
        assert "dvb_1" not in sign_in_url(signed_out(WITH_DEV_BROWSER, using))


def test_other_credentials_are_not_passed() -> None:
    cookies = "__session=session_1; __client_uat=5; __refresh_x=refresh_1"
    headers = [("cookie", cookies), ("authorization", "Bearer header_1")]
    url = sign_in_url(signed_out(Request("GET", PAGE.url, headers)))
    for credential in ("session_1", "refresh_1", "header_1", "sk_test"):
        assert credential not in url


def test_every_state_has_a_sign_in_url() -> None:
    for state in (signed_in(None, PAGE), signed_out(PAGE), in_handshake(PAGE)):
        assert sign_in_url(state).startswith(PORTAL)


@examples(200)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.booleans())
def test_arbitrary_return_url_never_changes_the_sign_in_page(back: str, own: bool) -> None:
    state = signed_out(PAGE, settings(sign_in_url="/sign-in") if own else settings())
    try:
        url = sign_in_url(state, back)
    except ValueError as error:
        assert "return_back_url" in str(error)  # noqa: PT017
        return
    assert url.startswith("https://app.example.com/sign-in?" if own else f"{PORTAL}?")
    assert url.isascii()
    assert url.isprintable()
    assert parameters(url)["redirect_url"].startswith(("http://", "https://"))


def test_unencodable_return_url_raises_value_error() -> None:
    with pytest.raises(ValueError, match="return_back_url"):
        sign_in_url(signed_out(PAGE), "/\udc80")
