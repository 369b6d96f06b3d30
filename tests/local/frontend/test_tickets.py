"""Links that sign in or up: sign-in tokens and invitations."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Clock

SIGN_INS = "/v1/client/sign_ins"
SIGN_UPS = "/v1/client/sign_ups"
PAGE = "http://localhost:5000/join?x=1"


@pytest.fixture
def local(clock: Clock) -> Iterator[LocalClerk]:
    settings = InstanceSettings(sign_up_mode="restricted")
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


def follow(local: LocalClerk, url: str) -> HttpResponse:
    return local.handle(HttpRequest("GET", url))


def ticket_of(response: HttpResponse) -> tuple[str, str]:
    """Return the ticket and the status in the URL that a link leads to."""
    assert response.status == 303, response.content
    location = response.headers.get("location") or ""
    assert location.startswith(PAGE)
    query = parse_qs(urlsplit(location).query)
    return query["__clerk_ticket"][0], query["__clerk_status"][0]


def test_sign_in_token_signs_in_once(js: ClerkJs, backend: Backend, ada: SeededUser) -> None:
    body = {"user_id": ada.user_id, "org_id": ada.organization_id}
    ticket = backend.read("POST", "/v1/sign_in_tokens", body)["token"]

    done = js.post(SIGN_INS, strategy="ticket", ticket=ticket)

    assert done["status"] == "complete"
    assert done["first_factor_verification"]["strategy"] == "ticket"
    (session,) = js.client["sessions"]
    assert session["last_active_organization_id"] == ada.organization_id
    js.call("DELETE", "/v1/client/sessions")
    used = js.error("POST", SIGN_INS, strategy="ticket", ticket=ticket)
    assert used == (400, "sign_in_token_already_used_code", "")


def test_invalid_tickets_are_refused(
    js: ClerkJs, backend: Backend, ada: SeededUser, clock: Clock
) -> None:
    body = {"user_id": ada.user_id, "expires_in_seconds": 60}
    ticket = backend.read("POST", "/v1/sign_in_tokens", body)["token"]
    clock.now += 60

    expired = js.error("POST", SIGN_INS, strategy="ticket", ticket=ticket)
    assert expired == (400, "sign_in_token_expired_code", "")
    unknown = js.error("POST", SIGN_INS, strategy="ticket", ticket="nothing")
    assert unknown == (400, "ticket_invalid_code", "")
    missing = js.error("POST", SIGN_INS, strategy="ticket")
    assert missing == (422, "form_param_missing", "ticket")


def test_invitation_leads_to_a_sign_up(js: ClerkJs, local: LocalClerk, backend: Backend) -> None:
    invitation = backend.read(
        "POST",
        "/v1/invitations",
        {
            "email_address": "mary@example.com",
            "redirect_url": PAGE,
            "public_metadata": {"plan": "pro"},
        },
    )
    (message,) = local.messages("mary@example.com")
    assert message.url == invitation["url"]

    ticket, status = ticket_of(follow(local, message.url or ""))
    assert status == "sign_up"
    started = js.post(SIGN_UPS, strategy="ticket", ticket=ticket)
    assert started["email_address"] == "mary@example.com"
    assert started["verifications"]["email_address"]["status"] == "verified"
    assert started["missing_fields"] == ["password"]
    done = js.call("PATCH", f"{SIGN_UPS}/{started['id']}", {"password": "mary-had-a-lamb"})

    assert done["status"] == "complete"
    user = backend.read("GET", f"/v1/users/{done['created_user_id']}")
    assert user["public_metadata"] == {"plan": "pro"}
    (listed,) = backend.read("GET", "/v1/invitations?paginated=true")["data"]
    assert listed["status"] == "accepted"
    assert listed["url"] is None
    assert follow(local, message.url or "").status == 400


def test_invitation_to_an_organization_of_a_new_user(
    js: ClerkJs, local: LocalClerk, backend: Backend, ada: SeededUser
) -> None:
    invitation = backend.read(
        "POST",
        f"/v1/organizations/{ada.organization_id}/invitations",
        {"email_address": "mary@example.com", "role": "org:member", "redirect_url": PAGE},
    )
    ticket, status = ticket_of(follow(local, invitation["url"]))
    assert status == "sign_up"

    done = js.post(SIGN_UPS, strategy="ticket", ticket=ticket, password="mary-had-a-lamb")

    assert done["status"] == "complete"
    (session,) = js.client["sessions"]
    assert session["last_active_organization_id"] == ada.organization_id
    (membership,) = session["user"]["organization_memberships"]
    assert membership["role"] == "org:member"


def test_invitation_to_an_organization_of_a_known_user(
    js: ClerkJs, local: LocalClerk, backend: Backend, ada: SeededUser
) -> None:
    backend.read("POST", "/v1/users", {"email_address": ["mary@example.com"]})
    invitation = backend.read(
        "POST",
        f"/v1/organizations/{ada.organization_id}/invitations",
        {"email_address": "mary@example.com", "role": "org:admin", "redirect_url": PAGE},
    )
    ticket, status = ticket_of(follow(local, invitation["url"]))
    assert status == "sign_in"
    assert js.error("POST", SIGN_UPS, ticket=ticket)[1] == "form_identifier_exists"

    done = js.post(SIGN_INS, strategy="ticket", ticket=ticket)

    assert done["status"] == "complete"
    (session,) = js.client["sessions"]
    assert session["last_active_organization_id"] == ada.organization_id


def test_sign_in_with_the_invitation_of_an_unknown_user_is_refused(
    js: ClerkJs, local: LocalClerk, backend: Backend
) -> None:
    body = {"email_address": "mary@example.com", "redirect_url": PAGE}
    ticket, _ = ticket_of(follow(local, backend.read("POST", "/v1/invitations", body)["url"]))

    refused = js.error("POST", SIGN_INS, strategy="ticket", ticket=ticket)

    assert refused == (400, "ticket_invalid_code", "")


@pytest.mark.parametrize("end", ["revoke", "expire"])
def test_invitation_that_is_over_is_refused(
    js: ClerkJs, local: LocalClerk, backend: Backend, clock: Clock, end: str
) -> None:
    body = {"email_address": "mary@example.com", "redirect_url": PAGE}
    invitation = backend.read("POST", "/v1/invitations", body)
    ticket, _ = ticket_of(follow(local, invitation["url"]))
    if end == "revoke":
        backend.read("POST", f"/v1/invitations/{invitation['id']}/revoke")
    else:
        clock.now += 31 * 24 * 60 * 60

    refused = js.error("POST", SIGN_UPS, strategy="ticket", ticket=ticket)

    assert refused[0] == 400
    assert follow(local, invitation["url"]).headers.get("location") is None


@pytest.mark.parametrize("url", ["https://evil.example/", "javascript:alert(1)", "//evil.example"])
def test_link_leads_to_no_other_machine(local: LocalClerk, backend: Backend, url: str) -> None:
    body = {"email_address": "mary@example.com", "redirect_url": url}

    response = follow(local, backend.read("POST", "/v1/invitations", body)["url"])

    assert response.status == 400
    assert response.headers.get("location") is None


def test_link_without_ticket_is_refused(local: LocalClerk) -> None:
    assert follow(local, f"{local.url}/v1/tickets/accept").status == 422
    assert follow(local, f"{local.url}/v1/tickets/accept?ticket=x").status == 400


def test_no_email_is_sent_with_notify_false(local: LocalClerk, backend: Backend) -> None:
    body = {"email_address": "mary@example.com", "notify": False}

    assert backend.read("POST", "/v1/invitations", body)["url"]
    assert local.messages() == []
