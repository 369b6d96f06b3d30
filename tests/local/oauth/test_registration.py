"""Dynamic client registration: RFC 7591."""

from __future__ import annotations

import json
from collections.abc import Sequence

from clerk_core._messages import HttpRequest
from clerk_core.local import LocalClerk
from tests.local.local_helpers import START, Backend, Browser
from tests.local.oauth.client import (
    CALLBACK,
    Client,
    document,
    error_of,
    register,
    registered,
)


def test_public_client_registers_itself(local: LocalClerk, backend: Backend) -> None:
    response = register(
        local,
        client_name="Agent",
        client_uri="https://agent.example",
        token_endpoint_auth_method="none",
        scope="openid notes:read",
        application_type="native",
    )
    # RFC 7591, 3.2.1; unknown metadata is ignored (2).
    information = document(response, 201)
    client_id = information.pop("client_id")
    assert response.headers.get("cache-control") == "no-store"
    assert information == {
        "client_id_issued_at": int(START),
        "client_secret_expires_at": 0,
        "client_name": "Agent",
        "client_uri": "https://agent.example",
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": "openid notes:read",
        "token_endpoint_auth_method": "none",
    }
    (found,) = backend.read("GET", "/v1/oauth_applications")["data"]
    assert (found["client_id"], found["public"]) == (client_id, True)
    assert found["dynamically_registered"] is found["consent_screen_enabled"] is True


def test_confidential_client_gets_a_secret(local: LocalClerk, ada_browser: Browser) -> None:
    information = document(register(local), 201)
    assert information["token_endpoint_auth_method"] == "client_secret_basic"
    assert information["client_name"] == information["client_id"]
    assert information["scope"] == "profile email"

    client = Client(local, information["client_id"], information["client_secret"])
    assert "access_token" in client.connect(ada_browser, scope="profile")


INVALID: Sequence[tuple[dict[str, object], str]] = [
    ({"redirect_uris": []}, "invalid_redirect_uri"),
    ({"redirect_uris": None}, "invalid_redirect_uri"),
    ({"redirect_uris": ["/callback"]}, "invalid_redirect_uri"),
    ({"redirect_uris": [f"{CALLBACK}#"]}, "invalid_redirect_uri"),
    ({"redirect_uris": [f"{CALLBACK}\r\nset-cookie: a=b"]}, "invalid_redirect_uri"),
    ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
    ({"redirect_uris": ["java\tscript:alert(1)"]}, "invalid_redirect_uri"),
    ({"redirect_uris": ["data:text/html,x"]}, "invalid_redirect_uri"),
    ({"redirect_uris": ["http://agent.example/callback"]}, "invalid_redirect_uri"),
    ({"redirect_uris": ["https://localhost@agent.example/"]}, "invalid_redirect_uri"),
    ({"redirect_uris": [CALLBACK, "javascript:alert(1)"]}, "invalid_redirect_uri"),
    ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
    ({"scope": "unknown"}, "invalid_client_metadata"),
    ({"client_name": "x" * 257}, "invalid_client_metadata"),
    ({"client_name": ["x"]}, "invalid_client_metadata"),
]


def test_invalid_metadata_is_refused(local: LocalClerk, backend: Backend) -> None:
    # RFC 7591, 3.2.2.
    for metadata, error in INVALID:
        assert error_of(register(local, **metadata)) == error, metadata
    assert backend.read("GET", "/v1/oauth_applications")["total_count"] == 0


def test_body_must_be_an_object(local: LocalClerk) -> None:
    response = local.handle(HttpRequest("POST", f"{local.url}/oauth/register", (), b"[1]"))

    assert error_of(response) == "invalid_client_metadata"


def test_registration_is_off_by_default() -> None:
    with LocalClerk() as local:
        (error,) = document(register(local), 422)["errors"]
        assert error["code"] == "dynamic_oauth_client_registration_disabled"
        url = f"{local.url}/.well-known/oauth-authorization-server"
        metadata = json.loads(local.handle(HttpRequest("GET", url)).content)
        assert "registration_endpoint" not in metadata


def test_consent_of_a_registered_client_cannot_be_turned_off(
    local: LocalClerk, backend: Backend
) -> None:
    registered(local)
    (found,) = backend.read("GET", "/v1/oauth_applications")["data"]
    path = f"/v1/oauth_applications/{found['id']}"

    status, _, parameter = backend.error("PATCH", path, {"consent_screen_enabled": False})

    assert (status, parameter) == (422, "consent_screen_enabled")
