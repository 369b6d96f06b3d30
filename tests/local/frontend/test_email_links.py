"""Email links: sign in, sign up, and verify an address of the profile."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.frontend.test_second_factors import enable_totp
from tests.local.local_helpers import Backend, Browser, Clock

SIGN_INS, SIGN_UPS = "/v1/client/sign_ins", "/v1/client/sign_ups"
RETURN = "http://localhost:5000/sign-in#/verify"


@pytest.fixture
def local(clock: Clock) -> Iterator[LocalClerk]:
    settings = InstanceSettings(email_link=True, authenticator_app=True)
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


def open_link(local: LocalClerk, recipient: str) -> dict[str, str]:
    """Open the link of the last email, in another browser, and return what the page is told."""
    url = str(local.messages(recipient)[0].url)
    response = Browser(local).get(url.removeprefix(local.url))
    assert response.status == 303
    location = urlsplit(str(response.headers.get("location")))
    assert (location.netloc, location.path, location.fragment) == (
        "localhost:5000",
        "/sign-in",
        "/verify",
    )
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def started(js: ClerkJs, person: SeededUser) -> str:
    """Send a link to a user who signs in, and return the path of the attempt."""
    attempt = js.post(SIGN_INS, identifier=person.email_address)
    strategies = [factor["strategy"] for factor in attempt["supported_first_factors"]]
    assert "email_link" in strategies
    path = f"{SIGN_INS}/{attempt['id']}"
    js.post(f"{path}/prepare_first_factor", strategy="email_link", redirect_url=RETURN)
    return path


def test_link_signs_the_waiting_page_in(local: LocalClerk, js: ClerkJs, ada: SeededUser) -> None:
    path = started(js, ada)
    assert js.get(path)["first_factor_verification"]["status"] == "unverified"
    told = open_link(local, ada.email_address)
    attempt = js.get(path)

    assert attempt["status"] == "complete"
    assert attempt["first_factor_verification"]["status"] == "verified"
    assert told == {
        "__clerk_status": "verified",
        "__clerk_created_session": attempt["created_session_id"],
    }
    js.activate(attempt["created_session_id"])
    assert js.get("/v1/me")["id"] == ada.user_id


def test_link_works_once(local: LocalClerk, js: ClerkJs, ada: SeededUser) -> None:
    started(js, ada)
    open_link(local, ada.email_address)

    assert open_link(local, ada.email_address) == {"__clerk_status": "failed"}


def test_link_expires(local: LocalClerk, js: ClerkJs, ada: SeededUser, clock: Clock) -> None:
    path = started(js, ada)
    clock.now += 10 * 60

    assert open_link(local, ada.email_address) == {"__clerk_status": "expired"}
    assert js.get(path)["status"] == "needs_first_factor"


def test_unknown_link_is_not_found(local: LocalClerk) -> None:
    for query in ("?token=nothing", "?token=", ""):
        assert Browser(local).get(f"/v1/verify{query}").status == 404


def test_link_does_not_replace_the_second_factor(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser, clock: Clock
) -> None:
    enable_totp(signed_in, clock)
    js = ClerkJs(local).load()
    path = started(js, ada)

    assert open_link(local, ada.email_address) == {"__clerk_status": "verified"}
    assert js.get(path)["status"] == "needs_second_factor"


def test_link_of_a_user_who_was_banned_fails(
    local: LocalClerk, js: ClerkJs, ada: SeededUser, backend: Backend
) -> None:
    path = started(js, ada)
    backend.read("POST", f"/v1/users/{ada.user_id}/ban")

    assert open_link(local, ada.email_address) == {"__clerk_status": "failed"}
    assert js.get("/v1/client")["sessions"] == []
    assert js.get(path)["created_session_id"] is None


def test_link_signs_up(local: LocalClerk, js: ClerkJs) -> None:
    fields = {"email_address": "mary@example.com", "password": "mary-had-a-lamb"}
    attempt = js.post(SIGN_UPS, **fields)
    verification = attempt["verifications"]["email_address"]
    assert verification["supported_strategies"] == ["email_link"]
    path = f"{SIGN_UPS}/{attempt['id']}"
    js.post(f"{path}/prepare_verification", strategy="email_link", redirect_url=RETURN)
    told = open_link(local, "mary@example.com")
    done = js.get(path)

    assert done["status"] == "complete"
    assert told["__clerk_created_session"] == done["created_session_id"]


def test_link_verifies_an_address_of_the_profile(local: LocalClerk, signed_in: ClerkJs) -> None:
    made = signed_in.post("/v1/me/email_addresses", email_address="ada@work.example")
    path = f"/v1/me/email_addresses/{made['id']}"
    signed_in.post(f"{path}/prepare_verification", strategy="email_link", redirect_url=RETURN)

    assert open_link(local, "ada@work.example") == {"__clerk_status": "verified"}
    assert signed_in.get(path)["verification"]["status"] == "verified"


@pytest.mark.parametrize("url", ["https://evil.example/", "javascript:alert(1)", ""])
def test_link_to_another_machine_is_refused(js: ClerkJs, ada: SeededUser, url: str) -> None:
    attempt = js.post(SIGN_INS, identifier=ada.email_address)
    path = f"{SIGN_INS}/{attempt['id']}/prepare_first_factor"

    refused = js.error("POST", path, strategy="email_link", redirect_url=url)
    assert refused == (422, "form_param_value_invalid", "redirect_url")


def test_link_is_refused_unless_it_is_enabled(clock: Clock) -> None:
    with LocalClerk(clock=clock) as local:
        js, ada = ClerkJs(local).load(), local.seed()[0]
        attempt = js.post(SIGN_INS, identifier=ada.email_address)
        path = f"{SIGN_INS}/{attempt['id']}/prepare_first_factor"

        refused = js.error("POST", path, strategy="email_link", redirect_url=RETURN)
        assert refused == (422, "form_param_value_invalid", "strategy")
