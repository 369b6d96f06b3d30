"""Clients and attempts to sign up, as the Backend API reads them."""

from __future__ import annotations

import pytest

from clerk_core import Clerk
from clerk_core.errors import NotFoundError
from clerk_core.local import LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs


@pytest.fixture
def js(local: LocalClerk) -> ClerkJs:
    return ClerkJs(local).load()


def test_client_has_the_active_sessions_of_its_browser(
    local: LocalClerk, js: ClerkJs, clerk: Clerk, ada: SeededUser
) -> None:
    other = ClerkJs(local).load()
    js.sign_in(ada)
    client = clerk.clients.get(js.client["id"])

    assert client.session_ids == (js.session_id,)
    assert client.sessions[0].user_id == ada.user_id
    assert client.last_active_session_id == js.session_id
    assert clerk.clients.get(other.client["id"]).session_ids == ()
    assert {one.id for one in clerk.clients.list()} >= {client.id, other.client["id"]}

    clerk.sessions.revoke(js.session_id)
    assert clerk.clients.get(client.id).session_ids == ()


def test_client_is_verified_by_the_token_of_its_browser(js: ClerkJs, clerk: Clerk) -> None:
    assert clerk.clients.verify(token=js.dev_browser).id == js.client["id"]

    with pytest.raises(NotFoundError) as raised:
        clerk.clients.verify(token="secret-of-nobody")
    assert "secret-of-nobody" not in str(raised.value)


def test_backend_reads_an_attempt_to_sign_up(js: ClerkJs, clerk: Clerk) -> None:
    made = js.post("/v1/client/sign_ups", email_address="new@example.com", first_name="New")
    found = clerk.sign_ups.get(made["id"])

    assert (found.id, found.status) == (made["id"], "missing_requirements")
    assert (found.email_address, found.first_name) == ("new@example.com", "New")
    assert "password" in found.missing_fields
    with pytest.raises(NotFoundError):
        clerk.sign_ups.get("sua_unknown")
