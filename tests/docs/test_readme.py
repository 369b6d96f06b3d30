"""Every Python example of the README runs as it stands, against the local instance."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from clerk_core.local import LocalClerk, LocalServer, SeededUser

WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"the secret of the endpoint").decode()
README = Path(__file__).parents[2] / "README.md"
EXAMPLES: list[str] = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def example(containing: str) -> str:
    (found,) = [code for code in EXAMPLES if containing in code]
    return found


@pytest.fixture
def local() -> Iterator[LocalClerk]:
    with LocalClerk() as local, LocalServer(local):
        yield local


@pytest.fixture
def ada(local: LocalClerk) -> SeededUser:
    return local.seed()[0]


@pytest.fixture
def client(local: LocalClerk, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    for name, value in local.options().items():
        monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
    monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", WEBHOOK_SECRET)
    names: dict[str, object] = {"__name__": "readme"}
    for code in ("Clerk(app)", "accepts_token=", "verify_webhook("):
        exec(example(code), names)
    app = names["app"]
    assert isinstance(app, Flask)
    return app.test_client()


@pytest.fixture
def signed_in(local: LocalClerk, ada: SeededUser) -> dict[str, str]:
    token = local.session_token(local.create_session(ada.user_id))
    return {"authorization": f"Bearer {token}"}


def test_there_are_no_other_examples() -> None:
    assert len(EXAMPLES) == 5


def test_the_flask_example_protects_an_endpoint(
    client: FlaskClient, signed_in: dict[str, str], ada: SeededUser
) -> None:
    assert client.get("/api/me").status_code == 401
    assert client.get("/api/me", headers=signed_in).json == {"userId": ada.user_id}


def test_the_flask_example_gets_a_token_for_an_outside_service(
    client: FlaskClient, signed_in: dict[str, str]
) -> None:
    assert client.get("/api/external").status_code == 401
    assert client.get("/api/external", headers=signed_in).json == {"authorization": "Bearer eyJ…"}


def test_the_flask_example_knows_the_current_user(
    client: FlaskClient, signed_in: dict[str, str], ada: SeededUser
) -> None:
    assert client.get("/api/profile").status_code == 401
    profile = client.get("/api/profile", headers=signed_in).json
    assert profile is not None
    assert profile["id"] == ada.user_id
    assert "private_metadata" not in profile


def test_the_flask_example_changes_the_user(client: FlaskClient, signed_in: dict[str, str]) -> None:
    assert client.post("/api/rename").status_code == 401
    renamed = client.post("/api/rename", headers=signed_in).json
    assert renamed is not None
    assert (renamed["first_name"], renamed["last_name"]) == ("Clerk", "Cookie")


def test_the_example_for_programs_says_who_asks_and_how(
    client: FlaskClient, signed_in: dict[str, str], ada: SeededUser
) -> None:
    assert client.post("/api/report").status_code == 401
    answer = client.post("/api/report", headers=signed_in).json
    assert answer == {"userId": ada.user_id, "by": "session_token"}


def test_the_webhook_example_takes_in_what_clerk_signed_and_nothing_else(
    client: FlaskClient,
) -> None:
    body = json.dumps({"type": "user.created", "object": "event", "data": {"id": "user_1"}})
    sent_at = str(int(time.time()))
    key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
    signed = hmac.new(key, f"msg_1.{sent_at}.{body}".encode(), hashlib.sha256).digest()
    headers = {
        "svix-id": "msg_1",
        "svix-timestamp": sent_at,
        "svix-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
    assert client.post("/webhooks/clerk", data=body, headers=headers).json == {
        "received": "user.created"
    }
    assert client.post("/webhooks/clerk", data=body + " ", headers=headers).status_code == 400


def test_the_testing_example_holds() -> None:
    exec(example("clerk.authenticate(request)"), {})


def test_the_example_for_custom_servers_holds() -> None:
    exec(example("keep one: it remembers the keys"), {})
