"""Sign in by a code that was sent, and set a new password after a forgotten one."""

from __future__ import annotations

import pytest

from clerk_core.local import LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Clock

SIGN_INS = "/v1/client/sign_ins"


def started(js: ClerkJs, person: SeededUser, strategy: str = "email_code") -> str:
    """Start a sign-in, have a code sent, and return the path of the attempt."""
    attempt = js.post(SIGN_INS, identifier=person.email_address)
    (factor,) = [one for one in attempt["supported_first_factors"] if one["strategy"] == strategy]
    assert factor["safe_identifier"] == person.email_address
    assert factor["primary"] is True
    path = f"{SIGN_INS}/{attempt['id']}"
    prepared = js.post(
        f"{path}/prepare_first_factor",
        strategy=strategy,
        email_address_id=factor["email_address_id"],
    )
    assert prepared["status"] == "needs_first_factor"
    assert prepared["first_factor_verification"]["status"] == "unverified"
    assert prepared["first_factor_verification"]["strategy"] == strategy
    return path


def code_for(local: LocalClerk, recipient: str) -> str:
    code = local.messages(recipient)[0].code
    assert code is not None
    return code


def test_email_code_signs_in(js: ClerkJs, local: LocalClerk, ada: SeededUser) -> None:
    path = started(js, ada)
    code = code_for(local, ada.email_address)

    done = js.post(f"{path}/attempt_first_factor", strategy="email_code", code=f" {code} ")

    assert done["status"] == "complete"
    assert done["first_factor_verification"]["status"] == "verified"
    assert js.client["last_authentication_strategy"] == "email_code"


def test_code_is_sent_with_the_first_call(js: ClerkJs, local: LocalClerk, ada: SeededUser) -> None:
    attempt = js.post(SIGN_INS, identifier=ada.email_address, strategy="email_code")

    assert attempt["first_factor_verification"]["status"] == "unverified"
    assert code_for(local, ada.email_address).isdigit()


def test_wrong_codes_count(js: ClerkJs, local: LocalClerk, ada: SeededUser) -> None:
    path = f"{started(js, ada)}/attempt_first_factor"
    code = code_for(local, ada.email_address)
    wrong = "000000" if code != "000000" else "000001"

    for _ in range(4):
        refused = js.error("POST", path, strategy="email_code", code=wrong)
        assert refused == (422, "form_code_incorrect", "code")
    # The right code is too late after the fifth.
    for given in (wrong, code):
        refused = js.error("POST", path, strategy="email_code", code=given)
        assert refused == (400, "verification_failed", "")


@pytest.mark.parametrize("given", ["", "0", "ü"])
def test_malformed_code_is_rejected(js: ClerkJs, ada: SeededUser, given: str) -> None:
    path = f"{started(js, ada)}/attempt_first_factor"

    refused = js.error("POST", path, strategy="email_code", code=given)

    assert refused == (422, "form_code_incorrect", "code")


def test_code_expires(js: ClerkJs, local: LocalClerk, ada: SeededUser, clock: Clock) -> None:
    path = started(js, ada)
    code = code_for(local, ada.email_address)
    clock.now += 10 * 60

    refused = js.error("POST", f"{path}/attempt_first_factor", strategy="email_code", code=code)

    assert refused == (400, "verification_expired", "")
    assert js.get(path)["first_factor_verification"]["status"] == "expired"


def test_code_has_to_be_sent_first(js: ClerkJs, ada: SeededUser) -> None:
    attempt = js.post(SIGN_INS, identifier=ada.email_address)

    path = f"{SIGN_INS}/{attempt['id']}/attempt_first_factor"

    assert js.error("POST", path, strategy="email_code", code="424242") == (
        400,
        "verification_missing",
        "",
    )


def test_code_of_another_strategy_is_rejected(
    js: ClerkJs, local: LocalClerk, ada: SeededUser
) -> None:
    path = started(js, ada, "reset_password_email_code")
    code = code_for(local, ada.email_address)

    refused = js.error("POST", f"{path}/attempt_first_factor", strategy="email_code", code=code)

    assert refused == (422, "form_param_value_invalid", "strategy")


def test_new_code_replaces_the_old_one(js: ClerkJs, local: LocalClerk, ada: SeededUser) -> None:
    path = started(js, ada)
    old = code_for(local, ada.email_address)
    js.post(f"{path}/prepare_first_factor", strategy="email_code")
    new = code_for(local, ada.email_address)

    if old != new:
        refused = js.error("POST", f"{path}/attempt_first_factor", strategy="email_code", code=old)
        assert refused[1] == "form_code_incorrect"
    done = js.post(f"{path}/attempt_first_factor", strategy="email_code", code=new)
    assert done["status"] == "complete"


@pytest.mark.parametrize("address", ["a+clerk_test@example.com", "a+CLERK_test1@example.com"])
def test_code_of_a_test_address_is_424242(js: ClerkJs, backend: Backend, address: str) -> None:
    backend.read("POST", "/v1/users", {"email_address": [address]})
    attempt = js.post(SIGN_INS, identifier=address, strategy="email_code")

    path = f"{SIGN_INS}/{attempt['id']}/attempt_first_factor"
    done = js.post(path, strategy="email_code", code="424242")

    assert done["status"] == "complete"


def test_email_address_of_another_user_is_refused(
    js: ClerkJs, local: LocalClerk, ada: SeededUser, grace: SeededUser, backend: Backend
) -> None:
    attempt = js.post(SIGN_INS, identifier=ada.email_address)
    foreign = backend.read("GET", f"/v1/users/{grace.user_id}")["primary_email_address_id"]

    refused = js.error(
        "POST",
        f"{SIGN_INS}/{attempt['id']}/prepare_first_factor",
        strategy="email_code",
        email_address_id=foreign,
    )

    assert refused == (400, "strategy_for_user_invalid", "")
    assert local.messages() == []


def test_forgotten_password(js: ClerkJs, local: LocalClerk, ada: SeededUser) -> None:
    elsewhere = ClerkJs(local).load()
    elsewhere.sign_in(ada)
    path = started(js, ada, "reset_password_email_code")
    code = code_for(local, ada.email_address)
    early = js.error("POST", f"{path}/reset_password", password="a-new-password")
    assert early == (400, "sign_in_wrong_state", "")

    passed = js.post(
        f"{path}/attempt_first_factor", strategy="reset_password_email_code", code=code
    )
    assert passed["status"] == "needs_new_password"
    assert js.client["sessions"] == []
    short = js.error("POST", f"{path}/reset_password", password="short")
    assert short == (422, "form_password_length_too_short", "password")

    done = js.post(
        f"{path}/reset_password", password="a-new-password", sign_out_of_other_sessions="true"
    )
    assert done["status"] == "complete"
    assert len(js.client["sessions"]) == 1
    assert elsewhere.get("/v1/client")["sessions"] == []
    refused = elsewhere.error("POST", SIGN_INS, identifier=ada.email_address, password=ada.password)
    assert refused[1] == "form_password_incorrect"
    again = elsewhere.post(SIGN_INS, identifier=ada.email_address, password="a-new-password")
    assert again["status"] == "complete"
