"""The account of the signed-in user, as the component UserProfile changes it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Clock

EMAILS = "/v1/me/email_addresses"


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings()


@pytest.fixture
def local(clock: Clock, settings: InstanceSettings) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


def code_for(local: LocalClerk, recipient: str) -> str:
    return local.messages(recipient)[0].code or ""


def add_email(js: ClerkJs, address: str) -> str:
    """Add and verify an email address, and return its id."""
    added = js.post(f"{EMAILS}/", email_address=address)
    assert added["verification"]["status"] == "unverified"
    path = f"{EMAILS}/{added['id']}"
    js.post(f"{path}/prepare_verification", strategy="email_code")
    code = code_for(js.local, address)
    verified = js.post(f"{path}/attempt_verification", code=code)
    assert verified["verification"]["status"] == "verified"
    return str(added["id"])


def test_user_reads_and_changes_the_own_name(signed_in: ClerkJs, backend: Backend) -> None:
    changed = signed_in.call(
        "PATCH", "/v1/me", {"first_name": "Augusta", "last_name": "", "username": "ada_l"}
    )

    assert (changed["first_name"], changed["last_name"]) == ("Augusta", None)
    assert signed_in.get("/v1/me") == changed
    assert signed_in.client["sessions"][0]["user"]["username"] == "ada_l"
    assert "private_metadata" not in changed
    assert backend.read("GET", f"/v1/users/{changed['id']}")["first_name"] == "Augusta"


def test_username_of_another_user_is_refused(
    signed_in: ClerkJs, backend: Backend, grace: SeededUser
) -> None:
    backend.read("PATCH", f"/v1/users/{grace.user_id}", {"username": "grace"})

    refused = signed_in.error("PATCH", "/v1/me", username="grace")

    assert refused == (422, "form_identifier_exists", "username")


def test_user_changes_unsafe_metadata_only(signed_in: ClerkJs, ada: SeededUser) -> None:
    signed_in.call("PATCH", "/v1/me", {"unsafe_metadata": '{"a": 1, "b": 2}'})
    merged = signed_in.call(
        "PATCH",
        "/v1/me/metadata",
        {"unsafe_metadata": '{"b": null, "c": 3}', "public_metadata": '{"role": "root"}'},
    )

    assert merged["unsafe_metadata"] == {"a": 1, "c": 3}
    assert merged["public_metadata"] == {"title": "Enchantress of Numbers"}


@pytest.mark.parametrize("case", ["no session", "unknown session", "session of another browser"])
def test_account_needs_a_session_of_the_browser(
    signed_in: ClerkJs, local: LocalClerk, grace: SeededUser, case: str
) -> None:
    other = ClerkJs(local).load()
    if case == "unknown session":
        other.session_id = "sess_unknown"
    elif case == "session of another browser":
        other.sign_in(grace)
        other.session_id = signed_in.session_id

    for method, path in (
        ("GET", "/v1/me"),
        ("DELETE", "/v1/me"),
        ("GET", EMAILS),
        ("POST", "/v1/me/change_password"),
        ("GET", "/v1/me/sessions/active"),
    ):
        assert other.error(method, path) == (401, "authentication_invalid", "")


def test_email_address_is_added_verified_and_becomes_primary(
    signed_in: ClerkJs, local: LocalClerk, ada: SeededUser
) -> None:
    email_id = add_email(signed_in, "ada@work.example")

    user = signed_in.call("PATCH", "/v1/me", {"primary_email_address_id": email_id})
    assert user["primary_email_address_id"] == email_id
    assert len(json.loads(signed_in.send("GET", EMAILS).content)["response"]) == 2
    assert signed_in.get(f"{EMAILS}/{email_id}")["email_address"] == "ada@work.example"
    deleted = signed_in.call("DELETE", f"{EMAILS}/{email_id}")
    assert deleted == {"object": "email_address", "id": email_id, "deleted": True}
    (left,) = signed_in.get("/v1/me")["email_addresses"]
    assert left["id"] == signed_in.get("/v1/me")["primary_email_address_id"]
    refused = signed_in.error("DELETE", f"{EMAILS}/{left['id']}")
    assert refused == (403, "last_required_identification_deletion_failed", "")


def test_unverified_email_address_identifies_nobody(signed_in: ClerkJs, local: LocalClerk) -> None:
    added = signed_in.post(EMAILS, email_address="victim@example.com")

    other = ClerkJs(local).load()
    unknown = other.error("POST", "/v1/client/sign_ins", identifier="victim@example.com")
    primary = signed_in.error("PATCH", "/v1/me", primary_email_address_id=added["id"])

    assert unknown == (422, "form_identifier_not_found", "identifier")
    assert primary == (400, "primary_identification_not_verified", "")
    # Without a code that was sent, no code is right.
    path = f"{EMAILS}/{added['id']}/attempt_verification"
    assert signed_in.error("POST", path, code="424242")[1] == "form_code_incorrect"


def test_unverified_email_address_shows_no_invitation(
    signed_in: ClerkJs, backend: Backend, ada: SeededUser
) -> None:
    organization = backend.read("POST", "/v1/organizations", {"name": "Other"})
    body = {"email_address": "victim@example.com", "role": "org:member"}
    backend.read("POST", f"/v1/organizations/{organization['id']}/invitations", body)
    signed_in.post(EMAILS, email_address="victim@example.com")

    path = f"/v1/users/{ada.user_id}/organization_invitations"

    assert backend.read("GET", path)["total_count"] == 0


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("grace@example.com", (422, "form_identifier_exists", "email_address")),
        ("nothing", (422, "form_param_format_invalid", "email_address")),
        ("", (422, "form_param_missing", "email_address")),
    ],
    ids=["taken", "malformed", "empty"],
)
def test_invalid_email_address(
    signed_in: ClerkJs, address: str, expected: tuple[int, str, str]
) -> None:
    assert signed_in.error("POST", EMAILS, email_address=address) == expected


def test_email_address_of_another_user_is_not_found(
    signed_in: ClerkJs, backend: Backend, grace: SeededUser
) -> None:
    foreign = backend.read("GET", f"/v1/users/{grace.user_id}")["primary_email_address_id"]

    for method, path in (
        ("GET", f"{EMAILS}/{foreign}"),
        ("DELETE", f"{EMAILS}/{foreign}"),
        ("POST", f"{EMAILS}/{foreign}/prepare_verification"),
        ("POST", f"{EMAILS}/{foreign}/attempt_verification"),
    ):
        assert signed_in.error(method, path) == (404, "resource_not_found", "")
    refused = signed_in.error("PATCH", "/v1/me", primary_email_address_id=str(foreign))
    assert refused == (404, "resource_not_found", "")


def test_password_is_changed_and_other_sessions_end(
    signed_in: ClerkJs, local: LocalClerk, ada: SeededUser
) -> None:
    elsewhere = ClerkJs(local).load()
    elsewhere.sign_in(ada)
    path = "/v1/me/change_password"
    wrong = signed_in.error("POST", path, current_password="wrong", new_password="a-new-password")
    short = signed_in.error("POST", path, new_password="short")
    assert wrong == (422, "form_password_incorrect", "current_password")
    assert short == (422, "form_password_length_too_short", "password")

    signed_in.post(path, new_password="a-new-password", sign_out_of_other_sessions="true")

    assert elsewhere.get("/v1/client")["sessions"] == []
    assert signed_in.claims()["sub"] == ada.user_id
    password = {"identifier": ada.email_address, "password": "a-new-password"}
    assert elsewhere.post("/v1/client/sign_ins", **password)["status"] == "complete"


@pytest.mark.parametrize("settings", [InstanceSettings(reverification=False)], ids=["off"])
def test_without_reverification_the_current_password_is_required(
    signed_in: ClerkJs, ada: SeededUser, clock: Clock
) -> None:
    clock.now += 60 * 60
    for path, fields in (
        ("/v1/me/change_password", {"new_password": "a-new-password"}),
        ("/v1/me/remove_password", {}),
    ):
        missing = signed_in.error("POST", path, **fields)
        assert missing == (422, "form_param_missing", "current_password")
        fields = {**fields, "current_password": "wrong"}
        assert signed_in.error("POST", path, **fields)[1] == "form_password_incorrect"
    user = signed_in.post("/v1/me/remove_password", current_password=ada.password)
    assert user["password_enabled"] is False


def test_password_is_removed(signed_in: ClerkJs) -> None:
    assert signed_in.post("/v1/me/remove_password")["password_enabled"] is False


def test_account_is_deleted(signed_in: ClerkJs, backend: Backend, ada: SeededUser) -> None:
    deleted = signed_in.call("DELETE", "/v1/me")

    assert deleted == {"object": "user", "id": ada.user_id, "deleted": True}
    assert signed_in.client["sessions"] == []
    assert backend.error("GET", f"/v1/users/{ada.user_id}")[0] == 404


def test_sessions_of_all_browsers_are_listed_and_revoked(
    signed_in: ClerkJs, local: LocalClerk, ada: SeededUser, grace: SeededUser
) -> None:
    elsewhere, foreign = ClerkJs(local).load(), ClerkJs(local).load()
    elsewhere.sign_in(ada)
    foreign.sign_in(grace)

    sessions = signed_in.read("GET", "/v1/me/sessions/active")
    assert [one["id"] for one in sessions] == [signed_in.session_id, elsewhere.session_id]
    assert sessions[0]["latest_activity"]["browser_name"] == "Chrome"
    # The token of a session is for its own browser only.
    assert sessions[0]["last_active_token"]
    assert sessions[1]["last_active_token"] is None

    path = "/v1/me/sessions/{}/revoke"
    revoked = signed_in.post(path.format(elsewhere.session_id))
    assert revoked["status"] == "revoked"
    assert revoked["last_active_token"] is None
    assert elsewhere.get("/v1/client")["sessions"] == []
    unknown = signed_in.error("POST", path.format(foreign.session_id))
    assert unknown == (404, "resource_not_found", "")
    assert foreign.claims()


SENSITIVE = [
    ("POST", "/v1/me/change_password", {"new_password": "a-new-password"}),
    ("POST", "/v1/me/remove_password", {}),
    ("POST", EMAILS, {"email_address": "ada@work.example"}),
    ("DELETE", f"{EMAILS}/idn_1", {}),
    ("DELETE", "/v1/me", {}),
]


@pytest.mark.parametrize(
    ("method", "path", "fields"), SENSITIVE, ids=[f"{m} {p}" for m, p, _ in SENSITIVE]
)
def test_sensitive_change_needs_a_recent_verification(
    signed_in: ClerkJs, clock: Clock, method: str, path: str, fields: dict[str, str]
) -> None:
    clock.now += 10 * 60

    assert signed_in.error(method, path, **fields) == (403, "session_reverification_required", "")
    assert signed_in.claims()["fva"] == [10, -1]


@pytest.mark.parametrize("strategy", ["password", "email_code"])
def test_reverification(
    signed_in: ClerkJs, local: LocalClerk, ada: SeededUser, clock: Clock, strategy: str
) -> None:
    clock.now += 10 * 60
    path = f"/v1/client/sessions/{signed_in.session_id}/verify"
    early = signed_in.error("POST", f"{path}/attempt_first_factor", strategy="password")
    assert early == (400, "reverification_missing", "")

    started = signed_in.post(path, level="second_factor")
    assert (started["status"], started["level"]) == ("needs_first_factor", "second_factor")
    strategies = [one["strategy"] for one in started["supported_first_factors"]]
    assert strategies == ["password", "email_code"]
    if strategy == "email_code":
        prepared = signed_in.post(f"{path}/prepare_first_factor", strategy=strategy)
        assert prepared["first_factor_verification"]["status"] == "unverified"
        proof = {"code": code_for(local, ada.email_address)}
    else:
        proof = {"password": ada.password}
    wrong = dict.fromkeys(proof, "wrong")
    assert signed_in.error("POST", f"{path}/attempt_first_factor", strategy=strategy, **wrong)
    assert signed_in.claims()["fva"] == [10, -1]

    done = signed_in.post(f"{path}/attempt_first_factor", strategy=strategy, **proof)
    assert done["status"] == "complete"
    assert done["session"]["factor_verification_age"] == [0, -1]
    assert signed_in.claims()["fva"] == [0, -1]
    assert signed_in.post(EMAILS, email_address="ada@work.example")["id"]


def test_reverification_rejects_unknown_values(signed_in: ClerkJs) -> None:
    path = f"/v1/client/sessions/{signed_in.session_id}/verify"

    assert signed_in.error("POST", path, level="none")[2] == "level"
    signed_in.post(path)
    for step in ("prepare_first_factor", "attempt_first_factor"):
        assert signed_in.error("POST", f"{path}/{step}", strategy="ticket")[2] == "strategy"
