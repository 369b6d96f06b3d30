"""Invitations to an organization, as the component OrganizationProfile sends them."""

from __future__ import annotations

import json

import pytest

from clerk_core.local import LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs, Fields, members
from tests.local.local_helpers import Backend


def test_invitation_is_sent_listed_and_revoked(
    signed_in: ClerkJs, local: LocalClerk, backend: Backend, ada: SeededUser, engines: str
) -> None:
    path = f"{engines}/invitations"
    made = signed_in.post(path, email_address=" mary@example.com ", role="org:member")

    assert (made["email_address"], made["status"]) == ("mary@example.com", "pending")
    assert made["role_name"] == "Member"
    assert signed_in.get(engines)["pending_invitations_count"] == 1
    assert local.messages("mary@example.com")[0].subject == "Your invitation to Analytical Engines"
    listed = signed_in.get(path, status="pending", limit="10", offset="0")
    assert listed == {"data": [made], "total_count": 1}
    assert backend.read("GET", f"{path}/{made['id']}")["inviter_id"] == ada.user_id
    revoked = signed_in.post(f"{path}/{made['id']}/revoke")
    assert revoked["status"] == "revoked"
    assert signed_in.get(path, status="pending")["total_count"] == 0
    assert signed_in.error("POST", f"{path}/{made['id']}/revoke")[1] == "invitation_not_pending"
    assert signed_in.error("POST", f"{path}/inv_x/revoke")[0] == 404


def test_admin_never_sees_the_link_of_an_invitation(
    signed_in: ClerkJs, local: LocalClerk, engines: str
) -> None:
    """With the link, an admin could sign up with the email address of somebody else."""
    path = f"{engines}/invitations"
    fields = {"email_address": "mary@example.com", "role": "org:member"}

    contents = [
        signed_in.send("POST", path, fields).content,
        signed_in.send("GET", path).content,
    ]

    url = local.messages("mary@example.com")[0].url or ""
    ticket = url.partition("ticket=")[2].encode()
    assert ticket
    for content in contents:
        assert b"mary@example.com" in content
        assert ticket not in content


def test_several_people_are_invited_at_once_or_not_at_all(
    signed_in: ClerkJs, local: LocalClerk, engines: str
) -> None:
    path = f"{engines}/invitations"
    several = ["mary@example.com", "alan@example.com"]
    fields: Fields = {"email_address": several, "role": "org:member"}

    made = signed_in.read("POST", f"{path}/bulk", fields)["response"]
    refused = signed_in.send(
        "POST",
        f"{path}/bulk",
        {"email_address": ["joan@example.com", "mary@example.com"], "role": "org:member"},
    )

    assert [one["email_address"] for one in made] == several
    (error,) = json.loads(refused.content)["errors"]
    assert (refused.status, error["code"]) == (422, "duplicate_record")
    assert error["meta"]["email_addresses"] == ["mary@example.com"]
    assert signed_in.get(path)["total_count"] == 2
    assert local.messages("joan@example.com") == []
    empty = signed_in.error("POST", f"{path}/bulk", role="org:member")
    assert empty == (422, "form_param_missing", "email_address")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"role": "org:member"}, (422, "form_param_missing", "email_address")),
        (
            {"email_address": "nothing", "role": "org:member"},
            (422, "form_param_value_invalid", "email_address"),
        ),
        ({"email_address": "mary@example.com"}, (422, "form_param_missing", "role")),
        (
            {"email_address": "mary@example.com", "role": "org:x"},
            (404, "resource_not_found", ""),
        ),
        (
            {"email_address": "grace@example.com", "role": "org:member"},
            (400, "already_a_member_in_organization", ""),
        ),
    ],
    ids=["no address", "malformed", "no role", "unknown role", "member"],
)
def test_invalid_invitation(
    signed_in: ClerkJs,
    grace: SeededUser,
    engines: str,
    fields: dict[str, str],
    expected: tuple[int, str, str],
) -> None:
    assert signed_in.error("POST", f"{engines}/invitations", **fields) == expected


def test_invitation_without_an_email(signed_in: ClerkJs, local: LocalClerk, engines: str) -> None:
    path = f"{engines}/invitations"

    signed_in.post(path, email_address="mary@example.com", role="org:member", notify="false")

    assert local.messages("mary@example.com") == []


def test_invitation_of_another_organization_is_not_found(signed_in: ClerkJs, engines: str) -> None:
    made = signed_in.post(
        f"{engines}/invitations", email_address="mary@example.com", role="org:member"
    )
    other = signed_in.post("/v1/organizations", name="Bletchley Park")

    path = f"/v1/organizations/{other['id']}/invitations/{made['id']}/revoke"

    assert signed_in.error("POST", path) == (404, "resource_not_found", "")


def test_invited_person_joins_after_signing_up(
    signed_in: ClerkJs, local: LocalClerk, engines: str
) -> None:
    fields = {"email_address": "mary@example.com", "role": "org:member"}
    signed_in.post(f"{engines}/invitations", **fields)
    ticket = (local.messages("mary@example.com")[0].url or "").partition("ticket=")[2]
    other = ClerkJs(local).load()

    done = other.post(
        "/v1/client/sign_ups", strategy="ticket", ticket=ticket, password="mary-had-a-lamb"
    )

    assert done["status"] == "complete"
    other.activate(done["created_session_id"])
    (membership,) = other.get("/v1/me/organization_memberships", paginated="true")["data"]
    assert membership["role"] == "org:member"
    assert len(members(signed_in, engines)) == 3
