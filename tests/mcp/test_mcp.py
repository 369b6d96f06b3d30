"""The official MCP client connects to the example by the OAuth flow of the specification.

https://modelcontextprotocol.io/specification/draft/basic/authorization
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from clerk_core.local import InstanceSettings, LocalClerk, LocalServer, SeededUser
from tests.local.local_helpers import Clock
from tests.local.oauth.client import Client as OAuthClient
from tests.local.oauth.client import registered, signed_in
from tests.mcp.site import EXAMPLE, Agent, serving

DAY = 24 * 60 * 60


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def local(clock: Clock) -> Iterator[LocalClerk]:
    settings = InstanceSettings(
        dynamic_oauth_client_registration=True, oauth_jwt_access_tokens=False
    )
    with LocalClerk(settings=settings, clock=clock) as instance, LocalServer(instance):
        yield instance


@pytest.fixture(scope="module")
def people(local: LocalClerk) -> tuple[SeededUser, ...]:
    return local.seed()


@pytest.fixture(scope="module")
def url(local: LocalClerk) -> Iterator[str]:
    with serving(EXAMPLE, local) as found:
        yield found


@pytest.fixture
def ada(url: str, people: tuple[SeededUser, ...]) -> Agent:
    return Agent(url, people[0])


@pytest.fixture
def grace(url: str, people: tuple[SeededUser, ...]) -> Agent:
    return Agent(url, people[1])


def test_client_finds_everything_from_the_first_refusal(ada: Agent) -> None:
    assert asyncio.run(ada.call("who_am_i")) == "Ada Lovelace"

    # RFC 9728, RFC 8414, RFC 7591; the user allows access in between.
    assert ada.calls[:6] == [
        "POST /mcp 401",
        "GET /.well-known/oauth-protected-resource/mcp 200",
        "GET /.well-known/oauth-authorization-server 200",
        "POST /oauth/register 201",
        "POST /oauth/token 200",
        "POST /mcp 200",
    ]
    assert ada.storage.tokens is not None
    assert ada.storage.tokens.scope == "profile offline_access"


def test_two_users_have_their_own_data(ada: Agent, grace: Agent) -> None:
    async def both() -> list[object]:
        await asyncio.gather(
            ada.call("add_note", text="of Ada"), grace.call("add_note", text="of Grace")
        )
        return list(await asyncio.gather(ada.call("list_notes"), grace.call("list_notes")))

    assert asyncio.run(both()) == [["of Ada"], ["of Grace"]]


def test_expired_token_is_renewed_without_the_user(ada: Agent, clock: Clock) -> None:
    asyncio.run(ada.call("who_am_i"))
    before = ada.storage.tokens
    assert before is not None
    clock.now += DAY
    assert initialize(ada.url, before.access_token).status_code == 401
    ada.may_ask = False
    # By the clock of the client, too.
    ada.oauth.context.token_expiry_time = 1.0
    ada.calls.clear()

    assert asyncio.run(ada.call("who_am_i")) == "Ada Lovelace"

    assert ada.calls[0] == "POST /oauth/token 200"
    assert ada.storage.tokens is not None
    assert ada.storage.tokens.access_token != before.access_token
    assert ada.storage.tokens.refresh_token != before.refresh_token


def test_revoked_token_is_refused_at_once(local: LocalClerk, ada: Agent) -> None:
    asyncio.run(ada.call("who_am_i"))
    assert ada.storage.client_info is not None
    assert ada.storage.tokens is not None
    client = OAuthClient(local, ada.storage.client_info.client_id)
    client.post("/oauth/token/revoke", {"token": ada.storage.tokens.access_token})

    response = initialize(ada.url, ada.storage.tokens.access_token)

    assert response.status_code == 401


def initialize(url: str, token: str | None, session: str | None = None) -> httpx.Response:
    headers = {"accept": "application/json, text/event-stream"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    if session is not None:
        headers["mcp-session-id"] = session
    method = "initialize" if session is None else "tools/list"
    parameters = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    message = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": method,
        "params": parameters if session is None else {},
    }
    return httpx.post(url, headers=headers, json=message)


def token_of(local: LocalClerk, person: SeededUser, url: str, scope: str = "profile") -> str:
    browser = signed_in(local, person)
    return str(registered(local).connect(browser, resource=url, scope=scope)["access_token"])


def test_only_tokens_for_this_server_are_accepted(
    local: LocalClerk, url: str, people: tuple[SeededUser, ...]
) -> None:
    person = people[0]
    session_token = local.session_token(local.create_session(person.user_id))
    # RFC 8707: a token for another server, and one for any.
    elsewhere = token_of(local, person, "https://other.example/mcp")
    anywhere = local.oauth_token(person.user_id, scopes=["profile"])
    for token in (None, "oat_unknown", "nonsense", session_token, elsewhere, anywhere):
        response = initialize(url, token)
        assert response.status_code == 401, token
        challenge = response.headers["www-authenticate"]
        assert 'resource_metadata="http://127.0.0.1' in challenge
        assert token is None or token not in response.text + challenge
    assert initialize(url, token_of(local, person, url)).status_code == 200


def test_missing_scope_is_forbidden(
    local: LocalClerk, url: str, people: tuple[SeededUser, ...]
) -> None:
    response = initialize(url, token_of(local, people[0], url, scope="email"))

    assert response.status_code == 403
    assert 'error="insufficient_scope"' in response.headers["www-authenticate"]


def test_session_of_another_user_is_not_found(
    local: LocalClerk, url: str, people: tuple[SeededUser, ...]
) -> None:
    client = registered(local)
    tokens = [
        client.connect(signed_in(local, person), resource=url, scope="profile")["access_token"]
        for person in people[:2]
    ]
    session = initialize(url, tokens[0]).headers["mcp-session-id"]

    assert initialize(url, tokens[0], session).status_code == 200
    assert initialize(url, tokens[1], session).status_code == 404
