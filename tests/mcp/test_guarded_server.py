"""The official MCP client finds Clerk from what the middleware and its guard answer.

The server verifies no tokens itself: `AsgiMiddleware` has the option `oauth_resource`, and
`RequireAuth` admits OAuth tokens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from typing import Any

import httpx
import pytest
from mcp.server import MCPServer

from clerk_core.asgi import AsgiMiddleware, Receive, RequireAuth, Scope, Send
from clerk_core.local import InstanceSettings, LocalClerk, LocalServer, SeededUser
from tests.adapters.servers import running_uvicorn
from tests.mcp.site import Agent


@pytest.fixture(scope="module")
def local() -> Iterator[LocalClerk]:
    settings = InstanceSettings(
        dynamic_oauth_client_registration=True, oauth_jwt_access_tokens=False
    )
    with LocalClerk(settings=settings) as instance, LocalServer(instance):
        yield instance


@pytest.fixture(scope="module")
def person(local: LocalClerk) -> SeededUser:
    return local.seed()[0]


@contextmanager
def serving(local: LocalClerk, resource: str) -> Iterator[str]:
    server = MCPServer("Guarded")

    @server.tool()
    def greet() -> str:
        """Return a greeting."""
        return "Hello."

    inner = server.streamable_http_app()
    guarded = RequireAuth(inner, accepts_token="oauth_token", scopes=["profile"])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (inner if scope["type"] == "lifespan" else guarded)(scope, receive, send)

    with socket() as bound:
        bound.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{bound.getsockname()[1]}"
        given: Any = {**local.options(), "oauth_resource": resource, "oauth_scopes": "profile"}
        with running_uvicorn(AsgiMiddleware(app, **given), bound):
            yield f"{origin}/mcp"


# `/` is the whole application, in which the client looks for a resource that contains its URL.
@pytest.mark.parametrize(("resource", "suffix"), [("/mcp", "/mcp"), ("/", "")])
def test_official_client_finds_everything_from_the_first_refusal(
    local: LocalClerk, person: SeededUser, resource: str, suffix: str
) -> None:
    with serving(local, resource) as url:
        agent = Agent(url, person)

        assert asyncio.run(agent.call("greet")) == "Hello."

    assert agent.calls[:6] == [
        "POST /mcp 401",
        f"GET /.well-known/oauth-protected-resource{suffix} 200",
        "GET /.well-known/oauth-authorization-server 200",
        "POST /oauth/register 201",
        "POST /oauth/token 200",
        "POST /mcp 200",
    ]
    assert agent.storage.tokens is not None
    assert (agent.storage.tokens.scope or "").split()[0] == "profile"


def test_client_of_the_first_specification_finds_the_authorization_server_at_the_resource(
    local: LocalClerk,
) -> None:
    # https://modelcontextprotocol.io/specification/2025-03-26/basic/authorization
    with serving(local, "/mcp") as url:
        origin = url.removesuffix("/mcp")
        metadata = httpx.get(f"{origin}/.well-known/oauth-authorization-server")

    assert metadata.json()["issuer"] == local.url
    assert metadata.json()["registration_endpoint"].startswith(local.url)
    assert metadata.headers["access-control-allow-origin"] == "*"
