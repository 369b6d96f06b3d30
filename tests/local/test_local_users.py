from __future__ import annotations

import json

import pytest

from clerk_core._messages import HttpRequest
from clerk_core.local import LocalClerk, SeededUser
from tests.local.local_helpers import Backend, Browser, Clock, cookie_values, dev_browser_of


def emails(backend: Backend, query: str = "") -> list[str]:
    response = backend.call("GET", f"/v1/users{query}")
    assert response.status == 200, response.content
    return [user["email_addresses"][0]["email_address"] for user in json.loads(response.content)]


def test_user_has_all_fields_of_the_specification(
    backend: Backend, clock: Clock, ada: SeededUser
) -> None:
    user = backend.read("GET", f"/v1/users/{ada.user_id}")

    (email,) = user["email_addresses"]
    assert user["object"] == "user"
    assert user["first_name"] == "Ada"
    assert user["primary_email_address_id"] == email["id"]
    assert email["email_address"] == "ada@example.com"
    assert email["verification"]["status"] == "verified"
    assert user["created_at"] == int(clock.now * 1000)
    assert user["private_metadata"] == {"payroll_number": "AE-0001"}
    assert user["password_enabled"] is True
    assert user["last_sign_in_at"] is None
    assert "password" not in json.dumps(user).replace("password_enabled", "").replace(
        "password_last_updated_at", ""
    )
    # The fields that the specification requires.
    assert {
        *("id", "object", "username", "first_name", "last_name", "has_image"),
        *("primary_email_address_id", "primary_phone_number_id", "primary_web3_wallet_id"),
        *("password_enabled", "two_factor_enabled", "totp_enabled", "backup_code_enabled"),
        *("email_addresses", "phone_numbers", "web3_wallets", "passkeys", "external_accounts"),
        *("saml_accounts", "enterprise_accounts", "public_metadata", "external_id"),
        *("last_sign_in_at", "banned", "locked", "lockout_expires_in_seconds"),
        *("verification_attempts_remaining", "created_at", "updated_at", "delete_self_enabled"),
        *("create_organization_enabled", "last_active_at", "mfa_enabled_at", "mfa_disabled_at"),
        "legal_accepted_at",
    } <= user.keys()


def test_last_activity_is_rounded_to_the_day(
    local: LocalClerk, backend: Backend, ada: SeededUser
) -> None:
    local.create_session(ada.user_id)

    user = backend.read("GET", f"/v1/users/{ada.user_id}")

    assert user["last_sign_in_at"] > user["last_active_at"] > 0
    assert user["last_active_at"] % 86_400_000 == 0


def test_unknown_user_is_not_found(backend: Backend) -> None:
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("PATCH", "/metadata")):
        assert backend.error(method, f"/v1/users/user_0{path}", {}) == (
            404,
            "resource_not_found",
            "",
        )


def test_user_is_created_and_can_sign_in(backend: Backend, browser: Browser) -> None:
    user = backend.read(
        "POST",
        "/v1/users",
        {
            "email_address": ["alan@example.com", "turing@example.com"],
            "password": "enigma-enigma",
            "first_name": "Alan",
            "last_name": "Turing",
            "username": "alan",
            "external_id": "bletchley-8",
            "locale": "en-GB",
            "public_metadata": {"hut": 8},
            "private_metadata": {"secret": True},
            "unsafe_metadata": {"theme": "dark"},
        },
    )

    addresses = [email["email_address"] for email in user["email_addresses"]]
    assert addresses == ["alan@example.com", "turing@example.com"]
    assert user["primary_email_address_id"] == user["email_addresses"][0]["id"]
    assert (user["username"], user["external_id"]) == ("alan", "bletchley-8")
    assert user["public_metadata"] == {"hut": 8}
    assert user["private_metadata"] == {"secret": True}
    assert user["unsafe_metadata"] == {"theme": "dark"}
    page = browser.get("/sign-in")
    signed_in = browser.submit(
        "/sign-in", page, email_address="Turing@Example.com", password="enigma-enigma"
    )
    assert signed_in.status == 303


def test_user_can_have_only_a_username(backend: Backend) -> None:
    user = backend.read("POST", "/v1/users", {"username": "alan"})

    assert user["primary_email_address_id"] is None
    assert user["password_enabled"] is False


@pytest.mark.parametrize(
    ("body", "code", "parameter"),
    [
        ({}, "form_param_missing", "email_address"),
        ({"email_address": "alan@example.com"}, "form_param_value_invalid", "email_address"),
        ({"email_address": [7]}, "form_param_value_invalid", "email_address"),
        ({"email_address": ["alan"]}, "form_param_value_invalid", "email_address"),
        ({"email_address": ["a b@example.com"]}, "form_param_value_invalid", "email_address"),
        ({"email_address": ["ADA@example.com"]}, "form_identifier_exists", "email_address"),
        ({"username": ["alan"]}, "form_param_value_invalid", "username"),
        ({"username": "alan", "password": "short"}, "form_password_length_too_short", "password"),
        ({"username": "alan", "public_metadata": 3}, "form_param_value_invalid", "public_metadata"),
        ({"username": "alan", "web3_wallet": ["0x1"]}, "form_param_unknown", "web3_wallet"),
        ({"username": "alan", "colour": "red"}, "form_param_unknown", "colour"),
    ],
)
def test_invalid_user_is_rejected_with_the_parameter(
    backend: Backend, ada: SeededUser, body: object, code: str, parameter: str
) -> None:
    assert backend.error("POST", "/v1/users", body) == (422, code, parameter)


def test_null_and_false_parameters_are_ignored(backend: Backend) -> None:
    user = backend.read(
        "POST",
        "/v1/users",
        {
            "username": "alan",
            "first_name": None,
            "email_address": None,
            "public_metadata": None,
            "phone_number": None,
            "notify_primary_email_address_changed": False,
            "password": "short",
            "skip_password_checks": True,
        },
    )

    assert user["password_enabled"] is True


@pytest.mark.parametrize(
    "content", [b"[]", b"{", b'"x"', b'{"a": NaN}', b'{"a": "\\ud800"}', b"\xff"]
)
def test_body_that_is_not_a_json_object_is_rejected(local: LocalClerk, content: bytes) -> None:
    headers = [("authorization", f"Bearer {local.secret_key}")]
    response = local.handle(HttpRequest("POST", f"{local.url}/v1/users", headers, content))

    assert response.status == 400
    assert b"request_body_invalid" in response.content


@pytest.mark.parametrize("depth", [101, 100_000])
def test_deeply_nested_body_is_rejected(local: LocalClerk, depth: int) -> None:
    headers = [("authorization", f"Bearer {local.secret_key}")]
    content = b'{"public_metadata":' + b"[" * depth + b"]" * depth + b"}"

    response = local.handle(HttpRequest("POST", f"{local.url}/v1/users", headers, content))

    assert response.status == 400


def test_users_are_listed_newest_first(
    backend: Backend, clock: Clock, people: tuple[SeededUser, ...]
) -> None:
    clock.now += 1
    backend.read("POST", "/v1/users", {"email_address": ["bob@example.com"], "first_name": "bob"})

    assert emails(backend) == ["bob@example.com", "grace@example.com", "ada@example.com"]
    oldest_first = ["ada@example.com", "grace@example.com", "bob@example.com"]
    for order in ("created_at", "%2Bcreated_at", "+created_at", "updated_at", "last_sign_in_at"):
        assert emails(backend, f"?order_by={order}") == oldest_first
    by_name = ["ada@example.com", "bob@example.com", "grace@example.com"]
    assert emails(backend, "?order_by=first_name") == by_name
    assert emails(backend, "?order_by=-first_name") == by_name[::-1]
    assert emails(backend, "?order_by=last_name")[0] == "bob@example.com"
    assert len(emails(backend, "?order_by=username")) == 3


def test_users_are_paginated(backend: Backend) -> None:
    for number in range(12):
        backend.read("POST", "/v1/users", {"email_address": [f"u{number}@example.com"]})

    assert len(emails(backend)) == 10
    assert emails(backend, "?limit=2&offset=1") == ["u10@example.com", "u9@example.com"]
    assert len(emails(backend, "?limit=500")) == 12
    assert len(emails(backend, "?limit=11.0&offset=0.0")) == 11
    assert emails(backend, "?offset=12") == []


def test_page_starts_after_a_user(backend: Backend) -> None:
    users = [
        backend.read("POST", "/v1/users", {"email_address": [f"u{number}@example.com"]})
        for number in range(4)
    ]
    after = f"?limit=2&order_by=created_at&starting_after={users[0]['id']}"

    assert emails(backend, after) == ["u1@example.com", "u2@example.com"]
    assert emails(backend, f"?starting_after={users[0]['id']}") == []


@pytest.mark.parametrize(
    ("query", "code", "parameter"),
    [
        ("limit=0", "form_param_value_invalid", "limit"),
        ("limit=501", "form_param_value_invalid", "limit"),
        ("limit=1_0", "form_param_value_invalid", "limit"),
        ("limit=ten", "form_param_value_invalid", "limit"),
        ("offset=-1", "form_param_value_invalid", "offset"),
        ("order_by=-shoe_size", "form_param_value_invalid", "order_by"),
        ("starting_after=user_0", "form_param_value_invalid", "starting_after"),
        ("web3_wallet=0x1", "form_param_unknown", "web3_wallet"),
    ],
)
def test_invalid_list_parameter_is_named(
    backend: Backend, query: str, code: str, parameter: str
) -> None:
    assert backend.error("GET", f"/v1/users?{query}") == (422, code, parameter)


def test_users_are_filtered(backend: Backend, ada: SeededUser, grace: SeededUser) -> None:
    backend.read("PATCH", f"/v1/users/{ada.user_id}", {"username": "ada", "external_id": "a-1"})

    for query in (
        "email_address=ADA@example.com",
        "email_address[]=ada@example.com&email_address[]=nobody@example.com",
        f"user_id={ada.user_id}",
        f"user_id=%2B{ada.user_id}",
        f"user_id=-{grace.user_id}",
        "username=ada",
        "external_id=a-1",
        "query=lovel",
        "query=ada%20love",
        "query=ADA@",
        f"query={ada.user_id[:12]}",
    ):
        assert emails(backend, f"?{query}") == ["ada@example.com"], query
        assert backend.read("GET", f"/v1/users/count?{query}")["total_count"] == 1, query
    assert emails(backend, "?query=nobody") == []
    assert emails(backend, "?username=nobody") == []
    assert emails(backend, "?external_id=nothing") == []
    assert len(emails(backend, f"?user_id={ada.user_id}&user_id={grace.user_id}")) == 2
    # A query string with too many parameters is treated as empty.
    assert len(emails(backend, "?" + "query=nobody&" * 1001)) == 2


def test_count_rejects_unsupported_parameters(backend: Backend) -> None:
    assert backend.error("GET", "/v1/users/count?limit=3")[1] == "form_param_unknown"


def test_user_is_updated_field_by_field(backend: Backend, clock: Clock, ada: SeededUser) -> None:
    clock.now += 60
    path = f"/v1/users/{ada.user_id}"

    user = backend.read("PATCH", path, {"first_name": "Augusta", "username": "ada", "locale": ""})

    assert (user["first_name"], user["last_name"], user["username"]) == (
        "Augusta",
        "Lovelace",
        "ada",
    )
    assert user["updated_at"] == user["created_at"] + 60_000
    assert backend.read("PATCH", path, {"username": None})["username"] is None


def test_username_is_unique(backend: Backend, ada: SeededUser, grace: SeededUser) -> None:
    backend.read("PATCH", f"/v1/users/{ada.user_id}", {"username": "ada"})
    backend.read("PATCH", f"/v1/users/{ada.user_id}", {"username": "Ada"})

    rejected = backend.error("PATCH", f"/v1/users/{grace.user_id}", {"username": "ADA"})

    assert rejected == (422, "form_identifier_exists", "username")


def test_primary_email_address_can_be_changed(backend: Backend, ada: SeededUser) -> None:
    user = backend.read("POST", "/v1/users", {"email_address": ["a@example.com", "b@example.com"]})
    second = user["email_addresses"][1]["id"]
    path = f"/v1/users/{user['id']}"

    changed = backend.read("PATCH", path, {"primary_email_address_id": second})

    assert changed["primary_email_address_id"] == second
    foreign = backend.read("GET", f"/v1/users/{ada.user_id}")["primary_email_address_id"]
    assert backend.error("PATCH", path, {"primary_email_address_id": foreign})[0] == 404


def test_user_update_rejects_metadata(backend: Backend, ada: SeededUser) -> None:
    rejected = backend.error("PATCH", f"/v1/users/{ada.user_id}", {"public_metadata": {"a": 1}})

    assert rejected == (422, "form_param_unknown", "public_metadata")


def test_changed_password_is_no_longer_shown(
    backend: Backend, browser: Browser, ada: SeededUser
) -> None:
    backend.read("PATCH", f"/v1/users/{ada.user_id}", {"password": "something-else"})

    page = browser.get("/sign-in").content.decode()

    assert ada.password not in page
    assert "something-else" not in page
    assert "ada@example.com" not in page
    assert browser.sign_in(ada).status == 422


def test_password_change_can_end_other_sessions(
    local: LocalClerk, backend: Backend, ada: SeededUser
) -> None:
    session_id = local.create_session(ada.user_id)
    backend.read("POST", f"/v1/sessions/{local.create_session(ada.user_id)}/revoke")
    body = {"password": "something-else", "sign_out_of_other_sessions": True}

    backend.read("PATCH", f"/v1/users/{ada.user_id}", body)

    assert backend.read("GET", f"/v1/sessions/{session_id}")["status"] == "revoked"


def test_metadata_is_deep_merged_and_null_deletes_keys(backend: Backend, ada: SeededUser) -> None:
    path = f"/v1/users/{ada.user_id}/metadata"
    backend.read("PATCH", path, {"public_metadata": {"a": {"b": 1, "c": [1]}, "d": 1}})

    user = backend.read(
        "PATCH",
        path,
        {
            "public_metadata": {"a": {"b": None, "e": 2}, "d": {"x": 1, "y": None}, "gone": None},
            "private_metadata": {"payroll_number": None},
        },
    )

    assert user["public_metadata"] == {
        "title": "Enchantress of Numbers",
        "a": {"c": [1], "e": 2},
        "d": {"x": 1},
    }
    assert user["private_metadata"] == {}
    assert user["unsafe_metadata"] == {}


def test_deleting_a_user_deletes_their_sessions(
    local: LocalClerk, backend: Backend, browser: Browser, ada: SeededUser
) -> None:
    dev_browser = dev_browser_of(browser.sign_in(ada, "/sign-in?redirect_url=http://localhost/"))
    session_id = local.create_session(ada.user_id)

    deleted = backend.read("DELETE", f"/v1/users/{ada.user_id}")

    assert deleted == {"object": "user", "id": ada.user_id, "deleted": True}
    assert backend.error("GET", f"/v1/users/{ada.user_id}")[0] == 404
    assert backend.error("GET", f"/v1/sessions/{session_id}")[0] == 404
    assert cookie_values(browser.handshake(dev_browser))["__client_uat"] == "0"
