"""Sign up with a password and an email code, as clerk-js and its components do."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Clock

SIGN_UPS = "/v1/client/sign_ups"
MARY = {
    "email_address": "mary@example.com",
    "password": "mary-had-a-lamb",
    "first_name": "",
    "last_name": "",
}


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings()


@pytest.fixture
def local(clock: Clock, settings: InstanceSettings) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


def verify(js: ClerkJs, sign_up_id: str, address: str = "mary@example.com") -> dict[str, object]:
    path = f"{SIGN_UPS}/{sign_up_id}"
    js.post(f"{path}/prepare_verification", strategy="email_code")
    code = js.local.messages(address)[0].code or ""
    return js.post(f"{path}/attempt_verification", strategy="email_code", code=code)


def test_sign_up_with_password_and_email_code(js: ClerkJs, backend: Backend) -> None:
    started = js.post(SIGN_UPS, **MARY)

    assert started["status"] == "missing_requirements"
    assert started["required_fields"] == ["email_address", "password"]
    assert started["missing_fields"] == []
    assert started["unverified_fields"] == ["email_address"]
    email = started["verifications"]["email_address"]
    # With a status the component would not ask for the code.
    assert (email["status"], email["strategy"]) == (None, None)
    assert email["next_action"] == "needs_prepare"
    assert js.client["sign_up"] == started
    assert js.get(f"{SIGN_UPS}/{started['id']}") == started

    path = f"{SIGN_UPS}/{started['id']}"
    prepared = js.post(f"{path}/prepare_verification", strategy="email_code")
    email = prepared["verifications"]["email_address"]
    assert (email["status"], email["next_action"]) == ("unverified", "needs_attempt")
    wrong = js.error("POST", f"{path}/attempt_verification", strategy="email_code", code="x")
    assert wrong == (422, "form_code_incorrect", "code")

    code = js.local.messages("mary@example.com")[0].code or ""
    done = js.post(f"{path}/attempt_verification", strategy="email_code", code=code)
    assert done["status"] == "complete"
    assert js.client["sign_up"] is None
    js.activate(done["created_session_id"])
    assert js.claims()["sub"] == done["created_user_id"]
    user = backend.read("GET", f"/v1/users/{done['created_user_id']}")
    assert user["email_addresses"][0]["verification"]["strategy"] == "email_code"
    assert user["password_enabled"] is True
    assert user["first_name"] is None


def test_fields_follow_step_by_step(js: ClerkJs) -> None:
    started = js.post(SIGN_UPS, email_address="mary@example.com", unsafe_metadata='{"plan":"a"}')
    assert started["missing_fields"] == ["password"]
    assert verify(js, started["id"])["status"] == "missing_requirements"

    path = f"{SIGN_UPS}/{started['id']}"
    done = js.call("PATCH", path, {"password": "mary-had-a-lamb", "first_name": "Mary"})

    assert done["status"] == "complete"
    (session,) = js.client["sessions"]
    assert session["user"]["first_name"] == "Mary"
    assert session["user"]["unsafe_metadata"] == {"plan": "a"}
    assert js.error("PATCH", path, password="another-password")[1] == "sign_up_wrong_state"


def test_another_email_address_has_to_be_verified_anew(js: ClerkJs) -> None:
    started = js.post(SIGN_UPS, email_address="mary@example.com")
    verify(js, started["id"])

    changed = js.call(
        "PATCH",
        f"{SIGN_UPS}/{started['id']}",
        {"email_address": "victim@example.com", "password": "mary-had-a-lamb"},
    )

    assert changed["status"] == "missing_requirements"
    assert changed["unverified_fields"] == ["email_address"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"email_address": "ada@example.com"}, (422, "form_identifier_exists", "email_address")),
        ({"email_address": "no address"}, (422, "form_param_format_invalid", "email_address")),
        ({"password": "short"}, (422, "form_password_length_too_short", "password")),
        ({"username": "ADA_L"}, (422, "form_identifier_exists", "username")),
        ({"unsafe_metadata": "[1]"}, (422, "form_param_value_invalid", "unsafe_metadata")),
        ({"unsafe_metadata": '"\\ud800"'}, (422, "form_param_value_invalid", "unsafe_metadata")),
    ],
    ids=["taken address", "no address", "short password", "taken username", "list", "surrogate"],
)
def test_invalid_fields(
    js: ClerkJs,
    backend: Backend,
    ada: SeededUser,
    fields: dict[str, str],
    expected: tuple[int, str, str],
) -> None:
    backend.read("PATCH", f"/v1/users/{ada.user_id}", {"username": "ada_l"})

    assert js.error("POST", SIGN_UPS, **{**MARY, **fields}) == expected


def test_address_that_was_taken_in_between_is_refused(js: ClerkJs, backend: Backend) -> None:
    started = js.post(SIGN_UPS, **MARY)
    js.post(f"{SIGN_UPS}/{started['id']}/prepare_verification", strategy="email_code")
    backend.read("POST", "/v1/users", {"email_address": ["mary@example.com"]})

    code = js.local.messages("mary@example.com")[0].code or ""
    path = f"{SIGN_UPS}/{started['id']}/attempt_verification"

    assert js.error("POST", path, strategy="email_code", code=code)[1] == "form_identifier_exists"


def test_attempt_of_another_browser_is_not_found(js: ClerkJs, local: LocalClerk) -> None:
    started = js.post(SIGN_UPS, **MARY)
    other = ClerkJs(local).load()

    assert other.error("GET", f"{SIGN_UPS}/{started['id']}")[0] == 404
    assert other.error("PATCH", f"{SIGN_UPS}/{started['id']}", password="mine-all-mine")[0] == 404


def test_verification_needs_an_address_and_a_known_strategy(js: ClerkJs) -> None:
    started = js.post(SIGN_UPS, password="mary-had-a-lamb")
    path = f"{SIGN_UPS}/{started['id']}/prepare_verification"

    assert js.error("POST", path, strategy="email_code") == (
        422,
        "form_param_missing",
        "email_address",
    )
    assert js.error("POST", path, strategy="carrier_pigeon")[2] == "strategy"


def test_attempt_is_abandoned_after_a_day(js: ClerkJs, clock: Clock) -> None:
    started = js.post(SIGN_UPS, **MARY)
    clock.now += 24 * 60 * 60

    path = f"{SIGN_UPS}/{started['id']}"
    assert js.get(path)["status"] == "abandoned"
    assert js.error("POST", f"{path}/prepare_verification", strategy="email_code") == (
        400,
        "sign_up_wrong_state",
        "",
    )


def test_signed_in_browser_cannot_sign_up(js: ClerkJs, ada: SeededUser) -> None:
    js.sign_in(ada)

    assert js.error("POST", SIGN_UPS, **MARY) == (400, "session_exists", "")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (InstanceSettings(sign_up_mode="restricted"), "sign_up_mode_restricted"),
        (InstanceSettings(sign_up_mode="waitlist"), "sign_up_restricted_waitlist"),
    ],
    ids=["restricted", "waitlist"],
)
def test_closed_sign_up(js: ClerkJs, settings: InstanceSettings, code: str) -> None:
    assert js.error("POST", SIGN_UPS, **MARY) == (403, code, "")
    environment = js.read("GET", "/v1/environment")
    assert environment["user_settings"]["sign_up"]["mode"] == settings.sign_up_mode


@pytest.mark.parametrize(
    "settings",
    [InstanceSettings(username="required", password="off", first_name="required", last_name="off")],
    ids=["other fields"],
)
def test_settings_say_which_fields_are_required(js: ClerkJs) -> None:
    started = js.post(SIGN_UPS, email_address="mary@example.com")

    assert started["required_fields"] == ["email_address", "username", "first_name"]
    assert started["missing_fields"] == ["username", "first_name"]
    attributes = js.read("GET", "/v1/environment")["user_settings"]["attributes"]
    assert attributes["username"]["used_for_first_factor"] is True
    assert attributes["password"]["enabled"] is False
    assert attributes["first_name"]["required"] is True
    verify(js, started["id"])
    path = f"{SIGN_UPS}/{started['id']}"
    assert (
        js.call("PATCH", path, {"username": "mary", "first_name": "Mary"})["status"] == "complete"
    )


def test_inbox_shows_the_codes(js: ClerkJs, local: LocalClerk, backend: Backend) -> None:
    started = js.post(SIGN_UPS, **MARY)
    js.post(f"{SIGN_UPS}/{started['id']}/prepare_verification", strategy="email_code")

    (message,) = local.messages("MARY@example.com")
    assert message.channel == "email"
    assert message.code is not None
    assert message.code in message.subject
    assert local.messages("nobody@example.com") == []
    assert message.code not in repr(message)
    listed = backend.read("GET", "/v1/local/messages?recipient=mary@example.com")
    assert listed["data"][0]["code"] == message.code
    assert backend.read("GET", "/v1/local/messages?recipient=x@example.com")["total_count"] == 0
    assert json.loads(js.send("GET", "/v1/local/messages").content)["errors"]
