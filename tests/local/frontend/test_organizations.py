"""Organizations, as the components CreateOrganization and OrganizationProfile manage them."""

from __future__ import annotations

import pytest

from clerk_core.local import SeededUser
from tests.local.frontend.clerk_js import ClerkJs, members
from tests.local.local_helpers import Backend, Browser, cookie_values

ALL = "/v1/organizations"


def test_user_creates_an_organization_and_becomes_its_admin(
    signed_in: ClerkJs, backend: Backend, ada: SeededUser
) -> None:
    created = signed_in.post(ALL, name="Bletchley Park", slug="park")

    assert (created["object"], created["name"], created["slug"]) == (
        "organization",
        "Bletchley Park",
        "park",
    )
    assert created["members_count"] == 1
    assert signed_in.get(f"{ALL}/{created['id']}") == created
    assert members(signed_in, f"{ALL}/{created['id']}") == ["Ada org:admin"]
    (session,) = signed_in.get("/v1/client")["sessions"]
    assert len(session["user"]["organization_memberships"]) == 2
    assert backend.read("GET", f"{ALL}/{created['id']}")["created_by"] == ada.user_id


def test_slug_is_made_from_the_name(signed_in: ClerkJs) -> None:
    slugs = [signed_in.post(ALL, name="Bletchley Park")["slug"] for _ in range(2)]

    assert slugs[0] == "bletchley-park"
    assert slugs[1].startswith("bletchley-park-")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": ""}, (422, "form_param_missing", "name")),
        ({"name": "x" * 257}, (422, "form_param_value_invalid", "name")),
        ({"name": "A", "slug": "Not A Slug"}, (422, "form_param_value_invalid", "slug")),
        ({"name": "A", "slug": "analytical-engines"}, (422, "form_identifier_exists", "slug")),
    ],
    ids=["no name", "long name", "invalid slug", "taken slug"],
)
def test_invalid_organization(
    signed_in: ClerkJs, fields: dict[str, str], expected: tuple[int, str, str]
) -> None:
    assert signed_in.error("POST", ALL, **fields) == expected


def test_switch_to_an_organization(signed_in: ClerkJs, browser: Browser, ada: SeededUser) -> None:
    created = signed_in.post(ALL, name="Bletchley Park")
    touch = f"/v1/client/sessions/{signed_in.session_id}/touch"

    session = signed_in.post(touch, active_organization_id=created["id"], intent="select_org")

    assert session["last_active_organization_id"] == created["id"]
    assert signed_in.claims()["o"]["slg"] == "bletchley-park"
    assert signed_in.claims()["o"]["rol"] == "admin"
    assert "__session" in cookie_values(browser.handshake(signed_in.dev_browser))
    signed_in.post(touch, active_organization_id=ada.organization_id)
    assert signed_in.claims()["o"]["slg"] == "analytical-engines"
    signed_in.post(touch, active_organization_id="")
    assert "o" not in signed_in.claims()


def test_admin_changes_name_and_slug(signed_in: ClerkJs, engines: str) -> None:
    changed = signed_in.call("PATCH", engines, {"name": "Difference Engines"})
    renamed = signed_in.call("PATCH", engines, {"slug": "difference", "name": ""})

    assert (changed["name"], changed["slug"]) == ("Difference Engines", "analytical-engines")
    assert (renamed["name"], renamed["slug"]) == ("Difference Engines", "difference")
    # A page cannot raise the limits of its organization.
    ignored = {"max_allowed_memberships": "0", "public_metadata": '{"plan": "free"}'}
    assert signed_in.call("PATCH", engines, ignored)["max_allowed_memberships"] == 5
    assert signed_in.get(engines)["public_metadata"] == {}


def test_admin_deletes_an_organization(
    signed_in: ClerkJs, backend: Backend, ada: SeededUser, engines: str
) -> None:
    touch = f"/v1/client/sessions/{signed_in.session_id}/touch"
    signed_in.post(touch, active_organization_id=ada.organization_id)

    deleted = signed_in.call("DELETE", engines)

    assert deleted == {"object": "organization", "id": ada.organization_id, "deleted": True}
    assert signed_in.client["sessions"][0]["last_active_organization_id"] is None
    assert "o" not in signed_in.claims()
    assert signed_in.error("GET", engines)[0] == 404
    assert backend.error("GET", engines)[0] == 404


def test_organization_that_admins_may_not_delete(
    signed_in: ClerkJs, backend: Backend, engines: str
) -> None:
    backend.read("PATCH", engines, {"admin_delete_enabled": False})

    refused = signed_in.error("DELETE", engines)

    assert refused == (403, "organization_admin_delete_not_enabled", "")


def test_roles_are_listed_with_their_permissions(signed_in: ClerkJs, engines: str) -> None:
    listed = signed_in.get(f"{engines}/roles", limit="20", offset="0")

    assert listed["total_count"] == 2
    assert listed["has_role_set_migration"] is False
    admin, member = listed["data"]
    assert (admin["key"], member["key"]) == ("org:admin", "org:member")
    assert [one["key"] for one in member["permissions"]] == [
        "org:sys_memberships:read",
        "org:projects:read",
    ]
    assert [one["type"] for one in member["permissions"]] == ["system", "user"]


def test_domains_and_membership_requests_are_empty(signed_in: ClerkJs, engines: str) -> None:
    for name in ("domains", "membership_requests"):
        assert signed_in.get(f"{engines}/{name}") == {"data": [], "total_count": 0}
