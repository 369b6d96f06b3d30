"""Phone numbers: sign in, sign up, and the numbers of a profile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs, another_browser
from tests.local.local_helpers import Clock

NUMBERS = "/v1/me/phone_numbers"
NUMBER = "+15555550100"


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings(phone_number="on")


@pytest.fixture
def local(clock: Clock, settings: InstanceSettings) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


def add_number(js: ClerkJs, number: str = NUMBER) -> str:
    """Add and verify a phone number, and return its path."""
    path = f"{NUMBERS}/{js.post(f'{NUMBERS}/', phone_number=number)['id']}"
    js.post(f"{path}/prepare_verification", strategy="phone_code")
    js.post(f"{path}/attempt_verification", code="424242")
    return path


def test_number_is_added_verified_and_primary(local: LocalClerk, signed_in: ClerkJs) -> None:
    made = signed_in.post(NUMBERS, phone_number="+1 (555) 555-0100")
    assert (made["phone_number"], made["verification"]["status"]) == (NUMBER, "unverified")
    assert signed_in.get("/v1/me")["primary_phone_number_id"] is None
    path = f"{NUMBERS}/{made['id']}"
    signed_in.post(f"{path}/prepare_verification", strategy="phone_code")
    (message,) = local.messages(NUMBER)
    assert (message.channel, message.code) == ("sms", "424242")
    wrong = signed_in.error("POST", f"{path}/attempt_verification", code="1")
    assert wrong == (422, "form_code_incorrect", "code")
    done = signed_in.post(f"{path}/attempt_verification", code="424242")

    assert done["verification"]["status"] == "verified"
    user = signed_in.get("/v1/me")
    assert user["primary_phone_number_id"] == made["id"]
    assert [one["phone_number"] for one in user["phone_numbers"]] == [NUMBER]
    assert signed_in.read("GET", NUMBERS)["response"] == user["phone_numbers"]
    assert signed_in.get(path) == user["phone_numbers"][0]


def test_code_of_another_number_is_random(local: LocalClerk, signed_in: ClerkJs) -> None:
    path = f"{NUMBERS}/{signed_in.post(NUMBERS, phone_number='+4930123456')['id']}"
    signed_in.post(f"{path}/prepare_verification", strategy="phone_code")

    code = str(local.messages("+4930123456")[0].code)
    assert signed_in.post(f"{path}/attempt_verification", code=code)["verification"]["status"]


@pytest.mark.parametrize("number", ["5555550100", "+1555", "+0555555010", "+1555555010a", "++1"])
def test_malformed_number_is_rejected(signed_in: ClerkJs, number: str) -> None:
    refused = signed_in.error("POST", NUMBERS, phone_number=number)
    assert refused == (422, "form_param_format_invalid", "phone_number")


def test_number_of_another_user_is_taken(
    local: LocalClerk, signed_in: ClerkJs, grace: SeededUser
) -> None:
    path = add_number(signed_in)
    other = another_browser(local, grace)

    taken = (422, "form_identifier_exists", "phone_number")
    assert other.error("POST", NUMBERS, phone_number=NUMBER) == taken
    for method, end in (("GET", ""), ("DELETE", ""), ("POST", "/prepare_verification")):
        assert other.error(method, f"{path}{end}") == (404, "resource_not_found", "")


def test_primary_number_is_changed_and_deleted(signed_in: ClerkJs) -> None:
    first, second = add_number(signed_in), add_number(signed_in, "+15555550101")
    second_id = second.rpartition("/")[2]
    changed = signed_in.call("PATCH", "/v1/me", {"primary_phone_number_id": second_id})
    assert changed["primary_phone_number_id"] == second_id
    signed_in.call("DELETE", second)

    assert signed_in.get("/v1/me")["primary_phone_number_id"] == first.rpartition("/")[2]
    unverified = signed_in.post(NUMBERS, phone_number="+15555550102")["id"]
    refused = signed_in.error("PATCH", "/v1/me", primary_phone_number_id=unverified)
    assert refused[0] == 400


def test_user_signs_in_by_text_message(local: LocalClerk, signed_in: ClerkJs) -> None:
    add_number(signed_in)
    js = ClerkJs(local).load()
    attempt = js.post("/v1/client/sign_ins", identifier="+1 555 555 0100")
    factors = [factor["strategy"] for factor in attempt["supported_first_factors"]]
    assert "phone_code" in factors
    assert "reset_password_phone_code" in factors
    path = f"/v1/client/sign_ins/{attempt['id']}"
    js.post(f"{path}/prepare_first_factor", strategy="phone_code")
    done = js.post(f"{path}/attempt_first_factor", strategy="phone_code", code="424242")

    assert done["status"] == "complete"


def test_unverified_number_does_not_sign_in(local: LocalClerk, signed_in: ClerkJs) -> None:
    signed_in.post(NUMBERS, phone_number=NUMBER)

    refused = ClerkJs(local).load().error("POST", "/v1/client/sign_ins", identifier=NUMBER)
    assert refused == (422, "form_identifier_not_found", "identifier")


@pytest.mark.parametrize(
    "settings",
    [InstanceSettings(phone_number="required", email_address="off", password="off")],
    ids=["only phone numbers"],
)
def test_user_signs_up_with_a_phone_number_alone(local: LocalClerk, js: ClerkJs) -> None:
    sign_up = js.post("/v1/client/sign_ups", phone_number=NUMBER)
    assert sign_up["missing_fields"] == []
    assert sign_up["unverified_fields"] == ["phone_number"]
    assert sign_up["verifications"]["phone_number"]["status"] is None
    path = f"/v1/client/sign_ups/{sign_up['id']}"
    js.post(f"{path}/prepare_verification", strategy="phone_code")
    done = js.post(f"{path}/attempt_verification", strategy="phone_code", code="424242")

    assert done["status"] == "complete"
    js.activate(done["created_session_id"])
    user = js.get("/v1/me")
    assert (user["email_addresses"], user["primary_email_address_id"]) == ([], None)
    assert user["phone_numbers"][0]["id"] == user["primary_phone_number_id"]
    # The user could not sign in any more.
    refused = js.error("DELETE", f"{NUMBERS}/{user['primary_phone_number_id']}")
    assert refused[:2] == (403, "last_required_identification_deletion_failed")


def test_sign_up_asks_for_the_code_of_each_identifier(js: ClerkJs) -> None:
    address = "mary+clerk_test@example.com"
    fields = {"email_address": address, "password": "mary-had-a-lamb", "phone_number": NUMBER}
    sign_up = js.post("/v1/client/sign_ups", **fields)
    path = f"/v1/client/sign_ups/{sign_up['id']}"
    statuses = []
    for strategy in ("email_code", "phone_code"):
        js.post(f"{path}/prepare_verification", strategy=strategy)
        done = js.post(f"{path}/attempt_verification", strategy=strategy, code="424242")
        statuses.append((done["status"], done["unverified_fields"]))

    assert statuses == [("missing_requirements", ["phone_number"]), ("complete", [])]
    other = js.error("POST", f"{path}/prepare_verification", strategy="phone_code")
    assert other[1] == "sign_up_wrong_state"


def test_number_that_is_taken_cannot_sign_up(local: LocalClerk, signed_in: ClerkJs) -> None:
    add_number(signed_in)

    refused = ClerkJs(local).load().error("POST", "/v1/client/sign_ups", phone_number=NUMBER)
    assert refused == (422, "form_identifier_exists", "phone_number")
