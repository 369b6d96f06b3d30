"""Every Python example of the README runs unchanged against the local instance."""

from __future__ import annotations

import ast
import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from clerk_core import AsyncInstallOptions, InstallOptions
from clerk_core._api.operation import Operation
from clerk_core._settings.options import OPTIONS
from clerk_core.local import LocalClerk, LocalServer, SeededUser
from clerk_core.testing._tokens import PAGE
from clerk_core.testing.contract import AsgiSite, Site, WsgiSite
from docs.extensions.operations import methods, resources
from tests.adapters.aiohttp_site import AiohttpSite
from tests.docs.examples import (
    EXAMPLES,
    FLASK_IN_FULL,
    FRAMEWORKS,
    LOCAL_INSTANCE,
    OTHERS,
    README,
    example,
    flask_in_full,
    local_instance,
    run,
)

WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"the secret of the endpoint").decode()


SITES: dict[str, Callable[[Any], Site]] = {
    "flask": lambda app: WsgiSite(app, app.extensions["clerk"].close),
    "wsgi": lambda app: WsgiSite(app, app.close),
    "starlette": AsgiSite,
    "fastapi": AsgiSite,
    "litestar": AsgiSite,
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


def test_readme_has_no_untested_examples() -> None:
    assert len(EXAMPLES) == len(FLASK_IN_FULL) + len(FRAMEWORKS) + len(OTHERS)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_framework_example_admits_only_signed_in_users(
    framework: str,
    environment: None,
    signed_in: dict[str, str],
    ada: SeededUser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = run(example(FRAMEWORKS[framework]), monkeypatch)
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
def test_readme_example_is_part_of_the_example_application(framework: str) -> None:
    application = (README.parent / "examples" / f"{framework}_app.py").read_text("utf-8")
    shown = functions(example(FRAMEWORKS[framework]))

    assert shown
    assert shown.items() <= functions(application).items()


def test_flask_example_is_part_of_the_example_application() -> None:
    application = (README.parent / "examples" / "flask_app.py").read_text("utf-8")
    shown = functions(example(FLASK_IN_FULL[0]))

    assert list(shown) == ["me", "external", "profile", "rename"]
    assert shown.items() <= functions(application).items()


def functions(code: str) -> dict[str, str]:
    """Return the source of each function of a module by name."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.name: ast.unparse(node) for node in ast.parse(code).body if isinstance(node, kinds)
    }


def test_flask_example_protects_an_endpoint(
    client: FlaskClient, signed_in: dict[str, str], ada: SeededUser
) -> None:
    assert client.get("/api/me").status_code == 401
    assert client.get("/api/me", headers=signed_in).json == {"userId": ada.user_id}


def test_flask_example_gets_a_token_for_an_external_service(
    client: FlaskClient, signed_in: dict[str, str]
) -> None:
    assert client.get("/api/external").status_code == 401
    assert client.get("/api/external", headers=signed_in).json == {
        "authorization": "Bearer eyJhbGciOiJSUzI1NiIs…"
    }


def test_flask_example_returns_the_current_user(
    client: FlaskClient, signed_in: dict[str, str], ada: SeededUser
) -> None:
    assert client.get("/api/profile").status_code == 401
    profile = client.get("/api/profile", headers=signed_in).json
    assert profile is not None
    assert profile["user"]["id"] == ada.user_id
    assert "private_metadata" not in profile["user"]


def test_flask_example_updates_the_user(client: FlaskClient, signed_in: dict[str, str]) -> None:
    assert client.post("/api/rename").status_code == 401
    renamed = client.post("/api/rename", headers=signed_in).json
    assert renamed is not None
    user = renamed["user"]
    assert (user["first_name"], user["last_name"]) == ("Clerk", "Cookie")


def test_sign_out_example_ends_the_session(client: FlaskClient, signed_in: dict[str, str]) -> None:
    assert client.post("/sign-out", headers={"origin": "https://evil.example"}).status_code == 403
    answer = client.post("/sign-out", headers=signed_in)
    assert (answer.status_code, answer.headers["location"]) == (303, "http://localhost/")
    cookies = [name.partition("=")[0] for name in answer.headers.getlist("set-cookie")]
    assert "__session" in cookies


def test_machine_example_returns_user_and_token_type(
    client: FlaskClient, signed_in: dict[str, str], ada: SeededUser
) -> None:
    assert client.post("/api/report").status_code == 401
    answer = client.post("/api/report", headers=signed_in).json
    assert answer == {"userId": ada.user_id, "by": "session_token"}


def test_webhook_example_accepts_only_bodies_signed_by_clerk(
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


def test_testing_example_runs() -> None:
    exec(example(OTHERS["testing"]), {})


def test_backend_api_example_runs(
    environment: None, ada: SeededUser, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(example(OTHERS["backend_api"]), {})

    created, *listed, refused = capsys.readouterr().out.splitlines()
    assert created.startswith("mary@example.com 2")
    assert len(listed) >= 2
    assert any(ada.user_id in line for line in listed)
    assert any("'public_metadata': {'plan': 'pro'}" in line for line in listed)
    assert refused.startswith("resource_not_found Clerk answered 404 to GET /users/")


def test_readme_states_the_number_of_operations() -> None:
    kinds = [kind for _, kind in resources()]
    declared = [one for kind in kinds for _, one in methods(kind) if isinstance(one, Operation)]

    assert f"all {len(declared)} operations" in README.read_text("utf-8")


def test_custom_server_example_runs() -> None:
    exec(example(OTHERS["custom_server"]), {})


def test_local_instance_example_passes() -> None:
    names: dict[str, Any] = {"__name__": "local_instance"}
    exec(local_instance(), names)
    names["test_me"]()


def test_local_instance_page_names_existing_functions() -> None:
    called = re.findall(r"`local\.(\w+)\(", LOCAL_INSTANCE.read_text("utf-8"))

    assert called
    assert [name for name in called if not hasattr(LocalClerk, name)] == []


def test_readme_lists_every_option_with_its_variable() -> None:
    section = README.read_text("utf-8").partition("## Options")[2].partition("\n## ")[0]
    listed: dict[str, str | None] = {}
    for options, variables in re.findall(r"^\| (`.*?) \| (.*?) ?\|", section, re.MULTILINE):
        names = re.findall(r"`(\w+)`", options)
        listed |= zip_longest(names, re.findall(r"`(\w+)`", variables))

    every = {**InstallOptions.__annotations__, **AsyncInstallOptions.__annotations__}
    assert listed == {
        name: f"CLERK_{name.upper()}" if name in OPTIONS and OPTIONS[name].has_variable else None
        for name in every
    }
