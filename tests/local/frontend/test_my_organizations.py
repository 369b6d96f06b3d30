"""The organizations of the signed-in user, as the component OrganizationSwitcher reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Clock

MEMBERSHIPS = "/v1/me/organization_memberships"
INVITATIONS = "/v1/me/organization_invitations"


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings()


@pytest.fixture
def local(clock: Clock, settings: InstanceSettings) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


@pytest.fixture
def park(backend: Backend) -> str:
    """Create an organization without members, and return its id."""
    return str(backend.read("POST", "/v1/organizations", {"name": "Bletchley Park"})["id"])


def join(backend: Backend, organization_id: str, user_id: str, role: str = "org:member") -> None:
    path = f"/v1/organizations/{organization_id}/memberships"
    backend.read("POST", path, {"user_id": user_id, "role": role})


def invite(backend: Backend, organization_id: str, address: str) -> dict[str, Any]:
    path = f"/v1/organizations/{organization_id}/invitations"
    return backend.read("POST", path, {"email_address": address, "role": "org:member"})


def test_memberships_are_listed_newest_first_with_system_permissions(
    signed_in: ClerkJs, backend: Backend, ada: SeededUser, park: str
) -> None:
    join(backend, park, ada.user_id)

    listed = signed_in.get(MEMBERSHIPS, paginated="true", limit="10", offset="0")

    assert listed["total_count"] == 2
    as_member, as_admin = listed["data"]
    assert as_member["organization"]["name"] == "Bletchley Park"
    assert as_member["permissions"] == ["org:sys_memberships:read", "org:projects:read"]
    assert as_admin["role"] == "org:admin"
    assert {
        "org:sys_memberships:read",
        "org:sys_memberships:manage",
        "org:sys_profile:manage",
        "org:sys_profile:delete",
        "org:billing:manage",
    } <= set(as_admin["permissions"])
    assert as_admin["public_user_data"]["user_id"] == ada.user_id
    assert as_admin["organization"]["members_count"] == 2
    second = signed_in.get(MEMBERSHIPS, paginated="true", limit="1", offset="1")
    assert (second["data"], second["total_count"]) == ([as_admin], 2)
    assert signed_in.get(MEMBERSHIPS) == listed["data"]


def test_session_tokens_have_no_system_permission(signed_in: ClerkJs, ada: SeededUser) -> None:
    claims = signed_in.claims(organization_id=ada.organization_id)

    assert claims["o"]["per"] == "read,manage"
    assert "sys" not in str(claims)


def test_organizations_show_nothing_private(
    signed_in: ClerkJs, backend: Backend, ada: SeededUser
) -> None:
    body = {"private_metadata": {"note": "confidential"}}
    backend.read("PATCH", f"/v1/organizations/{ada.organization_id}/metadata", body)

    content = signed_in.send("GET", MEMBERSHIPS).content

    assert b"confidential" not in content
    assert b"private_metadata" not in content


def test_user_leaves_an_organization(js: ClerkJs, backend: Backend, grace: SeededUser) -> None:
    session_id = js.sign_in(grace)
    js.post(f"/v1/client/sessions/{session_id}/touch", active_organization_id=grace.organization_id)
    left = js.call("DELETE", f"{MEMBERSHIPS}/{grace.organization_id}")

    assert (left["object"], left["deleted"]) == ("organization_membership", True)
    assert js.get(MEMBERSHIPS, paginated="true") == {"data": [], "total_count": 0}
    assert js.client["sessions"][0]["last_active_organization_id"] is None
    assert "o" not in js.claims()
    again = js.error("DELETE", f"{MEMBERSHIPS}/{grace.organization_id}")
    assert again == (404, "organization_not_found_or_unauthorized", "")


def test_last_manager_cannot_leave_but_others_can(
    signed_in: ClerkJs, backend: Backend, ada: SeededUser, park: str
) -> None:
    join(backend, park, ada.user_id)

    refused = signed_in.error("DELETE", f"{MEMBERSHIPS}/{ada.organization_id}")

    assert refused == (400, "organization_minimum_permissions_needed", "")
    signed_in.call("DELETE", f"{MEMBERSHIPS}/{park}")
    (left,) = signed_in.get(MEMBERSHIPS, paginated="true")["data"]
    assert left["organization"]["id"] == ada.organization_id


def test_invitation_is_found_and_accepted(
    signed_in: ClerkJs, backend: Backend, ada: SeededUser, park: str
) -> None:
    invited = invite(backend, park, "ADA@example.com")

    (waiting,) = signed_in.get(INVITATIONS, status="pending", limit="10", offset="0")["data"]
    accepted = signed_in.post(f"{INVITATIONS}/{invited['id']}/accept")

    assert (waiting["id"], waiting["status"]) == (invited["id"], "pending")
    assert waiting["public_organization_data"]["name"] == "Bletchley Park"
    assert (accepted["status"], accepted["role_name"]) == ("accepted", "Member")
    assert signed_in.get(MEMBERSHIPS, paginated="true")["total_count"] == 2
    assert signed_in.get(INVITATIONS, status="pending")["total_count"] == 0
    assert signed_in.claims(organization_id=park)["o"]["slg"] == "bletchley-park"
    again = signed_in.error("POST", f"{INVITATIONS}/{invited['id']}/accept")
    assert again == (400, "invitation_not_pending", "")


def test_invitations_are_filtered_by_several_states(
    signed_in: ClerkJs, backend: Backend, ada: SeededUser, park: str, clock: Clock
) -> None:
    revoked = invite(backend, park, ada.email_address)
    backend.read("POST", f"/v1/organizations/{park}/invitations/{revoked['id']}/revoke")
    clock.now += 1
    invite(backend, park, ada.email_address)

    def states(*wanted: str) -> list[str]:
        query = {"status": list(wanted)}
        response = signed_in.read("GET", INVITATIONS, None, query)["response"]
        return [one["status"] for one in response["data"]]

    assert states() == states("pending", "revoked") == ["pending", "revoked"]
    assert states("revoked") == states("revoked", "accepted") == ["revoked"]


def test_invitation_shows_its_link_and_inviter_to_no_page(
    signed_in: ClerkJs, backend: Backend, ada: SeededUser, grace: SeededUser, park: str
) -> None:
    body = {
        "email_address": ada.email_address,
        "role": "org:member",
        "inviter_user_id": grace.user_id,
        "private_metadata": {"note": "confidential"},
    }
    backend.read("POST", f"/v1/organizations/{park}/invitations", body)

    (waiting,) = signed_in.get(INVITATIONS)["data"]

    assert waiting["url"] is None
    for text in ("ticket", "confidential", "private_metadata", grace.email_address):
        assert text not in str(waiting)


def test_invitation_of_another_user_is_not_found(
    signed_in: ClerkJs, backend: Backend, park: str
) -> None:
    invited = invite(backend, park, "victim@example.com")
    signed_in.post("/v1/me/email_addresses", email_address="victim@example.com")

    listed = signed_in.get(INVITATIONS)

    assert listed == {"data": [], "total_count": 0}
    path = f"{INVITATIONS}/{invited['id']}/accept"
    assert signed_in.error("POST", path) == (404, "resource_not_found", "")


def test_invitation_to_the_application_is_not_one_to_an_organization(
    signed_in: ClerkJs, backend: Backend, ada: SeededUser
) -> None:
    body = {"email_address": ada.email_address, "ignore_existing": True}
    invited = backend.read("POST", "/v1/invitations", body)

    assert signed_in.get(INVITATIONS)["total_count"] == 0
    assert signed_in.error("POST", f"{INVITATIONS}/{invited['id']}/accept")[0] == 404


def test_suggestions_are_empty(signed_in: ClerkJs) -> None:
    listed = signed_in.get("/v1/me/organization_suggestions", status="pending")

    assert listed == {"data": [], "total_count": 0}


def test_signed_out_browser_has_no_organizations(js: ClerkJs, ada: SeededUser) -> None:
    for method, path in (
        ("GET", MEMBERSHIPS),
        ("DELETE", f"{MEMBERSHIPS}/{ada.organization_id}"),
        ("GET", INVITATIONS),
        ("GET", "/v1/me/organization_suggestions"),
    ):
        assert js.error(method, path) == (401, "authentication_invalid", "")


@pytest.mark.parametrize("settings", [InstanceSettings(organizations=False)], ids=["off"])
def test_instance_without_organizations(signed_in: ClerkJs, ada: SeededUser) -> None:
    environment = signed_in.read("GET", "/v1/environment")
    assert environment["organization_settings"]["enabled"] is False
    assert environment["user_settings"]["actions"]["create_organization"] is False
    for method, path in (
        ("GET", MEMBERSHIPS),
        ("GET", INVITATIONS),
        ("GET", "/v1/me/organization_suggestions"),
        ("POST", "/v1/organizations"),
        ("GET", f"/v1/organizations/{ada.organization_id}"),
    ):
        refused = signed_in.error(method, path)
        assert refused == (403, "organization_not_enabled_in_instance", "")
