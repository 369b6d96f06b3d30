from __future__ import annotations

import json
import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from clerk_core import Keyring, Request, authenticate, run
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._settings.publishable_key import PublishableKey
from clerk_core._settings.settings import Settings
from clerk_core.errors import ClerkError, ConfigurationError
from clerk_core.local import LocalClerk, SeededUser
from tests.local.local_helpers import Backend, Browser, Clock

if TYPE_CHECKING:
    from jwt.types import Options


def error_of(response: HttpResponse) -> dict[str, Any]:
    payload = json.loads(response.content)
    assert payload["clerk_trace_id"]
    (error,) = payload["errors"]
    assert error["message"]
    assert error["long_message"]
    return {"status": response.status, **error}


def test_options_configure_a_development_instance(local: LocalClerk) -> None:
    settings = Settings(**local.options())

    assert settings.instance is not None
    assert settings.instance.instance_type == "development"
    assert settings.instance.frontend_api.endswith(".clerk.accounts.dev")
    assert settings.secret_key == local.secret_key
    assert settings.secret_key.startswith("sk_test_")
    assert settings.api_url == settings.proxy_url == "http://localhost:4000"
    assert settings.sign_in_url == "http://localhost:4000/sign-in"
    assert settings.sign_up_url is None


def test_publishable_key_is_unpadded_base64_of_the_host(local: LocalClerk) -> None:
    key = PublishableKey.parse(local.publishable_key)

    assert "=" not in local.publishable_key
    assert key.frontend_api.startswith("local-emulator-")


def test_repr_contains_no_secret(local: LocalClerk) -> None:
    text = repr(local)

    assert local.publishable_key in text
    assert local.secret_key not in text


def test_keys_and_users_persist_in_a_file(tmp_path: Path) -> None:
    data = str(tmp_path / "clerk.db")
    with LocalClerk(data) as first:
        before = (first.publishable_key, first.secret_key, first.jwt_key, first.seed())
        token = first.session_token(first.create_session(before[3][0].user_id))

    with LocalClerk(data) as second:
        assert (second.publishable_key, second.secret_key, second.jwt_key, second.seed()) == before
        assert jwt.decode(token, second.jwt_key, ["RS256"])


def test_instances_that_start_concurrently_share_one_file(tmp_path: Path) -> None:
    data = str(tmp_path / "clerk.db")

    def start(_: int) -> tuple[str, str, tuple[SeededUser, ...]]:
        with LocalClerk(data) as local:
            return local.publishable_key, local.jwt_key, local.seed()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(start, range(4)))) == 1


def test_two_instances_have_different_keys(local: LocalClerk) -> None:
    with LocalClerk() as other:
        assert other.publishable_key != local.publishable_key
        assert other.secret_key != local.secret_key
        assert other.jwt_key != local.jwt_key


@pytest.mark.skipif(os.name == "nt", reason="permissions of another kind")
def test_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "clerk.db"
    LocalClerk(str(data)).close()

    assert stat.S_IMODE(data.stat().st_mode) == 0o600


def test_file_that_is_not_a_database_is_rejected(tmp_path: Path) -> None:
    data = tmp_path / "notes.txt"
    data.write_text("not a database at all, but long enough to be looked at\n" * 100)

    with pytest.raises(ConfigurationError, match=r"notes\.txt") as rejected:
        LocalClerk(str(data))

    assert rejected.value.code == "local-data-unusable"
    assert data.read_text().startswith("not a database")


def test_database_of_another_program_is_rejected(tmp_path: Path) -> None:
    data = tmp_path / "other.db"
    other = sqlite3.connect(data)
    other.execute("CREATE TABLE users (id TEXT)")
    other.close()

    with pytest.raises(ConfigurationError, match="another program"):
        LocalClerk(str(data))


def test_missing_folder_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere"):
        LocalClerk(str(tmp_path / "nowhere" / "clerk.db"))


def test_file_with_a_key_that_is_not_rsa_is_rejected(tmp_path: Path) -> None:
    data = tmp_path / "clerk.db"
    LocalClerk(str(data)).close()
    ed25519 = (
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
        "-----END PRIVATE KEY-----\n"
    )
    other = sqlite3.connect(data)
    other.execute("UPDATE secrets SET value = ? WHERE name = 'private_key'", (ed25519,))
    other.commit()
    other.close()

    with pytest.raises(TypeError, match="not an RSA key"):
        LocalClerk(str(data))


def test_seeding_again_changes_nothing(local: LocalClerk, backend: Backend) -> None:
    first = local.seed()

    assert local.seed() == first
    assert backend.read("GET", "/v1/users/count")["total_count"] == 2


def test_seeding_restores_a_deleted_user_and_a_changed_password(
    local: LocalClerk, backend: Backend, browser: Browser, ada: SeededUser, grace: SeededUser
) -> None:
    backend.read("DELETE", f"/v1/users/{ada.user_id}")
    backend.read("PATCH", f"/v1/users/{grace.user_id}", {"password": "something-else"})

    new_ada, new_grace = local.seed()

    assert new_ada.user_id != ada.user_id
    assert new_grace == grace
    assert browser.sign_in(grace).status == 303


def test_repr_of_a_seeded_user_omits_the_password(ada: SeededUser) -> None:
    assert ada.password not in repr(ada)


def test_unknown_secret_key_is_rejected(local: LocalClerk) -> None:
    headers = [("authorization", "Bearer sk_test_of_somebody_else")]
    response = local.handle(HttpRequest("GET", f"{local.url}/v1/users", headers))

    assert error_of(response)["status"] == 401
    assert error_of(response)["code"] == "clerk_key_invalid"
    assert b"somebody_else" not in response.content


def test_backend_api_requires_a_secret_key(local: LocalClerk) -> None:
    for authorization in ("", "Basic abc", "Bearer token"):
        headers = [("authorization", authorization)]
        response = local.handle(HttpRequest("GET", f"{local.url}/v1/users", headers))

        assert error_of(response)["code"] == "authorization_header_format_invalid"
        assert response.status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/role_sets"),
        ("PUT", "/v1/users/user_1/email_address"),
        ("POST", "/v1/role_sets"),
        ("GET", "/api_keys/ak_1/nothing"),
        ("GET", "/v1/"),
    ],
)
def test_unsupported_backend_api_operation_is_named(
    backend: Backend, method: str, path: str
) -> None:
    error = error_of(backend.call(method, path, {}))

    assert error["status"] == 404
    assert error["code"] == "not_implemented"
    assert f"{method} {path}" in error["long_message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/client/sync"),
        ("POST", "/v1/client/sign_ins/sia_1/elsewhere"),
        ("GET", "/npm/@clerk/nextjs@6/package.json"),
        ("GET", "/.well-known/assetlinks.json"),
    ],
)
def test_unsupported_frontend_api_operation_is_named(
    local: LocalClerk, method: str, path: str
) -> None:
    error = error_of(local.handle(HttpRequest(method, f"{local.url}{path}")))

    assert error["status"] == 404
    assert f"{method} {path}" in error["long_message"]


def test_session_token_is_created_without_a_browser(
    local: LocalClerk, clock: Clock, ada: SeededUser
) -> None:
    session_id = local.create_session(ada.user_id)
    options: Options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}

    token = local.session_token(session_id, expires_in_seconds=-5)

    claims = jwt.decode(token, local.jwt_key, ["RS256"], options=options)
    assert claims["sid"] == session_id
    assert claims["exp"] == int(clock.now) - 5


def test_template_token_is_created_without_a_browser(local: LocalClerk, ada: SeededUser) -> None:
    token = local.session_token(local.create_session(ada.user_id), template="supabase")

    assert jwt.decode(token, options={"verify_signature": False})["email"] == "ada@example.com"


@pytest.mark.parametrize("template", [None, "supabase"])
@pytest.mark.parametrize(
    ("given", "party"),
    [({}, "http://localhost"), ({"authorized_party": "https://a.example"}, "https://a.example")],
)
def test_session_token_has_the_authorized_party(
    local: LocalClerk, ada: SeededUser, template: str | None, given: Any, party: str
) -> None:
    token = local.session_token(local.create_session(ada.user_id), template=template, **given)

    assert jwt.decode(token, options={"verify_signature": False})["azp"] == party


def test_session_token_has_the_origin_of_the_last_refresh(
    local: LocalClerk, backend: Backend, ada: SeededUser
) -> None:
    session_id = local.create_session(ada.user_id)
    backend.read(
        "POST",
        f"/v1/sessions/{session_id}/refresh",
        {
            "expired_token": local.session_token(session_id, expires_in_seconds=-60),
            "refresh_token": local.refresh_token(session_id),
            "request_origin": "https://app.example",
            "request_headers": {},
            "format": "token",
        },
    )

    token = local.session_token(session_id)

    assert jwt.decode(token, options={"verify_signature": False})["azp"] == "https://app.example"


def test_session_token_is_accepted_by_authorized_parties(
    clock: Clock, ada: SeededUser, local: LocalClerk
) -> None:
    token = local.session_token(local.create_session(ada.user_id))
    bearer = ("Authorization", f"Bearer {token}")
    request = Request("GET", "http://localhost/", [bearer])

    def decide(**options: Any) -> bool:
        settings = Settings(**local.options(), **options)
        flow = authenticate(request, settings, now=clock.now, keyring=Keyring())
        return run(flow, local.handle).is_authenticated

    assert decide(authorized_parties=["http://localhost"])
    assert not decide(authorized_parties=["https://other.example"])


def test_unknown_ids_raise_clerk_error(
    local: LocalClerk, backend: Backend, ada: SeededUser
) -> None:
    session_id = local.create_session(ada.user_id)
    backend.read("POST", f"/v1/sessions/{session_id}/revoke")

    with pytest.raises(ClerkError, match="user_unknown"):
        local.create_session("user_unknown")
    with pytest.raises(ClerkError, match="org_nowhere"):
        local.create_session(ada.user_id, "org_nowhere")
    with pytest.raises(ClerkError, match=session_id) as rejected:
        local.session_token(session_id)
    assert rejected.value.code == "resource-not-found"
    with pytest.raises(ClerkError, match="nothing"):
        local.session_token(local.create_session(ada.user_id), template="nothing")


def test_failed_request_changes_nothing(local: LocalClerk, backend: Backend) -> None:
    local.seed()
    body = {"email_address": ["new@example.com", "ada@example.com"], "first_name": "New"}

    assert backend.error("POST", "/v1/users", body)[0] == 422
    assert backend.read("GET", "/v1/users/count")["total_count"] == 2


@pytest.mark.parametrize("version", [1, 2, 99])
def test_file_of_another_version_is_rejected(tmp_path: Path, version: int) -> None:
    data = tmp_path / "clerk.db"
    LocalClerk(str(data)).close()
    other = sqlite3.connect(data)
    other.execute(f"PRAGMA user_version = {version}")
    other.close()

    with pytest.raises(ConfigurationError, match=r"another version.*delete"):
        LocalClerk(str(data))


def test_file_of_the_oldest_version_is_upgraded_and_keeps_its_users(tmp_path: Path) -> None:
    data = tmp_path / "clerk.db"
    old = sqlite3.connect(data)
    schema = resources.files("clerk_core.local._storage") / "schema" / "3.sql"
    old.executescript(f"{schema.read_text('utf-8')}; PRAGMA user_version = 3")
    old.execute(
        "INSERT INTO users (id, first_name, public_metadata, private_metadata, unsafe_metadata, "
        "banned, created_at, updated_at) VALUES ('user_1', 'Ada', '{}', '{}', '{}', 'false', 1, 1)"
    )
    old.commit()
    old.close()

    for _ in range(2):
        with LocalClerk(str(data)) as local:
            user = Backend(local).read("GET", "/v1/users/user_1")
            assert (user["first_name"], user["phone_numbers"]) == ("Ada", [])
            assert user["two_factor_enabled"] is False
            local.seed()


def test_default_roles_of_a_file_without_system_permissions_get_them(tmp_path: Path) -> None:
    data = str(tmp_path / "clerk.db")
    with LocalClerk(data) as local:
        role = Backend(local).read("GET", "/v1/organization_roles?query=org:member")["data"][0]
        path = f"/v1/organization_roles/{role['id']}"
        Backend(local).read("PATCH", path, {"permissions": []})
    other = sqlite3.connect(data)
    other.execute("DELETE FROM permissions WHERE key LIKE 'org:sys%'")
    other.commit()
    other.close()

    for change in ([], ["ignored"]):
        with LocalClerk(data) as local:
            found = Backend(local).read("GET", path)["permissions"]
            assert [one["key"] for one in found] == ([] if change else ["org:sys_memberships:read"])
            Backend(local).read("PATCH", path, {"permissions": []})
