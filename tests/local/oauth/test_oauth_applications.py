"""OAuth applications in the Backend API, by the client of the library."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from clerk_core import Clerk, ClerkAPIError
from clerk_core.local import LocalClerk
from tests.local.local_helpers import Backend, Browser
from tests.local.oauth.client import CALLBACK, Client, document, error_of


def test_application_is_created_changed_and_deleted(clerk: Clerk) -> None:
    created = clerk.oauth_applications.create(name="Notes", redirect_uris=[CALLBACK])
    assert created.client_secret
    assert (created.scopes, created.public) == ("profile email", False)
    assert created.redirect_uris == (CALLBACK,)
    assert created.consent_screen_enabled is True
    assert created.dynamically_registered is False

    updated = clerk.oauth_applications.update(
        created.id, name="Diary", scopes="email notes:read", pkce_required=True
    )
    assert (updated.name, updated.scopes) == ("Diary", "email notes:read")
    assert updated.client_secret is None
    assert clerk.oauth_applications.get(created.id) == updated
    for query in ("diar", created.client_id or ""):
        assert [one.id for one in clerk.oauth_applications.list(name_query=query)] == [created.id]
    assert not clerk.oauth_applications.list(name_query="other")

    assert clerk.oauth_applications.delete(created.id).deleted is True
    with pytest.raises(ClerkAPIError) as found:
        clerk.oauth_applications.get(created.id)
    assert found.value.status == 404


def test_public_application_has_no_secret(clerk: Clerk) -> None:
    created = clerk.oauth_applications.create(name="App", callback_url=CALLBACK, public=True)

    assert created.client_secret == ""
    assert created.redirect_uris == (CALLBACK,)


INVALID: Sequence[tuple[dict[str, object], str]] = [
    ({}, "name"),
    ({"name": "x" * 257}, "name"),
    ({"name": "x", "redirect_uris": ["javascript:alert(1)"]}, "redirect_uris"),
    ({"name": "x", "callback_url": "/relative"}, "redirect_uris"),
    ({"name": "x", "scopes": "unknown"}, "scopes"),
    ({"name": "x", "unknown": 1}, "unknown"),
]


def test_invalid_field_is_named(backend: Backend) -> None:
    for fields, parameter in INVALID:
        status, _, named = backend.error("POST", "/v1/oauth_applications", fields)
        assert (status, named) == (422, parameter), fields


def application_id(backend: Backend, client: Client) -> str:
    query = f"?name_query={client.client_id}"
    (found,) = backend.read("GET", f"/v1/oauth_applications{query}")["data"]
    return str(found["id"])


def test_rotated_secret_replaces_the_old_one(
    local: LocalClerk, backend: Backend, client: Client
) -> None:
    path = f"/v1/oauth_applications/{application_id(backend, client)}/rotate_secret"
    rotated = Client(local, client.client_id, backend.read("POST", path)["client_secret"])

    assert error_of(client.refresh("x"), 401) == "invalid_client"
    assert error_of(rotated.refresh("x")) == "invalid_grant"


def test_token_is_revoked_with_its_grant(
    backend: Backend, client: Client, public: Client, ada_browser: Browser
) -> None:
    tokens = client.connect(ada_browser)
    path = f"/v1/oauth_applications/{application_id(backend, client)}/revoke_token"
    body = {"token": public.connect(ada_browser)["refresh_token"]}
    assert backend.error("POST", path, body)[0] == 400

    response = backend.call("POST", path, {"token": tokens["access_token"]})

    assert response.status == 204
    assert client.user_info(tokens["access_token"]).status == 401
    assert error_of(client.refresh(tokens["refresh_token"])) == "invalid_grant"


def test_secret_key_is_required(local: LocalClerk, client: Client) -> None:
    response = client.post("/v1/oauth_applications", {})

    assert document(response, 401)["errors"]
