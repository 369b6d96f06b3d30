"""Metadata, user information, introspection, revocation: RFC 6750, 7009, 7662, 8414."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.local import LocalClerk, SeededUser
from tests.local.local_helpers import Backend, Browser, Clock
from tests.local.oauth.client import Client, application, document, error_of, registered

DAY = 24 * 60 * 60


def get(local: LocalClerk, path: str, *headers: tuple[str, str]) -> HttpResponse:
    return local.handle(HttpRequest("GET", f"{local.url}{path}", list(headers)))


def test_metadata_leads_to_the_endpoints(local: LocalClerk) -> None:
    # RFC 8414, 2 and 3.3: the issuer is the URL that the document was found by.
    found = document(get(local, "/.well-known/oauth-authorization-server"))
    assert found["issuer"] == local.url
    assert found["registration_endpoint"] == f"{local.url}/oauth/register"
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["authorization_response_iss_parameter_supported"] is True
    assert "notes:read" in found["scopes_supported"]
    openid = document(get(local, "/.well-known/openid-configuration"))
    assert openid["userinfo_endpoint"] == f"{local.url}/oauth/userinfo"
    shared = set(found) & set(openid)
    assert {name: found[name] for name in shared} == {name: openid[name] for name in shared}

    for name, url in found.items():
        if name.endswith("_endpoint"):
            assert b"not_implemented" not in local.handle(HttpRequest("POST", url)).content
    keys = document(get(local, found["jwks_uri"].removeprefix(local.url)))
    assert keys == Backend(local).read("GET", "/v1/jwks")


def test_pages_of_other_origins_cannot_call_the_endpoints(local: LocalClerk) -> None:
    path = "/.well-known/oauth-authorization-server"
    assert get(local, path, ("origin", "https://evil.example")).status == 403
    response = get(local, path, ("origin", "http://localhost:6274"))
    assert response.headers.get("access-control-allow-origin") == "http://localhost:6274"
    preflight = local.handle(
        HttpRequest("OPTIONS", f"{local.url}{path}", [("origin", "http://localhost:6274")])
    )
    allowed = preflight.headers.get("access-control-allow-headers") or ""
    assert "mcp-protocol-version" in allowed


def test_unknown_path_is_named(local: LocalClerk) -> None:
    assert b"not_implemented" in get(local, "/oauth/unknown").content


def user_info(client: Client, tokens: dict[str, Any]) -> dict[str, Any]:
    return document(client.user_info(tokens["access_token"]))


def test_user_info_has_what_the_scopes_allow(
    backend: Backend, client: Client, ada_browser: Browser, ada: SeededUser
) -> None:
    backend.read(
        "PATCH", f"/v1/users/{ada.user_id}/metadata", {"public_metadata": {"plan": "gold"}}
    )
    scope = "profile email public_metadata"
    everything = user_info(client, client.connect(ada_browser, scope=scope))
    only_email = user_info(client, client.connect(ada_browser, scope="email"))

    assert everything["sub"] == everything["user_id"] == ada.user_id
    assert (everything["name"], everything["email"]) == ("Ada Lovelace", "ada@example.com")
    assert everything["email_verified"] is True
    assert everything["public_metadata"]["plan"] == "gold"
    named = {"object", "instance_id", "user_id", "sub", "email", "email_verified"}
    assert only_email.keys() == named


def test_user_info_needs_a_valid_token(client: Client, ada_browser: Browser, clock: Clock) -> None:
    # RFC 6750, 3.
    token = client.connect(ada_browser)["access_token"]
    assert client.user_info(token, "POST").status == 200
    without = get(client.local, "/oauth/userinfo")
    assert (without.status, without.headers.get("www-authenticate")) == (401, "Bearer")
    clock.now += DAY

    response = client.user_info(token)

    assert response.status == 401
    assert response.headers.get("www-authenticate") == 'Bearer error="invalid_token"'
    assert token.encode() not in response.content


def introspect(client: Client, token: str) -> dict[str, Any]:
    return document(client.post("/oauth/token_info", {"token": token}))


def test_client_inspects_its_tokens(
    client: Client, ada_browser: Browser, ada: SeededUser, clock: Clock
) -> None:
    # RFC 7662, 2.2.
    tokens = client.connect(ada_browser, scope="email offline_access")
    expected = {
        "active": True,
        "client_id": client.client_id,
        "iat": int(clock.now),
        "scope": "email offline_access",
        "sub": ada.user_id,
    }
    assert introspect(client, tokens["access_token"]) == expected
    assert introspect(client, tokens["refresh_token"]) == expected
    clock.now += DAY

    assert introspect(client, tokens["access_token"]) == {"active": False}
    assert introspect(client, "unknown") == {"active": False}
    client.refresh(tokens["refresh_token"])
    assert introspect(client, tokens["refresh_token"]) == {"active": False}


def test_client_learns_nothing_of_other_tokens(
    local: LocalClerk, client: Client, public: Client, ada_browser: Browser
) -> None:
    # RFC 7662, 2.1: a public client proves nothing, so that it may not ask.
    tokens = client.connect(ada_browser)
    other = application(local)

    for kind in ("access_token", "refresh_token"):
        assert introspect(other, tokens[kind]) == {"active": False}
        response = public.post("/oauth/token_info", {"token": tokens[kind]})
        assert error_of(response, 401) == "invalid_client"


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revocation_ends_the_whole_grant(public: Client, ada_browser: Browser, kind: str) -> None:
    # RFC 7009, 2.1.
    tokens = public.connect(ada_browser)

    response = public.post("/oauth/token/revoke", {"token": tokens[kind]})

    assert (response.status, response.content) == (200, b"")
    assert public.user_info(tokens["access_token"]).status == 401
    assert error_of(public.refresh(tokens["refresh_token"])) == "invalid_grant"


def test_revocation_of_an_unknown_token_succeeds(public: Client) -> None:
    # RFC 7009, 2.2.
    assert public.post("/oauth/token/revoke", {"token": "unknown"}).status == 200
    assert error_of(public.post("/oauth/token/revoke", {})) == "invalid_request"


def test_client_cannot_revoke_the_token_of_another(
    local: LocalClerk, public: Client, ada_browser: Browser
) -> None:
    tokens = public.connect(ada_browser)

    for kind in ("access_token", "refresh_token"):
        response = registered(local).post("/oauth/token/revoke", {"token": tokens[kind]})
        assert error_of(response) == "invalid_grant"
    assert public.user_info(tokens["access_token"]).status == 200


def test_responses_are_json_without_cache(local: LocalClerk, client: Client) -> None:
    response = client.post("/oauth/token", {})

    assert response.headers.get("content-type") == "application/json"
    assert json.loads(response.content)["error"] == "invalid_request"
    assert response.headers.get("cache-control") == "no-store"
