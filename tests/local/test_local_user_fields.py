"""Fields, identifiers and factors of users in the Backend API, and impersonation."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from werkzeug.security import generate_password_hash

from clerk_core import Clerk
from clerk_core.local import LocalClerk, SeededUser
from clerk_core.local._domain.second_factors import totp_code
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Browser, Clock

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
MARY = "mary@example.com"


def created(backend: Backend, **fields: object) -> dict[str, Any]:
    return backend.read("POST", "/v1/users", {"email_address": [MARY], **fields})


def sign_in(local: LocalClerk, **fields: str) -> dict[str, Any]:
    return ClerkJs(local).load().post("/v1/client/sign_ins", strategy="password", **fields)


def test_user_is_created_with_every_field(backend: Backend) -> None:
    user = created(
        backend,
        phone_number=["+1 555 555 0100"],
        created_at="2020-02-29T12:00:00Z",
        legal_accepted_at="2020-03-01T12:00:00+01:00",
        delete_self_enabled=False,
        create_organization_enabled=False,
        create_organizations_limit=3,
        bypass_client_trust=True,
    )

    (number,) = user["phone_numbers"]
    assert number["phone_number"] == "+15555550100"
    assert number["verification"]["status"] == "verified"
    assert user["primary_phone_number_id"] == number["id"]
    assert user["created_at"] == 1_582_977_600_000
    assert user["legal_accepted_at"] == 1_583_060_400_000
    assert user["delete_self_enabled"] is False
    assert user["create_organization_enabled"] is False
    assert user["create_organizations_limit"] == 3


def test_user_with_a_phone_number_alone_is_created(backend: Backend) -> None:
    user = backend.read("POST", "/v1/users", {"phone_number": ["+15555550100"]})

    assert user["email_addresses"] == []
    error = backend.error("POST", "/v1/users", {"phone_number": ["+15555550100"]})
    assert error == (422, "form_identifier_exists", "phone_number")


def test_user_is_updated(backend: Backend, ada: SeededUser) -> None:
    path = f"/v1/users/{ada.user_id}"
    changed = backend.read("PATCH", path, {"delete_self_enabled": False, "first_name": "Augusta"})
    assert (changed["delete_self_enabled"], changed["first_name"]) == (False, "Augusta")
    changed = backend.read("PATCH", path, {"create_organizations_limit": None})
    assert (changed["delete_self_enabled"], changed["create_organizations_limit"]) == (False, None)


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"created_at": "yesterday"}, "created_at"),
        ({"legal_accepted_at": 1}, "legal_accepted_at"),
        ({"delete_self_enabled": "no"}, "delete_self_enabled"),
        ({"create_organizations_limit": -1}, "create_organizations_limit"),
        ({"totp_secret": "secret!"}, "totp_secret"),
        ({"backup_codes": "12345678"}, "backup_codes"),
        ({"password_digest": "x"}, "password_hasher"),
        ({"password_digest": "$2b$", "password_hasher": "bcrypt"}, "password_hasher"),
        ({"password_digest": "x", "password_hasher": "scrypt_werkzeug"}, "password_digest"),
        (
            {
                "password_digest": "pbkdf2_sha256$1$salt$=",
                "password_hasher": "pbkdf2_sha256_django",
            },
            "password_digest",
        ),
        ({"phone_number": ["555"]}, "phone_number"),
        ({"shoe_size": 40}, "shoe_size"),
    ],
)
def test_wrong_field_is_refused_with_its_name(
    backend: Backend, fields: dict[str, object], parameter: str
) -> None:
    body = {"email_address": [MARY], **fields}
    status, _, named = backend.error("POST", "/v1/users", body)

    assert (status, named) == (422, parameter)
    assert backend.read("GET", "/v1/users/count")["total_count"] == 0


def django_digest(password: str) -> str:
    value = hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", 10)
    return f"pbkdf2_sha256$10$salt${base64.b64encode(value).decode()}"


@pytest.mark.parametrize(
    ("hasher", "digest"),
    [
        ("scrypt_werkzeug", generate_password_hash("mary-had-a-lamb")),
        ("pbkdf2_sha256_django", django_digest("mary-had-a-lamb")),
    ],
)
def test_password_of_another_system_signs_in(
    local: LocalClerk, backend: Backend, hasher: str, digest: str
) -> None:
    created(backend, password_digest=digest, password_hasher=hasher)

    done = sign_in(local, identifier=MARY, password="mary-had-a-lamb")
    assert done["status"] == "complete"


def test_imported_second_factors_are_required(
    local: LocalClerk, backend: Backend, clock: Clock
) -> None:
    user = created(
        backend, password="mary-had-a-lamb", totp_secret=SECRET, backup_codes=["abcd1234"]
    )
    assert (user["totp_enabled"], user["backup_code_enabled"]) == (True, True)
    assert sign_in(local, identifier=MARY, password="mary-had-a-lamb")["status"] == (
        "needs_second_factor"
    )
    path = f"/v1/users/{user['id']}"
    code = totp_code(SECRET, int(clock.now * 1000))
    verified = backend.read("POST", f"{path}/verify_totp", {"code": code})
    assert verified == {"verified": True, "code_type": "totp"}
    verified = backend.read("POST", f"{path}/verify_totp", {"code": "abcd1234"})
    assert verified == {"verified": True, "code_type": "backup_code"}
    for used in ("abcd1234", "000000"):
        error = backend.error("POST", f"{path}/verify_totp", {"code": used})
        assert error == (422, "form_code_incorrect", "code")


@pytest.mark.parametrize("end", ["mfa", "totp"])
def test_second_factors_are_removed(local: LocalClerk, backend: Backend, end: str) -> None:
    user = created(
        backend, password="mary-had-a-lamb", totp_secret=SECRET, backup_codes=["abcd1234"]
    )
    assert backend.read("DELETE", f"/v1/users/{user['id']}/{end}") == {"user_id": user["id"]}

    assert sign_in(local, identifier=MARY, password="mary-had-a-lamb")["status"] == "complete"
    assert backend.read("GET", f"/v1/users/{user['id']}")["mfa_disabled_at"] is not None


def test_backup_codes_are_removed_alone(backend: Backend) -> None:
    user = created(backend, totp_secret=SECRET, backup_codes=["abcd1234"])
    backend.read("DELETE", f"/v1/users/{user['id']}/backup_code")

    user = backend.read("GET", f"/v1/users/{user['id']}")
    assert (user["totp_enabled"], user["backup_code_enabled"]) == (True, False)


def test_password_is_removed(local: LocalClerk, backend: Backend, ada: SeededUser) -> None:
    js = ClerkJs(local).load()
    js.sign_in(ada)
    body = {"sign_out_of_other_sessions": True}
    user = backend.read("POST", f"/v1/users/{ada.user_id}/remove_password", body)

    assert user["password_enabled"] is False
    assert js.error("GET", "/v1/me")[0] == 401
    attempt = ClerkJs(local).load().post("/v1/client/sign_ins", identifier=ada.email_address)
    assert "password" not in [one["strategy"] for one in attempt["supported_first_factors"]]


def test_email_addresses_of_a_user(clerk: Clerk, ada: SeededUser) -> None:
    made = clerk.email_addresses.create(user_id=ada.user_id, email_address="ada@work.example")
    assert made.verification is not None
    assert made.verification.status == "unverified"
    changed = clerk.email_addresses.update(made.id, verified=True, primary=True)
    assert clerk.users.get(ada.user_id).primary_email_address_id == changed.id
    assert clerk.email_addresses.get(changed.id).email_address == "ada@work.example"
    assert clerk.email_addresses.delete(changed.id).deleted is True
    (left,) = clerk.users.get(ada.user_id).email_addresses
    assert clerk.users.get(ada.user_id).primary_email_address_id == left.id


def test_wrong_email_addresses_are_refused(backend: Backend, ada: SeededUser) -> None:
    def error(**body: object) -> tuple[int, str, str]:
        return backend.error("POST", "/v1/email_addresses", {"user_id": ada.user_id, **body})

    assert error(email_address="grace@example.com")[1] == "form_identifier_exists"
    assert error(email_address="nothing")[2] == "email_address"
    assert error() == (422, "form_param_missing", "email_address")
    assert error(email_address=MARY, primary=True)[1] == "primary_identification_not_verified"
    assert error(email_address=MARY, shoe_size=40)[1] == "form_param_unknown"
    last = backend.read("GET", f"/v1/users/{ada.user_id}")["primary_email_address_id"]
    assert backend.error("DELETE", f"/v1/email_addresses/{last}")[0] == 403
    assert backend.error("GET", "/v1/email_addresses/idn_1")[0] == 404


def test_phone_numbers_of_a_user(clerk: Clerk, ada: SeededUser) -> None:
    made = clerk.phone_numbers.create(user_id=ada.user_id, phone_number="+15555550100")
    assert made.verification is not None
    assert made.verification.status == "unverified"
    assert clerk.users.get(ada.user_id).primary_phone_number_id is None
    changed = clerk.phone_numbers.update(made.id, verified=True, reserved_for_second_factor=True)
    assert changed.reserved_for_second_factor is True
    user = clerk.users.get(ada.user_id)
    assert (user.primary_phone_number_id, user.two_factor_enabled) == (made.id, True)
    assert clerk.phone_numbers.get(made.id).phone_number == "+15555550100"
    assert clerk.phone_numbers.delete(made.id).deleted is True
    user = clerk.users.get(ada.user_id)
    assert (user.primary_phone_number_id, user.two_factor_enabled) == (None, False)


def test_users_are_found_by_phone_number(clerk: Clerk, ada: SeededUser) -> None:
    clerk.phone_numbers.create(user_id=ada.user_id, phone_number="+15555550100")

    assert [user.id for user in clerk.users.list(phone_number=["+15555550100"])] == [ada.user_id]
    assert clerk.users.list(phone_number=["+15555550101"]) == []
    assert [user.id for user in clerk.users.list(query="5550100")] == [ada.user_id]
    assert [user.id for user in clerk.users.list(phone_number_query="5550100")] == [ada.user_id]
    assert clerk.users.list(phone_number_query="5550101") == []


def test_unverified_number_is_no_second_factor(backend: Backend, ada: SeededUser) -> None:
    body = {"user_id": ada.user_id, "phone_number": "+15555550100"}
    for name in ("primary", "reserved_for_second_factor"):
        assert backend.error("POST", "/v1/phone_numbers", {**body, name: True})[0] == 400
    assert backend.read("GET", f"/v1/users/{ada.user_id}")["phone_numbers"] == []


def test_user_may_not_delete_the_account_or_create_organizations(
    local: LocalClerk, backend: Backend, ada: SeededUser
) -> None:
    js = ClerkJs(local).load()
    js.sign_in(ada)
    path = f"/v1/users/{ada.user_id}"
    backend.read("PATCH", path, {"delete_self_enabled": False, "create_organizations_limit": 1})
    assert js.error("DELETE", "/v1/me")[:2] == (403, "user_delete_self_not_enabled")
    js.post("/v1/organizations", name="Bletchley Park")
    refused = js.error("POST", "/v1/organizations", name="Another")
    assert refused[:2] == (403, "organization_creation_not_allowed")
    backend.read("PATCH", path, {"create_organizations_limit": 0})
    js.post("/v1/organizations", name="Another")
    backend.read("PATCH", path, {"create_organization_enabled": False})
    assert js.error("POST", "/v1/organizations", name="A third")[0] == 403


def test_actor_token_impersonates_a_user(
    local: LocalClerk, backend: Backend, ada: SeededUser, grace: SeededUser, clock: Clock
) -> None:
    body = {
        "user_id": grace.user_id,
        "actor": {"sub": ada.user_id},
        "session_max_duration_in_seconds": 600,
    }
    token = backend.read("POST", "/v1/actor_tokens", body)
    assert (token["object"], token["status"]) == ("actor_token", "pending")
    js = ClerkJs(local).load()
    done = js.post("/v1/client/sign_ins", strategy="ticket", ticket=token["token"])
    js.activate(done["created_session_id"])
    claims = js.claims()

    assert (claims["sub"], claims["act"]) == (grace.user_id, {"sub": ada.user_id})
    assert js.client["sessions"][0]["actor"] == {"sub": ada.user_id}
    session = backend.read("GET", f"/v1/sessions/{js.session_id}")
    assert session["actor"] == {"sub": ada.user_id}
    clock.now += 601
    assert js.get("/v1/client")["sessions"] == []
    again = (
        ClerkJs(local)
        .load()
        .error("POST", "/v1/client/sign_ins", strategy="ticket", ticket=token["token"])
    )
    assert again[0] == 400


def test_page_of_the_instance_accepts_actor_tokens(
    local: LocalClerk, backend: Backend, ada: SeededUser, grace: SeededUser
) -> None:
    body = {"user_id": grace.user_id, "actor": {"sub": ada.user_id}}
    token = backend.read("POST", "/v1/actor_tokens", body)
    assert Browser(local).get(token["url"].removeprefix(local.url)).status == 303

    sessions = backend.call("GET", f"/v1/sessions?user_id={grace.user_id}")
    (session,) = json.loads(sessions.content)
    assert session["actor"] == {"sub": ada.user_id}


def test_actor_token_is_revoked_once(backend: Backend, ada: SeededUser, local: LocalClerk) -> None:
    body = {"user_id": ada.user_id, "actor": {"sub": "user_support"}}
    token = backend.read("POST", "/v1/actor_tokens", body)
    path = f"/v1/actor_tokens/{token['id']}/revoke"
    # A sign-in token has its own operation.
    assert backend.error("POST", f"/v1/sign_in_tokens/{token['id']}/revoke", {})[0] == 404
    assert backend.read("POST", path)["status"] == "revoked"
    assert backend.error("POST", path)[:2] == (400, "actor_token_cannot_be_revoked")
    fields = {"strategy": "ticket", "ticket": token["token"]}
    assert ClerkJs(local).load().error("POST", "/v1/client/sign_ins", **fields)[0] == 400


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"actor": None}, "actor"),
        ({"actor": {}}, "actor"),
        ({"actor": {"sub": 1}}, "actor"),
        ({"expires_in_seconds": 0}, "expires_in_seconds"),
        ({"reason": "support"}, "reason"),
    ],
)
def test_wrong_actor_token_is_refused(
    backend: Backend, ada: SeededUser, change: dict[str, object], parameter: str
) -> None:
    body = {"user_id": ada.user_id, "actor": {"sub": "user_support"}, **change}
    status, _, named = backend.error("POST", "/v1/actor_tokens", body)

    assert (status, named) == (422, parameter)


def test_external_account_is_deleted(backend: Backend, ada: SeededUser) -> None:
    path = f"/v1/users/{ada.user_id}/external_accounts/eac_1"

    assert backend.error("DELETE", path) == (404, "resource_not_found", "")
