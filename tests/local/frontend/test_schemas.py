"""The main resources are as Clerk's specification of the Frontend API describes them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.authenticator import Authenticator
from tests.local.frontend.clerk_js import ClerkJs, another_browser
from tests.local.frontend.schemas import problems
from tests.local.frontend.site import PNG
from tests.local.frontend.test_images import PICTURE, send_file
from tests.local.frontend.test_passkeys import register
from tests.local.local_helpers import Clock

_DIFFERENCES = (
    # clerk-js reads both.
    ".object: unknown",
    ".organization_settings.force_organization_selection: unknown",
    # Before a code is sent, the component <SignUp/> needs a verification without status.
    ".client.sign_up.verifications.email_address: fits none of its schemas",
    ".response.verifications.email_address: fits none of its schemas",
    # Before a code is sent, nothing expires.
    ".response.verification: fits none of its schemas",
    ".response.phone_numbers[].verification: fits none of its schemas",
    ".response.user.phone_numbers[].verification: fits none of its schemas",
    ".response.sessions[].user.phone_numbers[].verification: fits none of its schemas",
    ".client.sessions[].user.phone_numbers[].verification: fits none of its schemas",
)
"""What the answers have on purpose, and the specification does not allow."""


@pytest.fixture
def local(clock: Clock) -> Iterator[LocalClerk]:
    settings = InstanceSettings(
        phone_number="on",
        username="on",
        authenticator_app=True,
        backup_codes=True,
        passkeys=True,
        social=("google",),
        organization_domains=True,
        user_api_keys=True,
    )
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


def check(js: ClerkJs, operation: str, path: str = "", **fields: str) -> list[str]:
    """Return the problems of the answer to a call."""
    method, _, name = operation.partition(" ")
    response = js.send(method, path or name, fields if method != "GET" else None)
    assert response.status == 200, response.content
    return problems(operation, json.loads(response.content))


def unexpected(*found: list[str]) -> set[str]:
    """Return the problems that are not listed."""
    return {one for each in found for one in each if not one.startswith(_DIFFERENCES)}


def test_resources_of_a_browser_fit_the_specification(local: LocalClerk, ada: SeededUser) -> None:
    js = ClerkJs(local).load()
    url = "http://localhost:5000/"
    fields = {"email_address": "mary@example.com", "password": "mary-had-a-lamb"}
    found = [
        check(js, "GET /v1/environment"),
        check(js, "POST /v1/client/sign_ups", **fields),
        check(js, "POST /v1/client/sign_ups", strategy="oauth_google", redirect_url=url),
        check(js, "POST /v1/client/sign_ins", identifier=ada.email_address),
        check(js, "POST /v1/client/sign_ins", strategy="passkey"),
        check(js, "POST /v1/client/sign_ins", strategy="oauth_google", redirect_url=url),
        check(js, "GET /v1/client"),
    ]

    assert unexpected(*found) == set()


def test_resources_of_a_user_fit_the_specification(signed_in: ClerkJs) -> None:
    js = signed_in
    register(js, Authenticator())
    one = f"/v1/client/sessions/{js.session_id}"
    url = "http://localhost:5000/"
    found = [
        problems("POST /v1/me/profile_image", json.loads(send_file(js, PICTURE, PNG).content)),
        check(js, "POST /v1/me/phone_numbers", phone_number="+15555550100"),
        check(js, "POST /v1/me/passkeys"),
        check(js, "POST /v1/me/totp"),
        check(js, "POST /v1/me/external_accounts", strategy="oauth_google", redirect_url=url),
        check(js, "GET /v1/me"),
        check(js, "GET /v1/client"),
        check(js, "GET /v1/client/sessions/{session_id}", one),
        check(js, "POST /v1/client/sessions/{session_id}/verify", f"{one}/verify"),
        check(js, "GET /v1/me/sessions/active"),
    ]

    assert unexpected(*found) == set()


def test_resources_of_an_organization_fit_the_specification(
    signed_in: ClerkJs, alan: SeededUser, engines: str
) -> None:
    js, path = signed_in, "/v1/organizations/{organization_id}"
    member = another_browser(js.local, alan)
    domain = js.post(f"{engines}/domains", name="example.com")["id"]
    mode = f"{engines}/domains/{domain}/update_enrollment_mode"
    js.post(f"{engines}/invitations", email_address="mary@example.com", role="org:member")
    js.post(mode, enrollment_mode="automatic_invitation")
    found = [check(member, "GET /v1/me/organization_invitations")]
    js.post(mode, enrollment_mode="automatic_suggestion")
    found.append(check(member, "GET /v1/me/organization_suggestions"))
    (suggestion,) = member.get("/v1/me/organization_suggestions")["data"]
    member.post(f"/v1/me/organization_suggestions/{suggestion['id']}/accept")
    lists = ("memberships", "invitations", "domains", "membership_requests", "roles")
    found += [
        check(js, f"GET {path}", engines),
        check(js, "GET /v1/me/organization_memberships"),
        *(check(js, f"GET {path}/{name}", f"{engines}/{name}") for name in lists),
    ]

    assert unexpected(*found) == set()
