"""The head has the scripts of Clerk, with the settings that clerk-js expects."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import pytest

from clerk_core import ConfigurationError, Settings
from clerk_core.pages import content_security_policy, head
from clerk_core.testing._tokens import HOST, publishable_key
from tests.pages.html import Element, elements
from tests.support import settings

LIVE = publishable_key("clerk.example.com", "live")
NPM = f"https://{HOST}/npm/@clerk"


def tags(given: Settings, **options: Any) -> tuple[Element, Element, Element]:
    boot, ui, clerk_js = elements(head(given, **options))
    return boot, ui, clerk_js


def test_scripts_come_from_the_frontend_api_in_pinned_versions() -> None:
    _, ui, clerk_js = tags(settings())

    assert ui.attributes["src"] == f"{NPM}/ui@1/dist/ui.browser.js"
    assert clerk_js.attributes["src"] == f"{NPM}/clerk-js@6/dist/clerk.browser.js"
    for script in (ui, clerk_js):
        assert script.attributes.keys() >= {"async", "crossorigin"}


def test_versions_can_be_chosen() -> None:
    _, ui, clerk_js = tags(settings(), clerk_js_version="6.40.0", ui_version="canary")

    assert ui.attributes["src"] == f"{NPM}/ui@canary/dist/ui.browser.js"
    assert clerk_js.attributes["src"] == f"{NPM}/clerk-js@6.40.0/dist/clerk.browser.js"


@pytest.mark.parametrize(
    ("options", "base"),
    [
        ({"proxy_url": "/__clerk"}, "/__clerk"),
        ({"proxy_url": "/__clerk/"}, "/__clerk"),
        ({"proxy_url": "https://example.com/__clerk"}, "https://example.com/__clerk"),
        ({"proxy_url": "http://localhost:4000"}, "http://localhost:4000"),
        ({"publishable_key": LIVE, "domain": "shop.example"}, "https://clerk.shop.example"),
        ({"publishable_key": LIVE, "domain": "clerk.shop.example"}, "https://clerk.shop.example"),
        ({"publishable_key": LIVE}, "https://clerk.example.com"),
        ({"domain": "localhost:3001"}, f"https://{HOST}"),
    ],
    ids=[
        "path",
        "path with a slash",
        "absolute proxy",
        "local proxy",
        "satellite in production",
        "satellite with prefix",
        "production",
        "satellite in development",
    ],
)
def test_scripts_come_from_where_browsers_reach_the_frontend_api(options: Any, base: str) -> None:
    _, _, clerk_js = tags(settings(**options))

    assert clerk_js.attributes["src"].partition("/npm/")[0] == base


def test_scripts_come_from_a_folder_that_the_application_names() -> None:
    _, ui, clerk_js = tags(settings(), scripts="/static/clerk/")

    assert ui.attributes["src"] == "/static/clerk/ui/dist/ui.browser.js"
    assert clerk_js.attributes["src"] == "/static/clerk/clerk-js/dist/clerk.browser.js"


def test_clerk_js_gets_its_settings_as_attributes() -> None:
    _, ui, clerk_js = tags(settings(proxy_url="/__clerk", domain="shop.example"))

    named = {name: value for name, value in clerk_js.attributes.items() if "-clerk-" in name}
    assert named == {
        "data-clerk-js-script": "",
        "data-clerk-publishable-key": publishable_key(),
        "data-clerk-proxy-url": "/__clerk",
        "data-clerk-domain": "shop.example",
    }
    assert "data-clerk-publishable-key" not in ui.attributes


def test_settings_become_options_of_load() -> None:
    boot, _, _ = tags(
        settings(
            sign_in_url="https://example.com/sign-in",
            sign_up_url="/sign-up",
            after_sign_in_url="/home",
            sign_up_fallback_redirect_url="/welcome",
            sign_up_force_redirect_url="/tour",
            waitlist_url="/waitlist",
            domain="shop.example",
            is_satellite=True,
        )
    )

    assert boot.options() == {
        "signInUrl": "https://example.com/sign-in",
        "signUpUrl": "/sign-up",
        "signInFallbackRedirectUrl": "/home",
        "signUpFallbackRedirectUrl": "/welcome",
        "signUpForceRedirectUrl": "/tour",
        "waitlistUrl": "/waitlist",
        "isSatellite": True,
        "satelliteAutoSync": False,
    }


def test_options_replace_settings() -> None:
    boot, _, _ = tags(
        settings(sign_in_url="/sign-in"), sign_in_url="/other", localization={"locale": "de"}
    )

    assert boot.options() == {"signInUrl": "/other", "localization": {"locale": "de"}}


def test_unknown_option_is_an_error_that_names_the_right_one() -> None:
    with pytest.raises(TypeError, match=r"head\(\) got .*'localisation'. Did you mean 'localiz"):
        head(settings(), localisation={})  # type: ignore[call-arg] # pyright: ignore


def test_each_script_has_the_nonce() -> None:
    assert [tag.attributes["nonce"] for tag in tags(settings(), nonce="aB3-_w==")] == [
        "aB3-_w=="
    ] * 3
    assert all("nonce" not in tag.attributes for tag in tags(settings()))


@pytest.mark.parametrize("nonce", ["", 'a"', "a; script-src *", "a b", "a\n"])
def test_nonce_of_other_characters_is_an_error(nonce: str) -> None:
    with pytest.raises(ValueError, match="nonce must be Base64"):
        head(settings(), nonce=nonce)
    with pytest.raises(ValueError, match="nonce must be Base64"):
        content_security_policy(settings(), nonce=nonce)


def test_no_secret_is_on_the_page() -> None:
    page = head(settings(machine_secret_key="ak_secret"))

    assert "sk_test_" not in page
    assert "ak_secret" not in page
    assert "PUBLIC KEY" not in page


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"scripts": "static/clerk"}, "scripts-invalid"),
        ({"scripts": "javascript:x"}, "scripts-invalid"),
        ({"clerk_js_version": "6/../x"}, "script-version-invalid"),
        ({"ui_version": ""}, "script-version-invalid"),
    ],
    ids=["relative folder", "no URL", "path in a version", "empty version"],
)
def test_scripts_that_cannot_be_found_are_an_error(options: Any, code: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        head(settings(), **options)

    assert caught.value.code == code


@pytest.mark.parametrize("make", [head, content_security_policy], ids=["head", "policy"])
def test_publishable_key_is_required(make: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(settings(publishable_key=None))

    assert caught.value.code == "publishable-key-missing"


def test_inline_script_is_the_same_on_every_page_and_short() -> None:
    one, other = tags(settings())[0], tags(settings(proxy_url="/__clerk"), nonce="abc")[0]

    assert one.text == other.text
    assert len(one.text) < 7_000
    assert not re.search(r"</|<!--|^\s*//", one.text, re.MULTILINE)


def policy(given: Settings, **options: Any) -> dict[str, set[str]]:
    written = content_security_policy(given, **options)
    return {name: set(sources) for name, *sources in map(str.split, written.split(";"))}


def test_policy_allows_the_inline_script_by_its_hash() -> None:
    digest = hashlib.sha256(tags(settings())[0].text.encode()).digest()

    allowed = policy(settings())["script-src"]

    assert f"'sha256-{base64.b64encode(digest).decode()}'" in allowed
    assert not {"'unsafe-inline'", "'unsafe-eval'"} & allowed


def test_policy_allows_the_scripts_with_the_nonce() -> None:
    allowed = policy(settings(), nonce="abc")["script-src"]

    assert "'nonce-abc'" in allowed
    assert not any("sha256" in source for source in allowed)


def test_policy_has_what_clerk_documents() -> None:
    captcha, protect = "https://challenges.cloudflare.com", "https://*.protect.clerk.com"
    production = policy(settings(publishable_key=LIVE))
    frontend_api = "https://clerk.example.com"

    assert production["script-src"] >= {"'self'", frontend_api, captcha, protect}
    assert production["connect-src"] == {"'self'", frontend_api, f"{protect}:*"}
    assert production["img-src"] == {"'self'", frontend_api, "https://img.clerk.com"}
    assert production["worker-src"] == {"'self'", "blob:"}
    assert production["style-src"] == {"'self'", "'unsafe-inline'"}
    assert production["frame-src"] == {"'self'", captcha, protect}
    assert production["default-src"] == {"'self'"}


def test_forms_may_lead_to_the_sign_in_page() -> None:
    portal = policy(settings(publishable_key=LIVE))["form-action"]
    own = policy(settings(sign_in_url="https://id.example.com/sign-in"))["form-action"]

    assert portal == {"'self'", "https://clerk.example.com", "https://accounts.example.com"}
    assert own == {"'self'", f"https://{HOST}", "https://id.example.com"}


def test_policy_of_a_proxy_names_no_other_host_for_scripts() -> None:
    allowed = policy(settings(proxy_url="/__clerk"))

    assert not any(HOST in source for source in allowed["script-src"] | allowed["connect-src"])


def test_policy_names_an_absolute_proxy_and_folder_by_origin() -> None:
    given = settings(proxy_url="https://proxy.example.com/__clerk")

    allowed = policy(given, scripts="https://cdn.example.com/clerk")

    assert allowed["script-src"] >= {"https://proxy.example.com", "https://cdn.example.com"}
    assert "https://proxy.example.com" in allowed["connect-src"]


def test_development_instances_may_send_telemetry() -> None:
    assert "https://clerk-telemetry.com" in policy(settings())["connect-src"]


def test_billing_allows_the_scripts_of_stripe() -> None:
    assert "https://js.stripe.com" not in policy(settings())["script-src"]
    assert "https://js.stripe.com" in policy(settings(), billing=True)["script-src"]


def test_application_adds_sources() -> None:
    allowed = policy(settings(), img_src=["data:"], font_src=["https://fonts.example.com"])

    assert "data:" in allowed["img-src"]
    assert allowed["font-src"] == {"https://fonts.example.com"}


@pytest.mark.parametrize(
    ("directives", "error"),
    [
        ({"img_src": ["a; script-src *"]}, ValueError),
        ({"img_src": ["a,b"]}, ValueError),
        ({"img_src": ["a\r\nx: y"]}, ValueError),
        ({"img-src": ["a"]}, ValueError),
        ({"img_src": "data:"}, TypeError),
    ],
    ids=["directive in a source", "comma", "line break", "hyphen", "no list"],
)
def test_malformed_source_is_an_error(directives: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        content_security_policy(settings(), **directives)
