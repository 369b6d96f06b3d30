from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from jwt import PyJWKSet

from clerk_core.local import LocalClerk, SeededUser
from tests.local.local_helpers import Backend, Browser, Clock, dev_browser_of

if TYPE_CHECKING:
    from jwt.types import Options

WEEK = 7 * 24 * 60 * 60


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def permissions_of(claims: dict[str, Any]) -> set[str]:
    """Return the permissions that the bitmap encodes."""
    features = [item.removeprefix("o:") for item in claims["fea"].split(",")]
    actions = claims["o"]["per"].split(",")
    return {
        f"org:{feature}:{action}"
        for feature, bits in zip(features, claims["o"]["fpm"].split(","), strict=True)
        for position, action in enumerate(actions)
        if int(bits) >> position & 1
    }


def test_session_is_created_and_read(backend: Backend, clock: Clock, ada: SeededUser) -> None:
    session = backend.read("POST", "/v1/sessions", {"user_id": ada.user_id})

    assert session["object"] == "session"
    assert session["user_id"] == ada.user_id
    assert session["status"] == "active"
    assert session["client_id"].startswith("client_")
    assert session["last_active_organization_id"] is None
    assert session["created_at"] == int(clock.now * 1000)
    assert session["expire_at"] == session["created_at"] + WEEK * 1000
    assert backend.read("GET", f"/v1/sessions/{session['id']}") == session


def test_session_can_start_with_an_active_organization(backend: Backend, ada: SeededUser) -> None:
    for name in (ada.organization_id, "analytical-engines"):
        body = {"user_id": ada.user_id, "active_organization_id": name}
        session = backend.read("POST", "/v1/sessions", body)

        assert session["last_active_organization_id"] == ada.organization_id


def test_session_for_an_unknown_user_or_organization_is_rejected(
    backend: Backend, ada: SeededUser
) -> None:
    missing = (422, "form_param_missing", "user_id")
    assert backend.error("POST", "/v1/sessions") == missing
    assert backend.error("POST", "/v1/sessions", {"user_id": "user_0"})[0] == 404
    body = {"user_id": ada.user_id, "active_organization_id": "org_0"}
    assert backend.error("POST", "/v1/sessions", body)[0] == 404


def test_users_sessions_are_listed_newest_first(
    local: LocalClerk, backend: Backend, ada: SeededUser, grace: SeededUser
) -> None:
    first, second = local.create_session(ada.user_id), local.create_session(ada.user_id)
    local.create_session(grace.user_id)
    backend.read("POST", f"/v1/sessions/{first}/revoke")

    def ids(query: str) -> list[str]:
        response = backend.call("GET", f"/v1/sessions?user_id={ada.user_id}{query}")
        return [session["id"] for session in json.loads(response.content)]

    assert ids("") == [second, first]
    assert ids("&status=active") == [second]
    assert ids("&status=revoked") == [first]
    assert ids("&limit=1&offset=1") == [first]
    paginated = backend.read("GET", f"/v1/sessions?user_id={ada.user_id}&paginated=true&limit=1")
    assert [session["id"] for session in paginated["data"]] == [second]
    assert paginated["total_count"] == 2
    client_id = paginated["data"][0]["client_id"]
    assert ids(f"&client_id={client_id}") == [second]


def test_sessions_are_listed_for_one_user_or_client_only(backend: Backend) -> None:
    assert backend.error("GET", "/v1/sessions") == (422, "form_param_missing", "user_id")


def test_revoked_session_issues_no_token(
    local: LocalClerk, backend: Backend, ada: SeededUser
) -> None:
    path = f"/v1/sessions/{local.create_session(ada.user_id)}"

    assert backend.read("POST", f"{path}/revoke")["status"] == "revoked"
    assert backend.read("POST", f"{path}/revoke")["status"] == "revoked"
    assert backend.error("POST", f"{path}/tokens")[0] == 404
    assert backend.error("POST", f"{path}/tokens/supabase")[0] == 404


def test_session_expires(
    local: LocalClerk, backend: Backend, clock: Clock, ada: SeededUser
) -> None:
    path = f"/v1/sessions/{local.create_session(ada.user_id)}"
    clock.now += WEEK

    assert backend.read("GET", path)["status"] == "expired"
    assert backend.error("POST", f"{path}/tokens")[0] == 404
    assert backend.read("POST", f"{path}/revoke")["status"] == "expired"


def test_unknown_session_is_not_found(backend: Backend) -> None:
    for method, path in (("GET", ""), ("POST", "/revoke"), ("POST", "/tokens")):
        assert backend.error(method, f"/v1/sessions/sess_0{path}")[0] == 404


def test_session_token_has_the_claims_of_clerks_tokens(
    local: LocalClerk, backend: Backend, clock: Clock, ada: SeededUser
) -> None:
    session_id = local.create_session(ada.user_id)
    clock.now += 150

    response = backend.read("POST", f"/v1/sessions/{session_id}/tokens")

    assert response["object"] == "token"
    header = jwt.get_unverified_header(response["jwt"])
    (key,) = backend.read("GET", "/v1/jwks")["keys"]
    assert header == {
        "alg": "RS256",
        "cat": "cl_B7d4PD111AAA",
        "kid": key["kid"],
        "typ": "JWT",
    }
    assert key["kid"].startswith("ins_")
    assert "d" not in key
    claims = claims_of(response["jwt"])
    now = int(clock.now)
    host = "https://local-emulator-"
    assert claims.pop("iss").startswith(host)
    assert len(claims.pop("jti")) == 20
    assert claims == {
        "exp": now + 60,
        "fva": [2, -1],
        "iat": now,
        "nbf": now - 10,
        "sid": session_id,
        "sts": "active",
        "sub": ada.user_id,
        "v": 2,
    }


def test_key_set_and_the_pem_key_verify_the_tokens(
    local: LocalClerk, backend: Backend, ada: SeededUser
) -> None:
    token = local.session_token(local.create_session(ada.user_id))
    keys = PyJWKSet.from_dict(backend.read("GET", "/v1/jwks"))
    options: Options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}

    kid = jwt.get_unverified_header(token)["kid"]

    assert jwt.decode(token, keys[kid].key, ["RS256"], options=options)["sub"] == ada.user_id
    assert jwt.decode(token, local.jwt_key, ["RS256"], options=options)["sub"] == ada.user_id


def test_admin_token_has_every_permission(local: LocalClerk, ada: SeededUser) -> None:
    token = local.session_token(local.create_session(ada.user_id, ada.organization_id))

    claims = claims_of(token)

    assert claims["fea"] == "o:projects,o:billing"
    assert claims["o"] == {
        "id": ada.organization_id,
        "slg": "analytical-engines",
        "rol": "admin",
        "per": "read,manage",
        "fpm": "3,3",
    }
    assert permissions_of(claims) == {
        "org:projects:read",
        "org:projects:manage",
        "org:billing:read",
        "org:billing:manage",
    }


def test_member_token_has_the_permissions_of_a_member(local: LocalClerk, grace: SeededUser) -> None:
    claims = claims_of(
        local.session_token(local.create_session(grace.user_id, "analytical-engines"))
    )

    assert claims["o"]["rol"] == "member"
    assert permissions_of(claims) == {"org:projects:read"}


def test_token_has_the_requested_lifetime(
    local: LocalClerk, backend: Backend, clock: Clock, ada: SeededUser
) -> None:
    path = f"/v1/sessions/{local.create_session(ada.user_id)}/tokens"

    for suffix in ("", "/supabase"):
        response = backend.read("POST", f"{path}{suffix}", {"expires_in_seconds": 3600})
        assert claims_of(response["jwt"])["exp"] == int(clock.now) + 3600
        response = backend.read("POST", f"{path}{suffix}", {"expires_in_seconds": None})
        assert claims_of(response["jwt"])["exp"] == int(clock.now) + 60


@pytest.mark.parametrize("seconds", [29, 315_360_001, "60", 60.5, True])
def test_lifetime_out_of_range_is_rejected(
    local: LocalClerk, backend: Backend, ada: SeededUser, seconds: object
) -> None:
    path = f"/v1/sessions/{local.create_session(ada.user_id)}/tokens"

    rejected = backend.error("POST", path, {"expires_in_seconds": seconds})

    assert rejected == (422, "form_param_value_invalid", "expires_in_seconds")


def test_template_token_contains_the_user_and_the_organization(
    local: LocalClerk, backend: Backend, clock: Clock, ada: SeededUser
) -> None:
    session_id = local.create_session(ada.user_id, ada.organization_id)

    response = backend.read("POST", f"/v1/sessions/{session_id}/tokens/supabase")

    assert response["object"] == "token"
    assert jwt.get_unverified_header(response["jwt"])["cat"] == "cl_B7d4PD222AAA"
    claims = claims_of(response["jwt"])
    assert claims["aud"] == claims["role"] == "authenticated"
    assert claims["email"] == "ada@example.com"
    assert claims["app_metadata"] == {"organization": "analytical-engines"}
    assert claims["user_metadata"] == {"title": "Enchantress of Numbers"}
    assert claims["sub"] == ada.user_id
    assert claims["exp"] == int(clock.now) + 60
    assert {"iss", "iat", "nbf", "jti"} <= claims.keys()
    assert not {"sid", "sts", "v", "o"} & claims.keys()


def test_unknown_shortcodes_of_a_template_are_null(local: LocalClerk, ada: SeededUser) -> None:
    claims = claims_of(local.session_token(local.create_session(ada.user_id), template="supabase"))

    assert claims["app_metadata"] == {"organization": None}


def test_unknown_template_is_not_found(
    local: LocalClerk, backend: Backend, ada: SeededUser
) -> None:
    path = f"/v1/sessions/{local.create_session(ada.user_id)}/tokens/hasura"

    assert backend.error("POST", path) == (404, "resource_not_found", "")


def test_tokens_of_the_backend_api_have_the_azp_of_the_last_handshake(
    backend: Backend, browser: Browser, ada: SeededUser
) -> None:
    dev_browser = dev_browser_of(
        browser.sign_in(ada, "/sign-in?redirect_url=http://localhost:5000/")
    )
    browser.handshake(dev_browser)
    response = backend.call("GET", f"/v1/sessions?user_id={ada.user_id}")
    (session,) = json.loads(response.content)

    token = backend.read("POST", f"/v1/sessions/{session['id']}/tokens")

    assert claims_of(token["jwt"])["azp"] == "http://localhost:5000"
