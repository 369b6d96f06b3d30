"""Who may make a call on an organization."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clerk_core.local import SeededUser
from tests.local.frontend.clerk_js import ClerkJs, another_browser
from tests.local.local_helpers import Backend

ALL = "/v1/organizations"

MANAGED: list[tuple[str, str, str]] = [
    ("PATCH", "", "org:sys_profile:manage"),
    ("DELETE", "", "org:sys_profile:delete"),
    ("GET", "/domains", "org:sys_domains:read"),
    ("GET", "/membership_requests", "org:sys_memberships:manage"),
    ("POST", "/memberships", "org:sys_memberships:manage"),
    ("PATCH", "/memberships/user_x", "org:sys_memberships:manage"),
    ("DELETE", "/memberships/user_x", "org:sys_memberships:manage"),
    ("GET", "/invitations", "org:sys_memberships:manage"),
    ("POST", "/invitations", "org:sys_memberships:manage"),
    ("POST", "/invitations/bulk", "org:sys_memberships:manage"),
    ("POST", "/invitations/inv_x/revoke", "org:sys_memberships:manage"),
]
READ = [("GET", ""), ("GET", "/roles"), ("GET", "/memberships")]


@pytest.mark.parametrize(("method", "path", "permission"), MANAGED)
def test_member_without_the_permission_is_refused(
    js: ClerkJs, grace: SeededUser, engines: str, method: str, path: str, permission: str
) -> None:
    js.sign_in(grace)

    response = js.send(method, f"{engines}{path}")

    (error,) = json.loads(response.content)["errors"]
    assert (response.status, error["code"]) == (403, "missing_organization_permission")
    assert error["meta"] == {"permissions": [permission]}


@pytest.mark.parametrize(("method", "path"), READ)
def test_member_reads_the_organization(
    js: ClerkJs, grace: SeededUser, engines: str, method: str, path: str
) -> None:
    js.sign_in(grace)

    assert js.send(method, f"{engines}{path}").status == 200


def test_members_page_needs_a_permission_too(
    signed_in: ClerkJs, backend: Backend, ada: SeededUser, grace: SeededUser, engines: str
) -> None:
    backend.read("POST", "/v1/organization_roles", {"name": "Guest", "key": "org:guest"})
    other = another_browser(signed_in.local, grace)
    signed_in.call("PATCH", f"{engines}/memberships/{grace.user_id}", {"role": "org:guest"})

    assert other.get(engines)["name"] == "Analytical Engines"
    refused = other.error("GET", f"{engines}/memberships")
    assert refused == (403, "missing_organization_permission", "")


def bare_error(js: ClerkJs, method: str, path: str) -> tuple[int, Any]:
    response = js.send(method, path)
    return response.status, json.loads(response.content)["errors"]


@pytest.mark.parametrize(("method", "path"), [*READ, *((one[0], one[1]) for one in MANAGED)])
def test_organization_of_others_is_as_unknown_as_one_that_does_not_exist(
    js: ClerkJs, alan: SeededUser, ada: SeededUser, engines: str, method: str, path: str
) -> None:
    js.sign_in(alan)

    foreign = bare_error(js, method, f"{engines}{path}")

    assert foreign == bare_error(js, method, f"{ALL}/org_unknown{path}")
    assert foreign[0] == 404
    assert foreign[1][0]["code"] == "organization_not_found_or_unauthorized"


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", None), *READ, *((one[0], one[1]) for one in MANAGED)],
)
def test_organizations_need_a_session(
    js: ClerkJs, ada: SeededUser, engines: str, method: str, path: str | None
) -> None:
    url = ALL if path is None else f"{engines}{path}"

    assert js.error(method, url) == (401, "authentication_invalid", "")
