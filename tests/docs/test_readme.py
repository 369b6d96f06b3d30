"""Every Python example of the README runs as it stands, against the local instance."""

from __future__ import annotations

import ast
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from clerk_core._api.operation import Operation
from clerk_core.local import LocalClerk, LocalServer, SeededUser
from clerk_core.testing import AsgiSite, Site, WsgiSite
from clerk_core.testing._tokens import PAGE
from tests.adapters.aiohttp_site import AiohttpSite
from tests.docs.examples import (
    EXAMPLES,
    FLASK_IN_FULL,
    FRAMEWORKS,
    OTHERS,
    README,
    example,
    flask_in_full,
)
from tests.docs.reference import methods, resources

WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"the secret of the endpoint").decode()


SITES: dict[str, Callable[[Any], Site]] = {
    "flask": lambda app: WsgiSite(app, app.extensions["clerk"].close),
    "wsgi": lambda app: WsgiSite(app, app.close),
    "starlette": AsgiSite,
    "fastapi": AsgiSite,
    "quart": AsgiSite,
    "asgi": AsgiSite,
    "aiohttp": AiohttpSite,
}


@pytest.fixture
def local() -> Iterator[LocalClerk]:
    with LocalClerk() as local, LocalServer(local):
        yield local


@pytest.fixture
def ada(local: LocalClerk) -> SeededUser:
    return local.seed()[0]


@pytest.fixture
def environment(local: LocalClerk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in local.options().items():
        monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
    monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", WEBHOOK_SECRET)


@pytest.fixture
def client(environment: None) -> FlaskClient:
    names: dict[str, object] = {"__name__": "readme"}
    exec(flask_in_full(), names)
    app = names["app"]
    assert isinstance(app, Flask)
    return app.test_client()


@pytest.fixture
def signed_in(local: LocalClerk, ada: SeededUser) -> dict[str, str]:
    token = local.session_token(local.create_session(ada.user_id))
    return {"authorization": f"Bearer {token}"}


def test_there_are_no_other_examples() -> None:
    assert len(EXAMPLES) == len(FLASK_IN_FULL) + len(FRAMEWORKS) + len(OTHERS)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_example_of_each_framework_lets_signed_in_users_in_and_nobody_else(
    framework: str, environment: None, signed_in: dict[str, str], ada: SeededUser
) -> None:
    names: dict[str, Any] = {"__name__": f"readme_{framework}"}
    exec(example(FRAMEWORKS[framework]), names)
    site = SITES[framework](names["app"])
    try:
        assert site.visit("/api/me").status == 401
        answer = site.visit("/api/me", *signed_in.items())
        assert (answer.status, answer.json()) == (200, {"userId": ada.user_id})
        person = site.visit("/api/me", PAGE)
        assert person.status == 307
        assert "/v1/client/handshake" in person.header("location")
    finally:
        site.close()


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_what_the_readme_shows_is_what_the_example_application_does(framework: str) -> None:
    application = (README.parent / "examples" / f"{framework}_app.py").read_text("utf-8")
    shown = functions(example(FRAMEWORKS[framework]))

    assert shown
    assert shown.items() <= functions(application).items()


def test_the_four_things_in_flask_are_what_the_example_application_does() -> None:
    application = (README.parent / "examples" / "flask_app.py").read_text("utf-8")
    shown = functions(example(FLASK_IN_FULL[0]))

    assert list(shown) == ["me", "external", "profile", "rename"]
    assert shown.items() <= functions(application).items()


def functions(code: str) -> dict[str, str]:
    """The functions of a module by their names, each as its code."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.name: ast.unparse(node) for node in ast.parse(code).body if isinstance(node, kinds)
    }


def test_the_flask_example_protects_an_endpoint(
    client: FlaskClient, signed_in: dict[str, str], ada: SeededUser
) -> None:
    assert client.get("/api/me").status_code == 401
    assert client.get("/api/me", headers=signed_in).json == {"userId": ada.user_id}


def test_the_flask_example_gets_a_token_for_an_outside_service(
    client: FlaskClient, signed_in: dict[str, str]
) -> None:
    assert client.get("/api/external").status_code == 401
    assert client.get("/api/external", headers=signed_in).json == {
        "authorization": "Bearer eyJhbGciOiJSUzI1NiIs…"
    }


def test_the_flask_example_knows_the_current_user(
    client: FlaskClient, signed_in: dict[str, str], ada: SeededUser
) -> None:
    assert client.get("/api/profile").status_code == 401
    profile = client.get("/api/profile", headers=signed_in).json
    assert profile is not None
    assert profile["user"]["id"] == ada.user_id
    assert "private_metadata" not in profile["user"]


def test_the_flask_example_changes_the_user(client: FlaskClient, signed_in: dict[str, str]) -> None:
    assert client.post("/api/rename").status_code == 401
    renamed = client.post("/api/rename", headers=signed_in).json
    assert renamed is not None
    user = renamed["user"]
    assert (user["first_name"], user["last_name"]) == ("Clerk", "Cookie")


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
    exec(example(OTHERS["testing"]), {})


def test_the_example_of_the_backend_api_creates_lists_and_meets_an_error(
    environment: None, ada: SeededUser, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(example(OTHERS["backend_api"]), {})

    created, *listed, refused = capsys.readouterr().out.splitlines()
    assert created.startswith("mary@example.com 2")
    assert len(listed) >= 2
    assert any(ada.user_id in line for line in listed)
    assert any("'public_metadata': {'plan': 'pro'}" in line for line in listed)
    assert refused.startswith("resource_not_found Clerk answered 404 to GET /users/")


def test_the_number_of_operations_is_as_is_said() -> None:
    kinds = [kind for _, kind in resources()]
    declared = [one for kind in kinds for _, one in methods(kind) if isinstance(one, Operation)]

    assert f"all {len(declared)} operations" in README.read_text("utf-8")


def test_the_example_for_custom_servers_holds() -> None:
    exec(example(OTHERS["custom_server"]), {})
