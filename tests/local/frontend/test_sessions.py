"""The sessions of a browser: tokens, the active organization, and signing out."""

from __future__ import annotations

from collections.abc import Iterator

import jwt
import pytest

from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Browser, Clock, cookie_values

SESSIONS = "/v1/client/sessions"


@pytest.fixture
def local(clock: Clock) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=InstanceSettings(multi_session=True)) as instance:
        yield instance


def test_tokens_have_the_claims_of_the_session(js: ClerkJs, ada: SeededUser) -> None:
    session_id = js.sign_in(ada)

    claims = js.claims(tab_state="focused")

    assert claims["sub"] == ada.user_id
    assert claims["sid"] == session_id
    assert claims["azp"] == "http://localhost:5000"
    assert claims["sts"] == "active"
    assert claims["fva"] == [0, -1]
    assert "o" not in claims


def test_organization_of_a_token_does_not_change_the_session(js: ClerkJs, ada: SeededUser) -> None:
    js.sign_in(ada)

    assert js.claims(organization_id=ada.organization_id)["o"]["id"] == ada.organization_id
    assert "o" not in js.claims()
    js.post(f"{SESSIONS}/{js.session_id}/touch", active_organization_id=ada.organization_id)
    assert js.claims()["o"]["slg"] == "analytical-engines"
    assert "o" not in js.claims(organization_id="")
    foreign = js.error("POST", f"{SESSIONS}/{js.session_id}/tokens", organization_id="org_x")
    assert foreign == (404, "organization_not_found_or_unauthorized", "")


def test_token_of_a_template(js: ClerkJs, ada: SeededUser) -> None:
    js.sign_in(ada)

    token = js.read("POST", f"{SESSIONS}/{js.session_id}/tokens/supabase", {})
    unknown = js.error("POST", f"{SESSIONS}/{js.session_id}/tokens/nothing")

    assert token["jwt"].count(".") == 2
    assert unknown == (404, "resource_not_found", "")


def test_client_has_a_token_of_each_session(js: ClerkJs, ada: SeededUser) -> None:
    js.sign_in(ada)
    js.origin = None

    (session,) = js.get("/v1/client")["sessions"]

    assert session["last_active_token"]["jwt"].count(".") == 2
    assert session["factor_verification_age"] == [0, -1]
    (membership,) = session["user"]["organization_memberships"]
    assert membership["organization"]["slug"] == "analytical-engines"


def test_browsers_see_no_private_metadata(js: ClerkJs, ada: SeededUser) -> None:
    js.sign_in(ada)

    response = js.send("GET", "/v1/client")

    assert b"Enchantress" in response.content
    assert b"payroll" not in response.content
    assert b"private_metadata" not in response.content


@pytest.mark.parametrize("end", ["revoke", "delete the user", "expire", "sign out elsewhere"])
def test_token_of_a_session_that_ended_is_401(
    js: ClerkJs, backend: Backend, ada: SeededUser, clock: Clock, end: str
) -> None:
    session_id = js.sign_in(ada)
    if end == "revoke":
        backend.read("POST", f"/v1/sessions/{session_id}/revoke")
    elif end == "delete the user":
        backend.read("DELETE", f"/v1/users/{ada.user_id}")
    elif end == "expire":
        clock.now += 7 * 24 * 60 * 60
    else:
        js.post(f"{SESSIONS}/{session_id}/remove")

    for action in ("tokens", "tokens/supabase", "touch"):
        path = f"{SESSIONS}/{session_id}/{action}"
        assert js.error("POST", path) == (401, "authentication_invalid", "")
    assert js.get("/v1/client")["sessions"] == []


def test_session_of_another_browser_is_not_served(
    js: ClerkJs, local: LocalClerk, ada: SeededUser
) -> None:
    session_id = js.sign_in(ada)
    other = ClerkJs(local).load()

    for action in ("tokens", "touch", "remove", "end"):
        path = f"{SESSIONS}/{session_id}/{action}"
        assert other.error("POST", path) == (401, "authentication_invalid", "")
    assert other.error("GET", f"{SESSIONS}/{session_id}")[0] == 401
    assert js.claims()["sid"] == session_id


def test_touch_does_not_change_the_time_of_the_client(
    js: ClerkJs, ada: SeededUser, clock: Clock
) -> None:
    js.sign_in(ada)
    before = js.client["updated_at"]
    clock.now += 30

    session = js.post(f"{SESSIONS}/{js.session_id}/touch", intent="focus")

    assert js.client["updated_at"] == before
    assert session["last_active_at"] == before + 30_000


def test_touch_rejects_an_organization_without_membership(js: ClerkJs, ada: SeededUser) -> None:
    js.sign_in(ada)

    path = f"{SESSIONS}/{js.session_id}/touch"

    assert js.error("POST", path, active_organization_id="org_unknown")[0] == 404


def test_handshake_gives_the_last_active_session(
    js: ClerkJs, browser: Browser, ada: SeededUser, grace: SeededUser
) -> None:
    first, second = js.sign_in(ada), js.sign_in(grace)

    def subject() -> str:
        token = cookie_values(browser.handshake(js.dev_browser))["__session"]
        claims: dict[str, str] = jwt.decode(token, options={"verify_signature": False})
        return claims["sid"]

    assert subject() == second
    js.activate(first)
    assert subject() == first
    js.post(f"{SESSIONS}/{first}/remove")
    assert subject() == second


def test_sign_out_of_one_session_keeps_the_others(
    js: ClerkJs, ada: SeededUser, grace: SeededUser
) -> None:
    first, second = js.sign_in(ada), js.sign_in(grace)

    ended = js.post(f"{SESSIONS}/{second}/remove")

    assert ended["status"] == "removed"
    assert [one["id"] for one in js.client["sessions"]] == [first]
    assert js.client["last_active_session_id"] is None
    assert js.claims(first)["sub"] == ada.user_id


def test_end_of_a_session(js: ClerkJs, ada: SeededUser) -> None:
    session_id = js.sign_in(ada)

    assert js.get(f"{SESSIONS}/{session_id}")["status"] == "active"
    assert js.post(f"{SESSIONS}/{session_id}/end")["status"] == "ended"


@pytest.mark.parametrize("path", ["/v1/client/sessions", "/v1/client"])
def test_sign_out_of_all_sessions(
    js: ClerkJs, browser: Browser, ada: SeededUser, grace: SeededUser, path: str
) -> None:
    first, second = js.sign_in(ada), js.sign_in(grace)

    client = js.call("DELETE", path)

    assert client["sessions"] == []
    assert cookie_values(browser.handshake(js.dev_browser))["__client_uat"] == "0"
    for session_id in (first, second):
        assert js.error("POST", f"{SESSIONS}/{session_id}/tokens")[0] == 401


def test_sign_in_of_the_portal_is_seen_by_clerk_js(
    js: ClerkJs, browser: Browser, ada: SeededUser
) -> None:
    browser.sign_in(ada, f"/sign-in?__clerk_db_jwt={js.dev_browser}")

    (session,) = js.get("/v1/client")["sessions"]

    assert session["user"]["id"] == ada.user_id
