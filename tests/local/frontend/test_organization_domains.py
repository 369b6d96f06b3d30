"""The domains of organizations, and the users whom they invite or suggest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs, another_browser, members
from tests.local.frontend.site import code_for
from tests.local.local_helpers import Backend, Clock

INVITATIONS = "/v1/me/organization_invitations"
SUGGESTIONS = "/v1/me/organization_suggestions"
VERBS = ("created", "updated", "deleted")
ADDRESS = {"affiliation_email_address": "admin@work.example"}


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings(organization_domains=True)


@pytest.fixture
def local(clock: Clock, settings: InstanceSettings) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


def add(js: ClerkJs, engines: str, mode: str = "") -> dict[str, Any]:
    """Add the domain of the address of the user, and return it."""
    domain = js.post(f"{engines}/domains", name="example.com")
    assert domain["verification"]["status"] == "verified"
    path = f"{engines}/domains/{domain['id']}"
    return js.post(f"{path}/update_enrollment_mode", enrollment_mode=mode) if mode else domain


def test_domain_is_added_verified_listed_and_deleted(signed_in: ClerkJs, engines: str) -> None:
    js = signed_in
    added = js.post(f"{engines}/domains", name=" Work.EXAMPLE ")
    path = f"{engines}/domains/{added['id']}"
    assert (added["name"], added["enrollment_mode"]) == ("work.example", "manual_invitation")
    assert added["affiliation_verification"] is None

    sent = js.post(f"{path}/prepare_affiliation_verification", **ADDRESS)
    assert sent["affiliation_verification"]["status"] == "unverified"
    wrong = js.error("POST", f"{path}/attempt_affiliation_verification", code="000000")
    assert wrong == (422, "form_code_incorrect", "code")
    assert js.get(path)["affiliation_verification"]["attempts"] == 1
    code = code_for(js.local, "admin@work.example")
    done = js.post(f"{path}/attempt_affiliation_verification", code=code)

    assert (
        done["affiliation_verification"]["status"] == done["verification"]["status"] == "verified"
    )
    assert js.get(f"{engines}/domains", verified="true") == {"data": [done], "total_count": 1}
    assert js.get(f"{engines}/domains", verified="false")["data"] == []
    assert js.get(f"{engines}/domains", enrollment_mode="automatic_invitation")["data"] == []
    assert js.call("DELETE", path)["deleted"] is True
    assert js.error("GET", path)[0] == 404


def test_invalid_domains_are_refused(signed_in: ClerkJs, engines: str) -> None:
    for name, code in (
        ("example", "form_param_format_invalid"),
        ("evil.example/..", "form_param_format_invalid"),
        ("gmail.com", "organization_domain_common"),
    ):
        assert signed_in.error("POST", f"{engines}/domains", name=name) == (422, code, "name")
    domain = signed_in.post(f"{engines}/domains", name="work.example")
    again = signed_in.error("POST", f"{engines}/domains", name="work.example")
    assert again == (422, "organization_domain_exists", "name")
    path = f"{engines}/domains/{domain['id']}"
    prepare = f"{path}/prepare_affiliation_verification"
    for address in ("ada@example.com", "@work.example", "work.example", "a b@work.example"):
        refused = signed_in.error("POST", prepare, affiliation_email_address=address)
        assert refused[2] == "affiliation_email_address"
    mode = {"enrollment_mode": "automatic_suggestion"}
    early = signed_in.error("POST", f"{path}/update_enrollment_mode", **mode)
    assert early == (400, "organization_domain_not_verified", "")


def test_domain_belongs_to_the_organization_that_verified_it(
    signed_in: ClerkJs, engines: str
) -> None:
    other = f"/v1/organizations/{signed_in.post('/v1/organizations', name='Other')['id']}"
    work = signed_in.post(f"{engines}/domains", name="work.example")
    waiting = signed_in.post(f"{other}/domains", name="work.example")
    path = f"{other}/domains/{waiting['id']}"
    signed_in.post(f"{path}/prepare_affiliation_verification", **ADDRESS)
    code = code_for(signed_in.local, "admin@work.example")
    winner = f"{engines}/domains/{work['id']}"
    signed_in.post(f"{winner}/prepare_affiliation_verification", **ADDRESS)
    newer = code_for(signed_in.local, "admin@work.example")
    signed_in.post(f"{winner}/attempt_affiliation_verification", code=newer)

    late = signed_in.error("POST", f"{path}/attempt_affiliation_verification", code=code)

    assert late == (422, "organization_domain_exists", "name")
    assert signed_in.get(f"{other}/domains", verified="true")["data"] == []
    assert signed_in.error("GET", f"{engines}/domains/{waiting['id']}")[0] == 404


def test_members_without_permission_cannot_change_domains(
    local: LocalClerk, signed_in: ClerkJs, grace: SeededUser, engines: str
) -> None:
    domain = add(signed_in, engines)
    member = another_browser(local, grace)
    path = f"{engines}/domains/{domain['id']}"

    for method, called in (
        ("GET", f"{engines}/domains"),
        ("POST", f"{engines}/domains"),
        ("DELETE", path),
        ("POST", f"{path}/update_enrollment_mode"),
        ("GET", f"{engines}/membership_requests"),
    ):
        assert member.error(method, called)[:2] == (403, "missing_organization_permission")


def test_domain_invites_users_with_its_verified_addresses(
    local: LocalClerk, signed_in: ClerkJs, alan: SeededUser, engines: str, backend: Backend
) -> None:
    invited = another_browser(local, alan)
    body = {"email_address": ["mary@other.example"], "password": "mary-had-a-lamb"}
    mary = backend.read("POST", "/v1/users", body)["id"]
    outsider = another_browser(
        local, SeededUser(mary, "", "mary@other.example", "mary-had-a-lamb", "", "")
    )
    outsider.post("/v1/me/email_addresses", email_address="mary@example.com")
    assert invited.get(INVITATIONS)["data"] == []
    domain = add(signed_in, engines, "automatic_invitation")

    (invitation,) = invited.get(INVITATIONS, status="pending")["data"]
    assert invitation["public_organization_data"]["name"] == "Analytical Engines"
    assert domain["total_pending_invitations"] == 1
    # The address is not verified.
    assert outsider.get(INVITATIONS)["data"] == []
    path = f"{INVITATIONS}/{invitation['id']}/accept"
    assert outsider.error("POST", path)[0] == 404
    assert invited.post(path)["status"] == "accepted"
    assert len(members(signed_in, engines)) == 3
    assert invited.get(INVITATIONS, status="pending")["data"] == []
    assert signed_in.get(f"{engines}/domains")["data"][0]["total_pending_invitations"] == 0


def test_suggested_user_asks_and_a_member_answers(
    local: LocalClerk, signed_in: ClerkJs, alan: SeededUser, engines: str
) -> None:
    asking = another_browser(local, alan)
    domain = add(signed_in, engines, "automatic_suggestion")
    assert domain["total_pending_suggestions"] == 1
    (suggestion,) = asking.get(SUGGESTIONS, status="pending")["data"]
    path = f"{SUGGESTIONS}/{suggestion['id']}/accept"
    assert signed_in.error("POST", path)[0] == 404
    assert asking.post(path)["status"] == "accepted"
    assert asking.error("POST", path)[1] == "organization_suggestion_already_accepted"
    assert asking.error("GET", engines)[0] == 404

    (request,) = signed_in.get(f"{engines}/membership_requests", status="pending")["data"]
    assert request["public_user_data"]["identifier"] == "alan@example.com"
    answer = f"{engines}/membership_requests/{request['id']}"
    assert asking.error("POST", f"{answer}/accept")[0] == 404
    assert signed_in.post(f"{answer}/accept")["status"] == "accepted"

    assert asking.get(engines)["name"] == "Analytical Engines"
    assert asking.get(SUGGESTIONS)["data"] == []
    assert signed_in.error("POST", f"{answer}/reject")[0] == 400


def test_rejected_user_is_suggested_nothing_any_more(
    local: LocalClerk, signed_in: ClerkJs, alan: SeededUser, engines: str
) -> None:
    add(signed_in, engines, "automatic_suggestion")
    asking = another_browser(local, alan)
    (suggestion,) = asking.get(SUGGESTIONS)["data"]
    asking.post(f"{SUGGESTIONS}/{suggestion['id']}/accept")
    (request,) = signed_in.get(f"{engines}/membership_requests")["data"]

    signed_in.post(f"{engines}/membership_requests/{request['id']}/reject")

    assert asking.get(SUGGESTIONS)["data"] == []
    assert asking.error("GET", engines)[0] == 404


@pytest.mark.parametrize("settings", [InstanceSettings()], ids=["off"])
def test_instance_without_domains(signed_in: ClerkJs, engines: str) -> None:
    refused = signed_in.error("POST", f"{engines}/domains", name="example.com")

    assert refused == (403, "organization_domains_not_enabled", "")
    environment = signed_in.read("GET", "/v1/environment")
    assert environment["organization_settings"]["domains"]["enabled"] is False


def test_domains_send_webhooks(local: LocalClerk, signed_in: ClerkJs, engines: str) -> None:
    local.webhooks.add(
        "http://localhost:1/", events=[f"organizationDomain.{verb}" for verb in VERBS]
    )

    domain = add(signed_in, engines, "automatic_suggestion")
    signed_in.call("DELETE", f"{engines}/domains/{domain['id']}")

    sent = [one.event_type for one in local.webhooks.deliveries()][::-1]
    assert sent == [f"organizationDomain.{verb}" for verb in VERBS]
