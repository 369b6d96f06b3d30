"""The members of an organization, as the component OrganizationProfile manages them."""

from __future__ import annotations

import pytest

from clerk_core.local import LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs, another_browser, members
from tests.local.local_helpers import Backend


def test_members_are_listed_and_searched(
    signed_in: ClerkJs, grace: SeededUser, engines: str
) -> None:
    assert members(signed_in, engines) == ["Grace org:member", "Ada org:admin"]
    assert members(signed_in, engines, role=["org:admin", "org:captain"]) == ["Ada org:admin"]
    for query in ("grace@exam", "hopp", "grace hop", grace.user_id):
        assert members(signed_in, engines, query=query) == ["Grace org:member"]
    assert members(signed_in, engines, limit="1", offset="1") == ["Ada org:admin"]
    assert len(signed_in.get(f"{engines}/memberships")) == 2


def test_members_are_not_found_by_what_members_do_not_see(
    signed_in: ClerkJs, backend: Backend, engines: str
) -> None:
    body = {"first_name": "Joan", "email_address": ["joan@example.com", "secret@example.com"]}
    joan = backend.read("POST", "/v1/users", body)
    signed_in.post(f"{engines}/memberships", user_id=joan["id"], role="org:member")

    assert members(signed_in, engines, query="joan@") == ["Joan org:member"]
    assert members(signed_in, engines, query="secret") == []
    assert len(members(signed_in, engines, email_address="secret@example.com")) == 3


def test_admin_adds_changes_and_removes_a_member(
    signed_in: ClerkJs, local: LocalClerk, alan: SeededUser, engines: str
) -> None:
    added = signed_in.post(f"{engines}/memberships", user_id=alan.user_id, role="org:member")
    other = another_browser(local, alan)
    organization_id = added["organization"]["id"]
    other.post(
        f"/v1/client/sessions/{other.session_id}/touch", active_organization_id=organization_id
    )
    assert other.claims()["o"]["rol"] == "member"

    path = f"{engines}/memberships/{alan.user_id}"
    changed = signed_in.call("PATCH", path, {"role": "org:admin"})
    assert (added["role"], changed["role"]) == ("org:member", "org:admin")
    assert other.claims()["o"]["rol"] == "admin"
    removed = signed_in.call("DELETE", path)

    assert (removed["id"], removed["object"]) == (added["id"], "organization_membership")
    assert "o" not in other.claims()
    assert other.error("GET", engines)[0] == 404


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"role": "org:member"}, (422, "form_param_missing", "user_id")),
        ({"user_id": "grace"}, (422, "form_param_missing", "role")),
        ({"user_id": "grace", "role": "org:x"}, (404, "resource_not_found", "")),
        ({"user_id": "user_x", "role": "org:member"}, (404, "resource_not_found", "")),
        (
            {"user_id": "grace", "role": "org:member"},
            (400, "already_a_member_in_organization", "user_id"),
        ),
    ],
    ids=["no user", "no role", "unknown role", "unknown user", "member already"],
)
def test_invalid_member(
    signed_in: ClerkJs,
    grace: SeededUser,
    engines: str,
    fields: dict[str, str],
    expected: tuple[int, str, str],
) -> None:
    named = {name: grace.user_id if text == "grace" else text for name, text in fields.items()}

    assert signed_in.error("POST", f"{engines}/memberships", **named) == expected


def test_last_manager_stays(
    signed_in: ClerkJs, ada: SeededUser, grace: SeededUser, engines: str
) -> None:
    own = f"{engines}/memberships/{ada.user_id}"
    needed = (400, "organization_minimum_permissions_needed", "")

    assert signed_in.error("PATCH", own, role="org:member") == needed
    assert signed_in.error("DELETE", own) == needed
    assert members(signed_in, engines, role="org:admin") == ["Ada org:admin"]
    signed_in.call("PATCH", f"{engines}/memberships/{grace.user_id}", {"role": "org:admin"})
    assert signed_in.call("PATCH", own, {"role": "org:member"})["role"] == "org:member"
    assert signed_in.error("DELETE", own)[1] == "missing_organization_permission"
