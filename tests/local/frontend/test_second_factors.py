"""Authenticator apps, backup codes and text messages as a second factor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from clerk_core.local._domain.second_factors import totp_code
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Browser, Clock

SIGN_INS = "/v1/client/sign_ins"
NUMBER = "+15555550100"
RFC_6238 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def local(clock: Clock) -> Iterator[LocalClerk]:
    settings = InstanceSettings(authenticator_app=True, backup_codes=True, phone_number="on")
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


def code_at(clock: Clock, secret: str) -> str:
    return totp_code(secret, int(clock.now * 1000))


def enable_totp(js: ClerkJs, clock: Clock) -> tuple[str, list[str]]:
    """Add an authenticator app to the signed-in user, and return the secret and backup codes."""
    secret = js.post("/v1/me/totp")["secret"]
    done = js.post("/v1/me/totp/attempt_verification", code=code_at(clock, secret))
    return secret, done["backup_codes"]


def first_factor_passed(local: LocalClerk, person: SeededUser) -> tuple[ClerkJs, dict[str, Any]]:
    """Return another browser, in which the password was given."""
    js = ClerkJs(local).load()
    fields = {"identifier": person.email_address, "password": person.password}
    return js, js.post(SIGN_INS, strategy="password", **fields)


@pytest.mark.parametrize(
    ("second", "code"), [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")]
)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert totp_code(RFC_6238, second * 1000) == code


def test_authenticator_app_is_added_and_required_at_the_next_sign_in(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser, clock: Clock
) -> None:
    started = signed_in.post("/v1/me/totp")
    assert started["verified"] is False
    assert started["uri"].startswith("otpauth://totp/Local%20application%3Aada%40example.com?")
    assert f"secret={started['secret']}" in started["uri"]
    assert signed_in.get("/v1/me")["totp_enabled"] is False
    done = signed_in.post(
        "/v1/me/totp/attempt_verification", code=code_at(clock, started["secret"])
    )
    assert (done["verified"], done["secret"], len(done["backup_codes"])) == (True, None, 10)
    user = signed_in.get("/v1/me")
    assert (user["totp_enabled"], user["two_factor_enabled"]) == (True, True)
    assert started["secret"] not in str(user)

    js, attempt = first_factor_passed(local, ada)
    assert attempt["status"] == "needs_second_factor"
    assert attempt["created_session_id"] is None
    strategies = [factor["strategy"] for factor in attempt["supported_second_factors"]]
    assert strategies == ["totp", "backup_code"]
    path = f"{SIGN_INS}/{attempt['id']}/attempt_second_factor"
    assert js.error("POST", path, strategy="totp", code="000000")[1] == "form_code_incorrect"
    code = code_at(clock, started["secret"])
    complete = js.post(path, strategy="totp", code=code)

    assert complete["status"] == "complete"
    js.activate(complete["created_session_id"])
    assert js.claims()["fva"] == [0, 0]


def test_sign_in_without_the_second_factor_has_no_session(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser, clock: Clock
) -> None:
    enable_totp(signed_in, clock)
    js, attempt = first_factor_passed(local, ada)
    path = f"{SIGN_INS}/{attempt['id']}"

    assert js.get("/v1/client")["sessions"] == []
    for strategy in ("phone_code", "email_code", "password", ""):
        assert js.error("POST", f"{path}/attempt_second_factor", strategy=strategy)[0] in (400, 422)
    assert js.error("POST", f"{path}/attempt_first_factor", strategy="password", password="x")[0]
    new = js.error("POST", f"{path}/reset_password", password="a-new-password")
    assert new[1] == "sign_in_wrong_state"
    assert js.get("/v1/client")["sessions"] == []


def test_second_factor_cannot_come_first(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser, clock: Clock
) -> None:
    secret, _ = enable_totp(signed_in, clock)
    js = ClerkJs(local).load()
    attempt = js.post(SIGN_INS, identifier=ada.email_address)

    path = f"{SIGN_INS}/{attempt['id']}/attempt_second_factor"
    refused = js.error("POST", path, strategy="totp", code=code_at(clock, secret))

    assert refused == (400, "sign_in_wrong_state", "")


def test_new_password_after_a_forgotten_one_requires_the_second_factor(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser, clock: Clock
) -> None:
    enable_totp(signed_in, clock)
    js = ClerkJs(local).load()
    attempt = js.post(SIGN_INS, identifier=ada.email_address)
    path = f"{SIGN_INS}/{attempt['id']}"
    strategy = "reset_password_email_code"
    js.post(f"{path}/prepare_first_factor", strategy=strategy)
    code = str(local.messages(ada.email_address)[0].code)
    js.post(f"{path}/attempt_first_factor", strategy=strategy, code=code)

    assert js.post(f"{path}/reset_password", password="a-new-password")["status"] == (
        "needs_second_factor"
    )


def test_backup_code_signs_in_once(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser, clock: Clock
) -> None:
    _, (code, *_) = enable_totp(signed_in, clock)
    js, attempt = first_factor_passed(local, ada)
    path = f"{SIGN_INS}/{attempt['id']}/attempt_second_factor"
    assert js.post(path, strategy="backup_code", code=code)["status"] == "complete"

    other, attempt = first_factor_passed(local, ada)
    path = f"{SIGN_INS}/{attempt['id']}/attempt_second_factor"
    refused = other.error("POST", path, strategy="backup_code", code=code)
    assert refused == (422, "form_code_incorrect", "code")


def test_new_backup_codes_replace_the_old_ones(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser, clock: Clock
) -> None:
    refused = signed_in.error("POST", "/v1/me/backup_codes")
    assert refused == (400, "backup_codes_not_available", "")
    _, (old, *_) = enable_totp(signed_in, clock)
    codes = signed_in.post("/v1/me/backup_codes/")["codes"]
    js, attempt = first_factor_passed(local, ada)
    path = f"{SIGN_INS}/{attempt['id']}/attempt_second_factor"

    assert js.error("POST", path, strategy="backup_code", code=old)[1] == "form_code_incorrect"
    assert js.post(path, strategy="backup_code", code=codes[0])["status"] == "complete"


def test_authenticator_app_is_removed_with_its_backup_codes(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser, clock: Clock
) -> None:
    enable_totp(signed_in, clock)
    assert signed_in.error("POST", "/v1/me/totp")[1] == "totp_already_enabled"
    assert signed_in.call("DELETE", "/v1/me/totp")["deleted"] is True

    user = signed_in.get("/v1/me")
    assert (user["totp_enabled"], user["two_factor_enabled"]) == (False, False)
    assert user["backup_code_enabled"] is False
    assert first_factor_passed(local, ada)[1]["status"] == "complete"
    assert signed_in.error("DELETE", "/v1/me/totp")[1] == "totp_not_enabled"


def test_sign_in_token_of_the_application_requires_no_second_factor(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser, clock: Clock, backend: Backend
) -> None:
    enable_totp(signed_in, clock)
    ticket = backend.read("POST", "/v1/sign_in_tokens", {"user_id": ada.user_id})["token"]

    done = ClerkJs(local).load().post(SIGN_INS, strategy="ticket", ticket=ticket)
    assert done["status"] == "complete"


def test_invitation_requires_the_second_factor(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser, clock: Clock, backend: Backend
) -> None:
    enable_totp(signed_in, clock)
    park = backend.read("POST", "/v1/organizations", {"name": "Bletchley Park"})["id"]
    body = {"email_address": ada.email_address, "role": "org:member"}
    backend.read("POST", f"/v1/organizations/{park}/invitations", body)
    ticket = (local.messages(ada.email_address)[0].url or "").partition("ticket=")[2]

    done = ClerkJs(local).load().post(SIGN_INS, strategy="ticket", ticket=ticket)
    assert done["status"] == "needs_second_factor"


def test_page_of_the_instance_asks_for_the_second_factor(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser, clock: Clock
) -> None:
    secret, (backup, *_) = enable_totp(signed_in, clock)
    fields = {"email_address": ada.email_address, "password": ada.password}
    browser = Browser(local)
    page = browser.submit("/sign-in", browser.get("/sign-in"), **fields)
    assert page.status == 422
    assert 'name="code"' in page.content.decode()
    assert browser.submit("/sign-in", page, **fields, code="000000").status == 422
    code = code_at(clock, secret)
    assert browser.submit("/sign-in", page, **fields, code=code).status == 303

    browser = Browser(local)
    page = browser.get("/sign-in")
    assert browser.submit("/sign-in", page, **fields, code=backup).status == 303


def test_disabled_factors_are_refused(ada: SeededUser, clock: Clock) -> None:
    with LocalClerk(clock=clock) as local:
        js = ClerkJs(local).load()
        js.sign_in(local.seed()[0])
        for path in ("/v1/me/totp", "/v1/me/backup_codes"):
            assert js.error("POST", path)[:2] == (403, "feature_not_enabled")


def add_number(js: ClerkJs) -> str:
    """Add and verify a phone number, and return its path."""
    path = f"/v1/me/phone_numbers/{js.post('/v1/me/phone_numbers', phone_number=NUMBER)['id']}"
    js.post(f"{path}/prepare_verification", strategy="phone_code")
    js.post(f"{path}/attempt_verification", code="424242")
    return path


def test_text_message_is_a_second_factor(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser
) -> None:
    path = add_number(signed_in)
    assert first_factor_passed(local, ada)[1]["status"] == "complete"
    changed = signed_in.call("PATCH", path, {"reserved_for_second_factor": "true"})
    assert changed["reserved_for_second_factor"] is True
    assert len(changed["backup_codes"]) == 10

    js, attempt = first_factor_passed(local, ada)
    assert attempt["supported_second_factors"][0]["safe_identifier"] == NUMBER
    path = f"{SIGN_INS}/{attempt['id']}"
    js.post(f"{path}/prepare_second_factor", strategy="phone_code")
    assert local.messages(NUMBER)[0].code == "424242"
    wrong = js.error("POST", f"{path}/attempt_second_factor", strategy="phone_code", code="1")
    assert wrong[1] == "form_code_incorrect"
    done = js.post(f"{path}/attempt_second_factor", strategy="phone_code", code="424242")
    assert done["status"] == "complete"


def test_deleted_number_is_no_second_factor(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser
) -> None:
    path = add_number(signed_in)
    signed_in.call("PATCH", path, {"reserved_for_second_factor": "true"})
    assert signed_in.call("DELETE", path)["deleted"] is True

    assert first_factor_passed(local, ada)[1]["status"] == "complete"
    assert signed_in.get("/v1/me")["two_factor_enabled"] is False


def test_default_number_is_the_only_one(signed_in: ClerkJs) -> None:
    first = add_number(signed_in)
    made = signed_in.post("/v1/me/phone_numbers", phone_number="+1 (555) 555-0101")
    second = f"/v1/me/phone_numbers/{made['id']}"
    assert signed_in.error("PATCH", second, reserved_for_second_factor="true")[0] == 400
    signed_in.post(f"{second}/prepare_verification", strategy="phone_code")
    signed_in.post(f"{second}/attempt_verification", code="424242")
    chosen = {"reserved_for_second_factor": "true", "default_second_factor": "true"}
    for path in (first, second):
        signed_in.call("PATCH", path, chosen)

    assert [
        one["default_second_factor"]
        for one in signed_in.read("GET", "/v1/me")["response"]["phone_numbers"]
    ] == [False, True]


def reverify(js: ClerkJs, level: str) -> tuple[str, dict[str, Any]]:
    path = f"/v1/client/sessions/{js.session_id}/verify"
    return path, js.post(path, level=level)


def test_reverification_by_the_second_factor(signed_in: ClerkJs, clock: Clock) -> None:
    secret, _ = enable_totp(signed_in, clock)
    clock.now += 11 * 60
    assert signed_in.error("DELETE", "/v1/me/totp")[1] == "session_reverification_required"

    path, started = reverify(signed_in, "second_factor")
    assert started["status"] == "needs_second_factor"
    code = code_at(clock, secret)
    done = signed_in.post(f"{path}/attempt_second_factor", strategy="totp", code=code)

    assert done["status"] == "complete"
    assert done["session"]["factor_verification_age"] == [11, 0]
    assert signed_in.call("DELETE", "/v1/me/totp")["deleted"] is True


def test_reverification_by_both_factors(
    signed_in: ClerkJs, clock: Clock, ada: SeededUser, local: LocalClerk
) -> None:
    signed_in.call("PATCH", add_number(signed_in), {"reserved_for_second_factor": "true"})
    clock.now += 11 * 60
    path, started = reverify(signed_in, "multi_factor")
    assert started["status"] == "needs_first_factor"
    password = {"strategy": "password", "password": ada.password}
    half = signed_in.post(f"{path}/attempt_first_factor", **password)
    assert half["status"] == "needs_second_factor"
    signed_in.post(f"{path}/prepare_second_factor", strategy="phone_code")
    wrong = signed_in.error(
        "POST", f"{path}/attempt_second_factor", strategy="phone_code", code="1"
    )
    assert wrong[1] == "form_code_incorrect"
    done = signed_in.post(f"{path}/attempt_second_factor", strategy="phone_code", code="424242")

    assert done["status"] == "complete"
    assert done["session"]["factor_verification_age"] == [0, 0]
