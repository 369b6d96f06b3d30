"""All calls of a browser: origins, paths, methods, scripts and errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.local import LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ORIGIN, ClerkJs
from tests.local.local_helpers import Backend


def send(local: LocalClerk, method: str, path: str, *headers: tuple[str, str]) -> HttpResponse:
    return local.handle(HttpRequest(method, f"{local.url}{path}", list(headers)))


def test_environment_describes_the_instance(js: ClerkJs) -> None:
    environment = js.read("GET", "/v1/environment")

    assert environment["auth_config"]["single_session_mode"] is True
    assert environment["display_config"]["instance_environment_type"] == "development"
    assert environment["user_settings"]["attributes"]["email_address"]["enabled"] is True
    assert environment["user_settings"]["sign_up"]["mode"] == "public"
    assert environment["organization_settings"]["enabled"] is True
    assert js.read("PATCH", "/v1/environment") == environment


def test_unknown_development_browser_is_401(js: ClerkJs) -> None:
    js.dev_browser = "dvb_unknown"

    assert js.error("GET", "/v1/client") == (401, "dev_browser_unauthenticated", "")
    assert js.error("POST", "/v1/client/sign_ins") == (401, "dev_browser_unauthenticated", "")


def test_slashes_are_folded(js: ClerkJs, ada: SeededUser) -> None:
    js.sign_in(ada)

    assert js.get("//v1//client/")["sessions"]
    assert js.read("POST", f"/v1/client/sessions//{js.session_id}/tokens/", {})["jwt"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/client/sign_ins/sia_1/nothing"),
        ("GET", "/v1/me/billing/subscription"),
        ("POST", "/v1/organizations/org_1/enterprise_connections"),
        ("GET", "/v1/users"),
        ("DELETE", "/v1/environment"),
    ],
)
def test_call_that_is_not_served_is_404_and_named(
    js: ClerkJs, ada: SeededUser, method: str, path: str
) -> None:
    js.sign_in(ada)

    response = js.send(method, path)

    assert response.status == 404
    (error,) = json.loads(response.content)["errors"]
    assert error["code"] == "not_implemented"
    assert f"{method} {path}" in error["long_message"]


def test_backend_api_ignores_the_method_parameter(backend: Backend, ada: SeededUser) -> None:
    response = backend.call("POST", f"/v1/users/{ada.user_id}?_method=DELETE")

    assert response.status == 404
    assert backend.read("GET", f"/v1/users/{ada.user_id}")["id"] == ada.user_id


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:5000", "https://127.0.0.1", "http://[::1]:3000", "https://localhost:8443"],
)
def test_pages_of_this_machine_may_call(js: ClerkJs, origin: str) -> None:
    js.origin = origin

    for response in (js.send("GET", "/v1/client"), js.send("GET", "/v1/nothing")):
        assert response.headers.get("access-control-allow-origin") == origin
        assert response.headers.get("access-control-allow-credentials") == "true"
        assert response.headers.get("vary") == "Origin"


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost.evil.example",
        "http://localhost@evil.example",
        "null",
        "",
        "file://",
        "chrome-extension://localhost",
    ],
)
def test_pages_of_other_hosts_are_refused(js: ClerkJs, ada: SeededUser, origin: str) -> None:
    js.sign_in(ada)
    js.origin = origin

    for method, path in (
        ("GET", "/v1/client"),
        ("DELETE", "/v1/client/sessions"),
        ("POST", "/v1/dev_browser"),
        ("POST", f"/v1/client/sessions/{js.session_id}/tokens"),
    ):
        response = js.send(method, path)
        assert response.status == 403
        assert b"origin_invalid" in response.content
        assert response.headers.get("access-control-allow-origin") is None
    js.origin = ORIGIN
    assert js.claims()


def test_state_changes_need_the_development_browser(js: ClerkJs, ada: SeededUser) -> None:
    session_id = js.sign_in(ada)
    dev_browser, js.dev_browser = js.dev_browser, ""

    # A page without it may send cookies, but they do not count.
    response = send(
        js.local,
        "POST",
        "/v1/client/sessions?_method=DELETE",
        ("origin", ORIGIN),
        ("cookie", f"__clerk_db_jwt={dev_browser}"),
    )
    assert response.status == 401
    assert js.error("POST", f"/v1/client/sessions/{session_id}/tokens")[0] == 401
    js.dev_browser = dev_browser
    assert js.claims()


def test_allowed_origin_may_call() -> None:
    with LocalClerk(allowed_origins=["https://app.test"]) as local:
        js = ClerkJs(local, "https://app.test").load()
        (ada, _) = local.seed()
        js.sign_in(ada)

        assert js.claims()["azp"] == "https://app.test"
        js.origin = "https://app.test.evil.example"
        assert js.send("GET", "/v1/client").status == 403


def test_preflight_request_is_answered(local: LocalClerk) -> None:
    asked = (
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization,content-type"),
    )
    response = send(local, "OPTIONS", "/api_keys", ("origin", ORIGIN), *asked)
    refused = send(local, "OPTIONS", "/api_keys", ("origin", "https://evil.example"), *asked)

    assert response.status == 204
    assert response.headers.get("access-control-allow-origin") == ORIGIN
    assert "authorization" in (response.headers.get("access-control-allow-headers") or "")
    assert refused.status == 403
    assert refused.headers.get("access-control-allow-origin") is None


def test_backend_api_has_no_cors_headers(local: LocalClerk) -> None:
    key = ("authorization", f"Bearer {local.secret_key}")

    response = send(local, "GET", "/v1/users", ("origin", ORIGIN), key)

    assert response.headers.get("access-control-allow-origin") is None


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    for package in ("clerk-js", "ui", "backend"):
        folder = tmp_path / "node_modules" / "@clerk" / package / "dist"
        folder.mkdir(parents=True)
        (folder / "main.js").write_text(f"// {package}")
        (folder / ".hidden.js").write_text("// hidden")
        (folder / "data.json").write_text("{}")
    (tmp_path / "secret.js").write_text("// secret")
    return tmp_path / "node_modules"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/npm/@clerk/clerk-js@6/dist/main.js", b"// clerk-js"),
        ("/npm/@clerk/ui@1.36.0/dist/main.js", b"// ui"),
        ("/npm/@clerk/ui@^1.2.0-canary.v2/dist/main.js", b"// ui"),
        ("//npm/@clerk/ui@1/dist/main.js", b"// ui"),
    ],
)
def test_scripts_come_from_the_folder(scripts: Path, path: str, content: bytes) -> None:
    with LocalClerk(scripts=scripts) as local:
        response = send(local, "GET", path, ("origin", ORIGIN))

    assert (response.status, response.content) == (200, content)
    assert response.headers.get("content-type") == "text/javascript; charset=utf-8"
    assert response.headers.get("x-content-type-options") == "nosniff"
    assert response.headers.get("access-control-allow-origin") == ORIGIN


@pytest.mark.parametrize(
    "path",
    [
        "/npm/@clerk/ui@1/dist/missing.js",
        "/npm/@clerk/ui@1/dist/.hidden.js",
        "/npm/@clerk/ui@1/dist/data.json",
        "/npm/@clerk/backend@1/dist/main.js",
        "/npm/@clerk/ui@1/dist/../../../../secret.js",
        "/npm/@clerk/ui@1/dist/..%2F..%2F..%2F..%2Fsecret.js",
        "/npm/@clerk/ui@1/dist/%2e%2e/%2e%2e/%2e%2e/%2e%2e/secret.js",
        "/npm/@clerk/ui@1/dist/..%5c..%5csecret.js",
        "/npm/@clerk/ui@1%2F..%2F..%2F../dist/main.js",
        "/npm/@clerk/ui@..%2F../dist/main.js",
        "/npm/@clerk/..%2F..@1/dist/secret.js",
        "/npm/@clerk/ui@1/dist/main.js%00.json",
        "/npm/secret.js",
    ],
)
def test_other_files_are_not_served(scripts: Path, path: str) -> None:
    with LocalClerk(scripts=scripts) as local:
        response = send(local, "GET", path)

    assert response.status == 404
    assert b"secret" not in response.content.replace(path.encode(), b"")


def test_without_a_folder_the_error_says_what_to_do(local: LocalClerk) -> None:
    response = send(local, "GET", "/npm/@clerk/clerk-js@6/dist/clerk.browser.js")

    assert response.status == 404
    assert b"LocalClerk(scripts=" in response.content
