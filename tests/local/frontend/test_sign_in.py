"""Sign in by password, as clerk-js and its components do."""

from __future__ import annotations

import pytest

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Clock

SIGN_INS = "/v1/client/sign_ins"


def test_identifier_and_password_sign_in_at_once(js: ClerkJs, ada: SeededUser) -> None:
    done = js.post(
        SIGN_INS, strategy="password", identifier="ADA@example.com", password=ada.password
    )

    assert done["object"] == "sign_in_attempt"
    assert done["status"] == "complete"
    (session,) = js.client["sessions"]
    assert session["id"] == done["created_session_id"]
    assert session["user"]["first_name"] == "Ada"
    assert js.client["sign_in"] is None
    assert js.client["last_active_session_id"] == session["id"]


def test_password_follows_the_identifier(js: ClerkJs, ada: SeededUser) -> None:
    started = js.post(SIGN_INS, identifier=ada.email_address)

    assert started["status"] == "needs_first_factor"
    assert {"strategy": "password"} in started["supported_first_factors"]
    assert started["first_factor_verification"] is None
    assert started["user_data"]["first_name"] == "Ada"
    assert js.client["sign_in"]["id"] == started["id"]
    # A page that is loaded anew continues the attempt.
    assert js.get("/v1/client")["sign_in"] == started
    assert js.get(f"{SIGN_INS}/{started['id']}") == started

    path = f"{SIGN_INS}/{started['id']}/attempt_first_factor"
    wrong = js.error("POST", path, strategy="password", password="wrong")
    assert wrong == (422, "form_password_incorrect", "password")
    done = js.post(path, strategy="password", password=ada.password)
    assert done["status"] == "complete"
    assert done["first_factor_verification"]["status"] == "verified"
    assert js.get(f"{SIGN_INS}/{started['id']}")["created_session_id"]
    assert js.error("POST", path, strategy="password", password=ada.password) == (
        400,
        "sign_in_wrong_state",
        "",
    )


def test_username_identifies_too(js: ClerkJs, ada: SeededUser, backend: Backend) -> None:
    backend.read("PATCH", f"/v1/users/{ada.user_id}", {"username": "ada_l"})

    done = js.post(SIGN_INS, identifier="Ada_L", password=ada.password)

    assert done["status"] == "complete"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"identifier": "nobody@example.com"},
            (422, "form_identifier_not_found", "identifier"),
        ),
        (
            {"identifier": "ada@example.com", "password": "wrong"},
            (422, "form_password_incorrect", "password"),
        ),
        ({"password": "ada-writes-programs"}, (400, "sign_in_no_identification_for_user", "")),
        ({"identifier": "", "password": ""}, None),
    ],
    ids=["unknown identifier", "wrong password", "password alone", "nothing"],
)
def test_wrong_credentials(
    js: ClerkJs, ada: SeededUser, fields: dict[str, str], expected: tuple[int, str, str] | None
) -> None:
    if expected is None:
        assert js.post(SIGN_INS, **fields)["status"] == "needs_identifier"
    else:
        assert js.error("POST", SIGN_INS, **fields) == expected
    assert js.get("/v1/client")["sessions"] == []


def test_user_without_password_cannot_sign_in_by_password(js: ClerkJs, backend: Backend) -> None:
    backend.read("POST", "/v1/users", {"email_address": ["x@example.com"]})

    refused = js.error("POST", SIGN_INS, identifier="x@example.com", password="anything")

    assert refused == (400, "strategy_for_user_invalid", "")


@pytest.mark.parametrize("action", ["ban", "lock"])
def test_banned_or_locked_user_cannot_sign_in(
    js: ClerkJs, ada: SeededUser, backend: Backend, action: str
) -> None:
    started = js.post(SIGN_INS, identifier=ada.email_address)
    backend.read("POST", f"/v1/users/{ada.user_id}/{action}")

    path = f"{SIGN_INS}/{started['id']}/attempt_first_factor"
    late = js.error("POST", path, strategy="password", password=ada.password)
    early = js.error("POST", SIGN_INS, identifier=ada.email_address)

    assert late[0] == early[0] == 403
    assert early[1] in ("user_banned", "user_locked")
    assert js.get("/v1/client")["sessions"] == []


def test_attempt_of_another_browser_is_not_found(
    js: ClerkJs, local: LocalClerk, ada: SeededUser
) -> None:
    started = js.post(SIGN_INS, identifier=ada.email_address)
    other = ClerkJs(local).load()

    path = f"{SIGN_INS}/{started['id']}"
    assert other.error("GET", path) == (404, "resource_not_found", "")
    stolen = other.error(
        "POST", f"{path}/attempt_first_factor", strategy="password", password=ada.password
    )
    assert stolen == (404, "resource_not_found", "")


def test_unknown_strategy_is_rejected(js: ClerkJs, ada: SeededUser) -> None:
    started = js.post(SIGN_INS, identifier=ada.email_address)

    path = f"{SIGN_INS}/{started['id']}/attempt_first_factor"

    assert js.error("POST", path, strategy="web3") == (422, "form_param_value_invalid", "strategy")


def test_signed_in_browser_cannot_sign_in_again(
    js: ClerkJs, ada: SeededUser, grace: SeededUser
) -> None:
    js.sign_in(ada)

    assert js.error("POST", SIGN_INS, identifier=grace.email_address) == (400, "session_exists", "")


def test_attempt_is_abandoned_after_a_day(js: ClerkJs, ada: SeededUser, clock: Clock) -> None:
    started = js.post(SIGN_INS, identifier=ada.email_address)
    clock.now += 24 * 60 * 60

    assert js.get(f"{SIGN_INS}/{started['id']}")["status"] == "abandoned"
    path = f"{SIGN_INS}/{started['id']}/attempt_first_factor"
    late = js.error("POST", path, strategy="password", password=ada.password)
    assert late == (400, "sign_in_wrong_state", "")


def test_several_users_sign_in_with_multi_session(ada: SeededUser) -> None:
    with LocalClerk(settings=InstanceSettings(multi_session=True)) as local:
        ada, grace = local.seed()
        js = ClerkJs(local).load()
        first, second = js.sign_in(ada), js.sign_in(grace)

        assert [one["id"] for one in js.client["sessions"]] == [first, second]
        assert js.client["last_active_session_id"] == second
        refused = js.error("POST", SIGN_INS, identifier=ada.email_address)
        assert refused == (400, "identifier_already_signed_in", "")
        response = js.send("POST", SIGN_INS, {"identifier": ada.email_address})
        assert f'"session_id":"{first}"'.encode() in response.content
