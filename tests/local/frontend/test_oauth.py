"""Sign in, sign up and connect accounts by a provider that a page of the instance imitates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clerk_core._messages import HttpResponse
from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs, another_browser
from tests.local.frontend.test_second_factors import code_at
from tests.local.local_helpers import Backend, Browser, Clock

SIGN_INS, SIGN_UPS = "/v1/client/sign_ins", "/v1/client/sign_ups"
RETURN = "http://localhost:5000/sign-in#/sso-callback"
MARY = {"email_address": "mary@example.com", "first_name": "Mary", "last_name": "Shelley"}


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings(social=("google", "github"), authenticator_app=True)


@pytest.fixture
def local(clock: Clock, settings: InstanceSettings) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


def start(js: ClerkJs, path: str, strategy: str = "oauth_google") -> dict[str, Any]:
    return js.post(path, strategy=strategy, redirect_url=RETURN, action_complete_redirect_url="/")


def page_of(attempt: dict[str, Any], local: LocalClerk) -> str:
    """Return the path of the provider's page."""
    found = attempt.get("first_factor_verification") or attempt.get("verification")
    found = found or attempt["verifications"]["external_account"]
    assert found["status"] == "unverified"
    return str(found["external_verification_redirect_url"]).removeprefix(local.url)


def choose(local: LocalClerk, path: str, **fields: str) -> HttpResponse:
    """Choose an account on the page of the provider."""
    browser = Browser(local)
    response = browser.submit(path, browser.get(path), **fields)
    assert (response.status, response.headers.get("location")) == (303, RETURN)
    return response


def sign_up(local: LocalClerk, strategy: str = "oauth_google") -> ClerkJs:
    """Return a browser in which Mary has signed up by a provider."""
    js = ClerkJs(local).load()
    choose(local, page_of(start(js, SIGN_UPS, strategy), local), **MARY)
    js.activate(js.get("/v1/client")["sign_up"]["created_session_id"])
    return js


def test_new_person_signs_up(local: LocalClerk, js: ClerkJs) -> None:
    attempt = start(js, SIGN_UPS)
    assert attempt["status"] == "missing_requirements"
    choose(local, page_of(attempt, local), **MARY)
    client = js.get("/v1/client")
    # clerk-js reads the finished attempt when the browser comes back.
    assert client["sign_up"]["status"] == "complete"
    js.activate(client["sign_up"]["created_session_id"])
    assert js.client["sign_up"] is None
    user = js.get("/v1/me")

    assert (user["first_name"], user["last_name"]) == ("Mary", "Shelley")
    assert user["email_addresses"][0]["email_address"] == MARY["email_address"]
    assert user["email_addresses"][0]["verification"]["status"] == "verified"
    assert user["password_enabled"] is False
    (account,) = user["external_accounts"]
    assert (account["provider"], account["email_address"]) == ("oauth_google", "mary@example.com")
    assert account["verification"]["status"] == "verified"


def test_known_person_signs_in(local: LocalClerk) -> None:
    user = sign_up(local).get("/v1/me")
    js = ClerkJs(local).load()
    choose(local, page_of(start(js, SIGN_INS), local), **MARY)
    client = js.get("/v1/client")

    assert client["sign_in"]["status"] == "complete"
    assert client["sign_in"]["first_factor_verification"]["status"] == "verified"
    js.activate(client["sign_in"]["created_session_id"])
    assert js.client["sign_in"] is None
    assert js.get("/v1/me")["id"] == user["id"]


def test_user_with_the_same_verified_email_address_is_connected(
    local: LocalClerk, ada: SeededUser, js: ClerkJs
) -> None:
    choose(local, page_of(start(js, SIGN_INS), local), email_address="ADA@example.com")
    js.activate(js.get("/v1/client")["sign_in"]["created_session_id"])

    user = js.get("/v1/me")
    assert user["id"] == ada.user_id
    assert len(user["external_accounts"]) == 1


def test_unverified_email_address_connects_nobody(
    local: LocalClerk, ada: SeededUser, js: ClerkJs
) -> None:
    another_browser(local, ada).post("/v1/me/email_addresses", email_address="mary@example.com")
    choose(local, page_of(start(js, SIGN_INS), local), **MARY)

    assert js.get("/v1/client")["sign_in"]["first_factor_verification"]["status"] == "transferable"
    assert js.client["sessions"] == []


def test_unknown_person_at_sign_in_goes_on_to_sign_up(local: LocalClerk, js: ClerkJs) -> None:
    choose(local, page_of(start(js, SIGN_INS), local), **MARY)
    found = js.get("/v1/client")["sign_in"]["first_factor_verification"]
    assert (found["status"], found["error"]["code"]) == (
        "transferable",
        "external_account_not_found",
    )
    done = js.post(SIGN_UPS, transfer="true")

    assert done["status"] == "complete"
    js.activate(done["created_session_id"])
    assert js.get("/v1/me")["first_name"] == "Mary"


def test_known_person_at_sign_up_goes_on_to_sign_in(local: LocalClerk, js: ClerkJs) -> None:
    user = sign_up(local).get("/v1/me")
    choose(local, page_of(start(js, SIGN_UPS), local), **MARY)
    found = js.get("/v1/client")["sign_up"]["verifications"]["external_account"]
    assert (found["status"], found["error"]["code"]) == (
        "transferable",
        "external_account_exists",
    )
    done = js.post(SIGN_INS, transfer="true")

    assert done["status"] == "complete"
    js.activate(done["created_session_id"])
    assert js.get("/v1/me")["id"] == user["id"]


@pytest.mark.parametrize("path", [SIGN_INS, SIGN_UPS])
def test_nothing_is_transferred_without_a_provider(js: ClerkJs, path: str) -> None:
    assert js.error("POST", path, transfer="true") == (400, "account_transfer_invalid", "")


def test_attempt_of_another_browser_is_not_transferred(local: LocalClerk, js: ClerkJs) -> None:
    choose(local, page_of(start(js, SIGN_INS), local), **MARY)

    other = ClerkJs(local).load()
    assert other.error("POST", SIGN_UPS, transfer="true")[1] == "account_transfer_invalid"


def test_person_who_refuses_is_not_signed_in(local: LocalClerk, js: ClerkJs) -> None:
    choose(local, page_of(start(js, SIGN_INS), local), action="refuse")

    found = js.get("/v1/client")["sign_in"]["first_factor_verification"]
    assert (found["status"], found["error"]["code"]) == ("failed", "oauth_access_denied")
    assert js.client["sessions"] == []


def test_banned_user_is_not_signed_in(
    local: LocalClerk, js: ClerkJs, ada: SeededUser, backend: Backend
) -> None:
    backend.read("POST", f"/v1/users/{ada.user_id}/ban")
    choose(local, page_of(start(js, SIGN_INS), local), email_address=ada.email_address)

    found = js.get("/v1/client")["sign_in"]["first_factor_verification"]
    assert (found["status"], found["error"]["code"]) == ("failed", "user_banned")
    assert js.client["sessions"] == []


def test_provider_does_not_replace_the_second_factor(
    local: LocalClerk, js: ClerkJs, ada: SeededUser, clock: Clock
) -> None:
    other = another_browser(local, ada)
    secret = other.post("/v1/me/totp")["secret"]
    other.post("/v1/me/totp/attempt_verification", code=code_at(clock, secret))
    choose(local, page_of(start(js, SIGN_INS), local), email_address=ada.email_address)
    attempt = js.get("/v1/client")["sign_in"]
    assert (attempt["status"], js.client["sessions"]) == ("needs_second_factor", [])

    path = f"{SIGN_INS}/{attempt['id']}/attempt_second_factor"
    assert js.post(path, strategy="totp", code=code_at(clock, secret))["status"] == "complete"


@pytest.mark.parametrize(
    "settings", [InstanceSettings(social=("google",), username="required")], ids=["username"]
)
def test_missing_fields_are_asked_for(local: LocalClerk, js: ClerkJs) -> None:
    choose(local, page_of(start(js, SIGN_UPS), local), **MARY)
    attempt = js.get("/v1/client")["sign_up"]
    assert (attempt["status"], attempt["missing_fields"]) == ("missing_requirements", ["username"])
    done = js.call("PATCH", f"{SIGN_UPS}/{attempt['id']}", {"username": "mary"})

    assert done["status"] == "complete"


@pytest.mark.parametrize(
    "settings",
    [InstanceSettings(social=("google",), sign_up_mode="restricted")],
    ids=["restricted"],
)
def test_provider_does_not_lift_a_restriction(local: LocalClerk, js: ClerkJs) -> None:
    choose(local, page_of(start(js, SIGN_INS), local), **MARY)

    assert js.error("POST", SIGN_UPS, transfer="true")[1] == "sign_up_mode_restricted"
    assert js.error("POST", SIGN_UPS, strategy="oauth_google")[1] == "sign_up_mode_restricted"


def test_provider_that_is_not_enabled_is_refused(js: ClerkJs) -> None:
    for path in (SIGN_INS, SIGN_UPS):
        refused = js.error("POST", path, strategy="oauth_apple", redirect_url=RETURN)
        assert refused == (422, "strategy_for_user_invalid", "strategy")


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "javascript:alert(1)", "/relative", "", "//evil.example"]
)
def test_return_to_another_machine_is_refused(js: ClerkJs, url: str) -> None:
    refused = js.error("POST", SIGN_INS, strategy="oauth_google", redirect_url=url)
    assert refused == (422, "form_param_value_invalid", "redirect_url")


def test_page_is_used_once_and_expires(local: LocalClerk, js: ClerkJs, clock: Clock) -> None:
    path = page_of(start(js, SIGN_INS), local)
    browser = Browser(local)
    page = browser.get(path)
    choose(local, path, **MARY)
    assert browser.submit(path, page, **MARY).status == 404
    assert browser.get(path).status == 404
    assert browser.get("/provider?state=").status == 404

    path = page_of(start(js, SIGN_INS), local)
    clock.now += 10 * 60
    assert browser.get(path).status == 404


def test_page_checks_its_form(local: LocalClerk, js: ClerkJs) -> None:
    path = page_of(start(js, SIGN_INS), local)
    browser = Browser(local)
    page = browser.get(path)

    assert browser.submit(path, page, form_token="forged", **MARY).status == 403
    assert browser.submit(path, page, email_address="mary").status == 422
    assert js.get("/v1/client")["sign_in"]["first_factor_verification"]["status"] == "unverified"


def test_page_shows_people_escaped(local: LocalClerk, ada: SeededUser, js: ClerkJs) -> None:
    path = page_of(start(js, SIGN_UPS), local)
    choose(local, path, email_address="x@example.com", first_name="<b>X</b>")
    page = Browser(local).get(page_of(start(ClerkJs(local).load(), SIGN_INS), local))

    text = page.content.decode()
    assert '<h1 id="title">Google</h1>' in text
    assert ada.email_address in text
    assert "&lt;b&gt;X&lt;/b&gt;" in text
    assert "<b>X" not in text
    assert "http://localhost:5000" in str(page.headers.get("content-security-policy"))


def test_account_is_connected_and_removed_in_the_profile(
    local: LocalClerk, signed_in: ClerkJs
) -> None:
    made = start(signed_in, "/v1/me/external_accounts", "oauth_github")
    assert signed_in.get("/v1/me")["external_accounts"] == []
    choose(local, page_of(made, local), **MARY)
    (account,) = signed_in.get("/v1/me")["external_accounts"]
    assert (account["id"], account["provider"]) == (made["id"], "oauth_github")
    assert account["verification"]["status"] == "verified"

    path = f"/v1/me/external_accounts/{account['id']}"
    assert another_browser(local, local.seed()[1]).error("DELETE", path)[0] == 404
    assert signed_in.call("DELETE", path)["deleted"] is True
    assert signed_in.get("/v1/me")["external_accounts"] == []


def test_account_of_another_user_is_not_connected(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser
) -> None:
    sign_up(local)
    made = start(signed_in, "/v1/me/external_accounts")
    choose(local, page_of(made, local), **MARY)

    assert signed_in.get("/v1/me")["external_accounts"] == []


def test_same_account_is_connected_once(local: LocalClerk) -> None:
    js = sign_up(local)
    choose(local, page_of(start(js, "/v1/me/external_accounts"), local), **MARY)

    assert len(js.get("/v1/me")["external_accounts"]) == 1


def test_connecting_requires_a_recent_sign_in(signed_in: ClerkJs, clock: Clock) -> None:
    clock.now += 11 * 60
    fields = {"strategy": "oauth_google", "redirect_url": RETURN}

    refused = signed_in.error("POST", "/v1/me/external_accounts", **fields)
    assert refused[1] == "session_reverification_required"


def test_environment_names_the_providers(local: LocalClerk, js: ClerkJs) -> None:
    environment = js.read("GET", "/v1/environment")

    social = environment["user_settings"]["social"]
    assert {name: one["name"] for name, one in social.items()} == {
        "oauth_google": "Google",
        "oauth_github": "GitHub",
    }
    assert "oauth_google" in environment["auth_config"]["identification_strategies"]


def test_account_is_verified_again(local: LocalClerk) -> None:
    js = sign_up(local)
    (account,) = js.get("/v1/me")["external_accounts"]
    path = f"/v1/me/external_accounts/{account['id']}/reauthorize"

    started = js.call("PATCH", path, {"redirect_url": RETURN})
    choose(local, page_of(started, local), **MARY)

    (again,) = js.get("/v1/me")["external_accounts"]
    assert (again["id"], again["verification"]["status"]) == (account["id"], "verified")
