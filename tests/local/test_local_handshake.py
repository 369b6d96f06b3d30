from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._settings.publishable_key import PublishableKey
from clerk_core.local import LocalClerk, SeededUser
from tests.local.local_helpers import APP, Backend, Browser, Clock, cookie_values, dev_browser_of

WEEK = 7 * 24 * 60 * 60
RETURN = "/sign-in?" + urlencode({"redirect_url": APP})


def request_handshake(local: LocalClerk, redirect_url: str, **parameters: str) -> HttpResponse:
    query = urlencode({"redirect_url": redirect_url, **parameters})
    return local.handle(HttpRequest("GET", f"{local.url}/v1/client/handshake?{query}"))


def nonce_of(response: HttpResponse) -> str:
    query = urlsplit(response.headers.get("location") or "").query
    return parse_qs(query)["__clerk_handshake_nonce"][0]


def session_claims(directives: list[str]) -> dict[str, Any]:
    token = cookie_values(directives)["__session"]
    return jwt.decode(token, options={"verify_signature": False})


def test_development_browser_is_created(local: LocalClerk, browser: Browser) -> None:
    response = local.handle(HttpRequest("POST", f"{local.url}/v1/dev_browser"))

    payload = json.loads(response.content)
    assert response.status == 200
    assert payload["id"].startswith("dvb_")
    assert payload["token"] == payload["id"]
    assert cookie_values(browser.handshake(payload["id"]))["__clerk_db_jwt"] == payload["id"]


@pytest.mark.parametrize("dev_browser", ["", "dvb_unknown"])
def test_unknown_browser_gets_signed_out_cookies(browser: Browser, dev_browser: str) -> None:
    cookies = cookie_values(browser.handshake(dev_browser))

    assert cookies["__session"] == ""
    assert cookies["__client_uat"] == "0"
    assert cookies["__clerk_db_jwt"].startswith("dvb_")
    assert cookies["__clerk_db_jwt"] != dev_browser


def test_cookies_are_readable_by_scripts_and_set_with_and_without_suffix(
    local: LocalClerk, browser: Browser, ada: SeededUser
) -> None:
    suffix = PublishableKey.parse(local.publishable_key).cookie_suffix
    signed_out = browser.handshake()
    signed_in = browser.handshake(dev_browser_of(browser.sign_in(ada, RETURN)))

    for directives in (signed_out, signed_in):
        cookies = cookie_values(directives)
        for name in ("__session", "__client_uat", "__clerk_db_jwt"):
            assert cookies[f"{name}_{suffix}"] == cookies[name]
        for directive in directives:
            if directive.startswith("__refresh_"):
                continue
            attributes = directive.split("; ")[1:]
            assert {"Path=/", "SameSite=Lax"} < set(attributes)
            assert {item.partition("=")[0] for item in attributes} == {
                "Path",
                "SameSite",
                "Max-Age",
            }
    (refresh,) = [one for one in signed_in if one.startswith(f"__refresh_{suffix}=rt_")]
    assert "HttpOnly" in refresh.split("; ")
    assert f"__session_{suffix}=; Max-Age=0; Path=/; SameSite=Lax" in signed_out
    assert "__client_uat=0; Max-Age=31536000; Path=/; SameSite=Lax" in signed_out


def test_signed_in_browser_gets_a_session_for_the_application(
    browser: Browser, clock: Clock, ada: SeededUser
) -> None:
    signed_in_at = int(clock.now)
    dev_browser = dev_browser_of(browser.sign_in(ada, RETURN))
    clock.now += 30

    directives = browser.handshake(dev_browser)

    claims = session_claims(directives)
    assert claims["sub"] == ada.user_id
    assert claims["azp"] == "http://localhost:5000"
    assert claims["iat"] == int(clock.now)
    assert cookie_values(directives)["__client_uat"] == str(signed_in_at)
    assert cookie_values(directives)["__clerk_db_jwt"] == dev_browser


def test_client_uat_is_never_later_than_subsequent_tokens(
    browser: Browser, clock: Clock, ada: SeededUser
) -> None:
    clock.now = 1_800_000_000.999
    directives = browser.handshake(dev_browser_of(browser.sign_in(ada, RETURN)))

    uat = int(cookie_values(directives)["__client_uat"])

    assert uat <= session_claims(directives)["iat"]


def test_expired_or_revoked_session_signs_the_browser_out(
    browser: Browser, backend: Backend, clock: Clock, ada: SeededUser, grace: SeededUser
) -> None:
    expired = dev_browser_of(browser.sign_in(ada, RETURN))
    clock.now += WEEK
    assert cookie_values(browser.handshake(expired))["__client_uat"] == "0"

    revoked = dev_browser_of(browser.sign_in(grace, RETURN))
    sid = session_claims(browser.handshake(revoked))["sid"]
    backend.read("POST", f"/v1/sessions/{sid}/revoke")
    assert cookie_values(browser.handshake(revoked))["__session"] == ""


def test_browser_has_one_session(browser: Browser, ada: SeededUser, grace: SeededUser) -> None:
    first = dev_browser_of(browser.sign_in(ada, RETURN))
    other = Browser(browser.local, dict(browser.cookies))
    page = other.get("/sign-out")  # its form token remains valid

    second = other.submit(RETURN, page, email_address=grace.email_address, password=grace.password)

    assert dev_browser_of(second) == first
    assert session_claims(browser.handshake(first))["sub"] == grace.user_id


def test_organization_is_activated_on_request(browser: Browser, ada: SeededUser) -> None:
    dev_browser = dev_browser_of(browser.sign_in(ada, RETURN))
    assert "o" not in session_claims(browser.handshake(dev_browser))

    def active(organization: str) -> str | None:
        claims = session_claims(browser.handshake(dev_browser, organization_id=organization))
        return claims["o"]["slg"] if "o" in claims else None

    assert active(ada.organization_id) == "analytical-engines"
    assert active("org_unknown") == "analytical-engines"  # unknown: no change
    assert "o" in session_claims(browser.handshake(dev_browser))  # persists
    assert active("") is None  # the personal account
    assert active("analytical-engines") == "analytical-engines"


def test_switching_the_organization_does_not_change_client_uat(
    browser: Browser, clock: Clock, ada: SeededUser
) -> None:
    dev_browser = dev_browser_of(browser.sign_in(ada, RETURN))
    before = cookie_values(browser.handshake(dev_browser))["__client_uat"]
    clock.now += 100

    after = browser.handshake(dev_browser, organization_id=ada.organization_id)

    assert cookie_values(after)["__client_uat"] == before


def test_handshake_payload_is_returned_once(local: LocalClerk, backend: Backend) -> None:
    response = request_handshake(local, APP, format="nonce", suffixed_cookies="true")

    assert response.status == 307
    path = f"/v1/clients/handshake_payload?nonce={nonce_of(response)}"
    assert any(
        item.startswith("__clerk_db_jwt=") for item in backend.read("GET", path)["directives"]
    )
    assert backend.error("GET", path) == (404, "resource_not_found", "")


def test_handshake_payload_expires(local: LocalClerk, backend: Backend, clock: Clock) -> None:
    nonce = nonce_of(request_handshake(local, APP, format="nonce"))
    clock.now += 60

    path = f"/v1/clients/handshake_payload?nonce={nonce}"
    assert backend.error("GET", path)[0] == 404
    # The next handshake deletes the expired payload.
    fresh = nonce_of(request_handshake(local, APP, format="nonce"))
    assert nonce_of(request_handshake(local, APP, format="nonce")) != fresh
    assert backend.read("GET", f"/v1/clients/handshake_payload?nonce={fresh}")


def test_handshake_payload_without_nonce_is_rejected(backend: Backend) -> None:
    rejected = backend.error("GET", "/v1/clients/handshake_payload")

    assert rejected == (422, "form_param_missing", "nonce")


def test_redirect_url_keeps_its_query_and_fragment(local: LocalClerk) -> None:
    url = "https://127.0.0.1:8443/a%2Fb?x=1&y=%20&x=2&__clerk_handshake_nonce=old&z#part"

    location = request_handshake(local, url, format="nonce").headers.get("location") or ""

    assert location.startswith(
        "https://127.0.0.1:8443/a%2Fb?x=1&y=%20&x=2&z&__clerk_handshake_nonce=nonce_"
    )
    assert location.endswith("#part")
    assert "old" not in location


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://localhost:5000",
        "https://127.0.0.1:5000/x",
        "http://[::1]:5000/x?y",
        "HTTP://LOCALHOST:5000/",
    ],
)
def test_redirects_to_loopback_hosts_are_allowed(local: LocalClerk, url: str) -> None:
    assert request_handshake(local, url).status == 307


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "//localhost/",
        "/relative",
        "javascript:alert(1)//localhost",
        "ftp://localhost/",
        "http://localhost@example.com/",
        "http://example.com\\@localhost/",
        "http://localhost.example.com/",
        "http://localhost:99999/",
        "http://169.254.169.254/",
        "http://[::2]/",
        "http://exa\tmple.com/?localhost",
    ],
)
def test_redirects_to_other_hosts_are_rejected(local: LocalClerk, url: str) -> None:
    response = request_handshake(local, url)

    assert response.status == 400
    assert response.headers.get("location") is None
    (error,) = json.loads(response.content)["errors"]
    assert error["meta"] == {"param_name": "redirect_url"}


def test_handshake_without_redirect_url_is_rejected(local: LocalClerk) -> None:
    response = local.handle(HttpRequest("GET", f"{local.url}/v1/client/handshake"))

    assert response.status == 422
    assert b"form_param_missing" in response.content


def test_redirect_is_not_cached(local: LocalClerk) -> None:
    assert request_handshake(local, APP).headers.get("cache-control") == "no-store"
