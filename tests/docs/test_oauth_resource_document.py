"""The applications of docs/oauth-resource-server.md answer as the document says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from clerk_core.testing._instance import Instance
from tests.docs.examples import OAUTH_RESOURCE, blocks_of_oauth_resource, run

TOKEN = {"authorization": "Bearer oat_1"}


@pytest.fixture
def instance(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Instance]:
    with Instance() as running:
        for name, value in running.options().items():
            monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
        yield running


def client_of(number: int, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    client: FlaskClient = run(blocks_of_oauth_resource()[number], monkeypatch)["app"].test_client()
    return client


def test_api_describes_the_token(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(0, monkeypatch)
    tokens = instance.machines["oauth_applications/access_tokens"]
    tokens |= {"scopes": ["profile"], "expiration": 1_800_000_000_000}

    assert client.post("/mcp", headers=TOKEN).json == {
        "user": "user_9",
        "application": "client_9",
        "scopes": ["profile"],
        "expires_at": 1_800_000_000,
    }


def test_refused_request_gets_the_challenge_of_the_document(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(0, monkeypatch)
    found: Any = client.get("/.well-known/oauth-protected-resource/mcp", base_url="https://a.test")
    refused = client.post("/mcp", headers=TOKEN, base_url="https://example.com")

    assert found.json["resource"] == "https://a.test/mcp"
    assert found.json["scopes_supported"] == ["profile", "email"]
    assert refused.status_code == 403
    challenge = " ".join(OAUTH_RESOURCE.read_text("utf-8").split())
    assert f"WWW-Authenticate: {refused.headers['www-authenticate']}" in challenge


def test_token_for_another_api_is_refused(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(1, monkeypatch)
    tokens = instance.machines["oauth_applications/access_tokens"]
    assert client.get("/", headers=TOKEN).status_code == 401
    tokens["aud"] = ["https://other.example.com"]
    assert client.get("/", headers=TOKEN).status_code == 401

    tokens |= {"aud": ["https://api.example.com"], "act": {"sub": "client_1"}}

    assert client.get("/", headers=TOKEN).json == {
        "audience": ["https://api.example.com"],
        "actor": {"sub": "client_1"},
    }
