"""What users have to do before a session is active."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Clock

CHOOSE = [{"key": "choose-organization"}]
RESET = [{"key": "reset-password"}]
SETUP = [{"key": "setup-mfa"}]


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings()


@pytest.fixture
def local(clock: Clock, settings: InstanceSettings) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


choosing = pytest.mark.parametrize(
    "settings", [InstanceSettings(force_organization_selection=True)], ids=["organizations"]
)


def state(js: ClerkJs) -> tuple[str, object]:
    """Return status and tasks of the session in the client."""
    (session,) = js.get("/v1/client")["sessions"]
    return session["status"], session["tasks"]


@choosing
def test_session_is_pending_until_an_organization_is_chosen(
    js: ClerkJs, backend: Backend, ada: SeededUser
) -> None:
    session_id = js.sign_in(ada)
    environment = js.read("GET", "/v1/environment")
    assert environment["organization_settings"]["force_organization_selection"] is True
    assert state(js) == ("pending", CHOOSE)
    assert js.claims()["sts"] == js.claims(organization_id=ada.organization_id)["sts"] == "pending"
    shown = backend.read("GET", f"/v1/sessions/{session_id}")
    assert (shown["status"], shown["tasks"]) == ("pending", CHOOSE)
    assert backend.call("GET", f"/v1/sessions?user_id={ada.user_id}&status=active").content == b"[]"

    js.post(f"/v1/client/sessions/{session_id}/touch", active_organization_id=ada.organization_id)

    assert state(js) == ("active", None)
    assert js.claims()["sts"] == "active"


@choosing
def test_session_is_pending_again_without_its_organization(js: ClerkJs, grace: SeededUser) -> None:
    session_id = js.sign_in(grace)
    touch = f"/v1/client/sessions/{session_id}/touch"
    js.post(touch, active_organization_id=grace.organization_id)
    js.call("DELETE", f"/v1/me/organization_memberships/{grace.organization_id}")

    assert state(js) == ("pending", CHOOSE)
    created = js.post("/v1/organizations", name="Compilers")
    js.post(touch, active_organization_id=created["id"])
    assert state(js) == ("active", None)


@choosing
def test_sessions_of_tests_are_pending_too(local: LocalClerk, ada: SeededUser) -> None:
    backend = Backend(local)
    session_id = local.create_session(ada.user_id)
    chosen = local.create_session(ada.user_id, ada.organization_id)

    assert backend.read("GET", f"/v1/sessions/{session_id}")["status"] == "pending"
    assert backend.read("GET", f"/v1/sessions/{chosen}")["status"] == "active"


def test_compromised_password_has_to_be_changed_after_the_next_sign_in(
    signed_in: ClerkJs, backend: Backend, ada: SeededUser, clock: Clock
) -> None:
    clock.now += 1
    path = f"/v1/users/{ada.user_id}/password"
    backend.read("POST", f"{path}/set_compromised", {})
    assert state(signed_in) == ("active", None)
    other = ClerkJs(signed_in.local).load()
    other.sign_in(ada)

    assert state(other) == ("pending", RESET)
    other.call("POST", "/v1/me/change_password", {"new_password": "a-better-password"})
    assert state(other) == ("active", None)

    backend.read("POST", f"{path}/set_compromised", {"revoke_all_sessions": True})
    assert signed_in.get("/v1/client")["sessions"] == []
    backend.read("POST", f"{path}/unset_compromised")


@pytest.mark.parametrize("settings", [InstanceSettings(reverification=False)], ids=["no-age"])
def test_new_password_of_the_task_needs_no_current_one(
    js: ClerkJs, backend: Backend, ada: SeededUser
) -> None:
    backend.read("POST", f"/v1/users/{ada.user_id}/password/set_compromised", {})
    js.sign_in(ada)
    new = {"new_password": "a-better-password"}

    js.call("POST", "/v1/me/change_password", new)

    assert js.error("POST", "/v1/me/change_password", **new)[1:] == (
        "form_param_missing",
        "current_password",
    )


def test_user_without_a_password_has_none_to_change(backend: Backend) -> None:
    body = {"email_address": ["alan@example.com"], "skip_password_requirement": True}
    user_id = backend.read("POST", "/v1/users", body)["id"]

    refused = backend.error("POST", f"/v1/users/{user_id}/password/set_compromised", {})

    assert refused == (400, "user_has_no_password", "")


@pytest.mark.parametrize(
    "settings",
    [InstanceSettings(second_factor_required=True, phone_number="on", reverification=False)],
    ids=["second-factor"],
)
def test_session_is_pending_until_there_is_a_second_factor(js: ClerkJs, ada: SeededUser) -> None:
    js.sign_in(ada)
    assert state(js) == ("pending", SETUP)

    phone = js.post("/v1/me/phone_numbers", phone_number="+15555550100")
    path = f"/v1/me/phone_numbers/{phone['id']}"
    js.post(f"{path}/prepare_verification", strategy="phone_code")
    js.post(f"{path}/attempt_verification", code="424242")
    js.call("PATCH", path, {"reserved_for_second_factor": "true"})

    assert state(js) == ("active", None)
