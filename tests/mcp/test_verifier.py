"""The token verifier without a client: tokens as JWT, and what happens if Clerk cannot be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest
from mcp.server import MCPServer
from starlette.testclient import TestClient

from clerk_core import AsyncClerk, ConfigurationError, TokenVerificationError
from clerk_core.local import InstanceSettings, LocalClerk, LocalServer, SeededUser
from clerk_core.mcp import ClerkTokenVerifier
from tests.local.oauth.client import registered, signed_in
from tests.support import HOST, publishable_key

MCP = "https://example.com/mcp"


@pytest.fixture(scope="module")
def local() -> Iterator[LocalClerk]:
    settings = InstanceSettings(dynamic_oauth_client_registration=True)
    with LocalClerk(settings=settings) as instance, LocalServer(instance):
        yield instance


@pytest.fixture(scope="module")
def ada(local: LocalClerk) -> SeededUser:
    return local.seed()[0]


def test_jwt_is_verified_for_its_audience(local: LocalClerk, ada: SeededUser) -> None:
    client = registered(local)
    token = client.connect(signed_in(local, ada), resource=MCP)["access_token"]

    async def verify(audience: str | list[str] | None) -> Any:
        options = local.options() | {"audience": audience}
        async with AsyncClerk(**options) as clerk:
            return await ClerkTokenVerifier(clerk).verify_token(token)

    found = asyncio.run(verify(MCP))
    assert (found.subject, found.client_id) == (ada.user_id, client.client_id)
    assert found.scopes == ["openid", "profile", "email", "offline_access"]
    assert found.resource == MCP
    assert found.claims == {"sub": ada.user_id, "iss": local.url}
    assert found.expires_at == jwt.decode(token, options={"verify_signature": False})["exp"]
    assert asyncio.run(verify([f"{MCP}/2", MCP])).resource == MCP
    assert asyncio.run(verify(None)).resource is None
    assert asyncio.run(verify("https://other.example/mcp")) is None


def test_settings_name_the_issuer_as_it_is() -> None:
    # RFC 8414, 3.3: no slash at the end.
    async def settings(**options: Any) -> Any:
        keys: Any = {"publishable_key": publishable_key(), "secret_key": "sk_test_x"}
        async with AsyncClerk(**keys, **options) as clerk:
            return ClerkTokenVerifier(clerk).auth_settings(MCP, ["profile"]).model_dump(mode="json")

    plain = asyncio.run(settings())
    assert plain["issuer_url"] == f"https://{HOST}"
    assert plain["resource_server_url"] == MCP
    assert plain["required_scopes"] == ["profile"]
    assert plain["validate_token_resource"] is False
    assert asyncio.run(settings(audience=MCP))["validate_token_resource"] is True


def test_publishable_key_is_required(clean_environment: None) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_PUBLISHABLE_KEY"):
        ClerkTokenVerifier(AsyncClerk(secret_key="sk_test_x"))


@pytest.mark.parametrize("status", [503, 401])
def test_token_is_not_refused_if_clerk_cannot_be_asked(
    clean_environment: None, status: int
) -> None:
    clerk = AsyncClerk(
        publishable_key=publishable_key(),
        secret_key="sk_test_x",
        transport=httpx.MockTransport(lambda _: httpx.Response(status, json={})),
        retries=0,
    )
    verifier = ClerkTokenVerifier(clerk)
    server = MCPServer("Test", token_verifier=verifier, auth=verifier.auth_settings(MCP))
    headers = {"authorization": "Bearer oat_1", "host": "localhost:8000"}

    with TestClient(server.streamable_http_app(), raise_server_exceptions=False) as client:
        response = client.post("/mcp", headers=headers, json={})

    assert (response.status_code, response.text) == (500, "Internal Server Error")
    with pytest.raises(TokenVerificationError):
        asyncio.run(verifier.verify_token("oat_2"))


def test_verifier_shows_no_secret() -> None:
    clerk = AsyncClerk(publishable_key=publishable_key(), secret_key="sk_test_secret")

    assert "secret" not in repr(ClerkTokenVerifier(clerk))
