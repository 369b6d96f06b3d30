"""API keys of users and organizations, as the component APIKeys manages them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ORIGIN, ClerkJs, another_browser
from tests.local.local_helpers import Backend, Clock


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings(user_api_keys=True, organization_api_keys=True)


@pytest.fixture
def local(clock: Clock, settings: InstanceSettings) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


def send(js: ClerkJs, method: str, path: str, body: object = None, **query: str) -> HttpResponse:
    """Call as clerk-js does: with JSON, a session token, and no version in the path."""
    parameters = {
        "__clerk_api_version": "2025-11-10",
        "__clerk_db_jwt": js.dev_browser,
        "_clerk_session_id": js.session_id,
        **({"_method": method} if method == "PATCH" else {}),
        **query,
    }
    token = js.read("POST", f"/v1/client/sessions/{js.session_id}/tokens")["jwt"]
    headers = [("authorization", f"Bearer {token}"), ("origin", ORIGIN)]
    content = b"" if body is None else json.dumps(body).encode()
    url = f"{js.local.url}{path}?{urlencode(parameters)}"
    return js.local.handle(HttpRequest("GET" if method == "GET" else "POST", url, headers, content))


def read(response: HttpResponse, status: int = 200) -> Any:
    assert response.status == status, response.content
    return json.loads(response.content)


def test_key_of_a_user_is_created_listed_changed_and_revoked(
    signed_in: ClerkJs, ada: SeededUser, backend: Backend
) -> None:
    body = {"type": "api_key", "name": "Deployment", "subject": ada.user_id}
    created = read(send(signed_in, "POST", "//api_keys", body), 201)
    assert created["created_by"] == created["subject"] == ada.user_id
    verified = backend.read("POST", "/v1/api_keys/verify", {"secret": created["secret"]})
    assert verified["id"] == created["id"]

    listed = send(signed_in, "GET", "/api_keys", subject=ada.user_id, limit="10")
    assert created["secret"].encode() not in listed.content
    (shown,) = read(listed)["data"]
    assert (shown["name"], "secret" in shown) == ("Deployment", False)
    assert read(send(signed_in, "GET", "/api_keys", subject=ada.user_id, query="x"))["data"] == []

    path = f"/api_keys/{created['id']}"
    assert read(send(signed_in, "PATCH", path, {"description": "CI"}))["description"] == "CI"
    assert read(send(signed_in, "POST", f"{path}/revoke", {}))["revoked"] is True
    assert read(send(signed_in, "GET", "/api_keys", subject=ada.user_id))["data"] == []


def test_keys_of_others_stay_unknown(
    signed_in: ClerkJs, ada: SeededUser, grace: SeededUser
) -> None:
    body = {"name": "Deployment", "subject": ada.user_id}
    key = read(send(signed_in, "POST", "/api_keys", body), 201)["id"]
    other = another_browser(signed_in.local, grace)

    for method, path, sent, query in (
        ("GET", "/api_keys", None, {"subject": ada.user_id}),
        ("POST", "/api_keys", body, {}),
        ("PATCH", f"/api_keys/{key}", {"description": "mine"}, {}),
        ("POST", f"/api_keys/{key}/revoke", {}, {}),
    ):
        assert send(other, method, path, sent, **query).status == 404


def test_keys_of_an_organization_need_permissions(
    signed_in: ClerkJs, ada: SeededUser, grace: SeededUser
) -> None:
    body = {"name": "Deployment", "subject": ada.organization_id, "seconds_until_expiration": 60}
    key = read(send(signed_in, "POST", "/api_keys", body), 201)
    assert (key["subject"], key["created_by"]) == (ada.organization_id, ada.user_id)
    assert key["expiration"] == key["created_at"] + 60_000

    member = another_browser(signed_in.local, grace)
    assert send(member, "GET", "/api_keys", subject=ada.organization_id).status == 403
    assert send(member, "POST", f"/api_keys/{key['id']}/revoke", {}).status == 403


def test_invalid_keys_are_refused(signed_in: ClerkJs, ada: SeededUser) -> None:
    for body in (
        {"name": "ab", "subject": ada.user_id},
        {"subject": ada.user_id},
        {"name": "Deployment"},
        {"name": "Deployment", "subject": ada.user_id, "scopes": ["all"]},
        {"name": "Deployment", "subject": ada.user_id, "seconds_until_expiration": -1},
    ):
        assert send(signed_in, "POST", "/api_keys", body).status == 422


@pytest.mark.parametrize("settings", [InstanceSettings()], ids=["off"])
def test_instance_without_api_keys(signed_in: ClerkJs, ada: SeededUser) -> None:
    response = send(signed_in, "GET", "/api_keys", subject=ada.user_id)

    assert response.status == 403
    assert b"api_keys_not_enabled" in response.content


def test_signed_out_browser_has_no_keys(js: ClerkJs, ada: SeededUser) -> None:
    assert js.error("GET", "/api_keys") == (401, "authentication_invalid", "")
