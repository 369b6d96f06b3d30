"""Backend API operations on users, sessions, JWT templates, sign-in tokens and invitations."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest

from clerk_core import Clerk, Request
from clerk_core._settings.publishable_key import PublishableKey
from clerk_core.errors import (
    ClerkAPIError,
    ClerkError,
    ForbiddenError,
    NotFoundError,
    UnauthorizedError,
    UnprocessableError,
)
from clerk_core.local import LocalClerk, SeededUser
from tests.local.local_helpers import Backend, Browser, Clock, dev_browser_of
from tests.local.test_local_sessions import claims_of


def test_user_metadata_is_merged_or_replaced(clerk: Clerk, ada: SeededUser) -> None:
    merged = clerk.users.update_metadata(ada.user_id, public_metadata={"plan": {"seats": 5}})
    replaced = clerk.users.replace_metadata(
        ada.user_id, public_metadata={"plan": "pro"}, unsafe_metadata={"theme": "dark"}
    )

    assert merged.public_metadata == {
        "title": "Enchantress of Numbers",
        "plan": {"seats": 5},
    }
    assert replaced.public_metadata == {"plan": "pro"}
    assert replaced.unsafe_metadata == {"theme": "dark"}
    assert replaced.private_metadata == {"payroll_number": "AE-0001"}
    assert clerk.users.get(ada.user_id) == replaced


def test_banned_user_is_signed_out_and_cannot_sign_in(
    local: LocalClerk, clerk: Clerk, browser: Browser, ada: SeededUser
) -> None:
    session_id = local.create_session(ada.user_id)

    assert clerk.users.ban(ada.user_id).banned is True

    assert clerk.sessions.get(session_id).status == "revoked"
    rejected = browser.sign_in(ada)
    assert rejected.status == 403
    assert b"banned" in rejected.content
    with pytest.raises(ForbiddenError) as forbidden:
        clerk.sessions.create(user_id=ada.user_id)
    assert forbidden.value.code == "user_banned"
    with pytest.raises(ClerkError):
        local.create_session(ada.user_id)
    assert [user.id for user in clerk.users.list(banned=True)] == [ada.user_id]
    assert clerk.users.count(banned=False).total_count == 1
    assert clerk.users.unban(ada.user_id).banned is False
    assert browser.sign_in(ada).status == 303


def test_users_are_banned_in_bulk(clerk: Clerk, ada: SeededUser, grace: SeededUser) -> None:
    both = [ada.user_id, grace.user_id]

    assert [user.banned for user in clerk.users.bulk_ban(user_ids=both)] == [True, True]
    with pytest.raises(NotFoundError):
        clerk.users.bulk_unban(user_ids=[ada.user_id, "user_unknown"])
    assert clerk.users.count(banned=True).total_count == 2
    assert [user.banned for user in clerk.users.bulk_unban(user_ids=both)] == [False, False]
    with pytest.raises(UnprocessableError):
        clerk.users.bulk_ban(user_ids=[])


def test_locked_user_keeps_the_session_and_can_sign_in_after_an_hour(
    local: LocalClerk, clerk: Clerk, browser: Browser, clock: Clock, ada: SeededUser
) -> None:
    session_id = local.create_session(ada.user_id)

    locked = clerk.users.lock(ada.user_id)

    assert (locked.locked, locked.lockout_expires_in_seconds) == (True, 3600)
    assert clerk.sessions.get(session_id).status == "active"
    assert browser.sign_in(ada).status == 403
    assert clerk.users.unlock(ada.user_id).locked is False
    clerk.users.lock(ada.user_id)
    clock.now += 3600
    assert clerk.users.get(ada.user_id).locked is False
    assert browser.sign_in(ada).status == 303


def test_user_can_be_created_banned_or_locked(clerk: Clerk) -> None:
    user = clerk.users.create(username="alan", banned=True, locked=True)

    assert (user.banned, user.locked) == (True, True)


def test_password_is_verified(clerk: Clerk, ada: SeededUser) -> None:
    assert clerk.users.verify_password(ada.user_id, password=ada.password).verified is True
    with pytest.raises(UnprocessableError) as rejected:
        clerk.users.verify_password(ada.user_id, password="wrong")
    assert rejected.value.code == "incorrect_password"


def test_users_are_filtered_by_name_and_time(
    local: LocalClerk, clerk: Clerk, clock: Clock, ada: SeededUser, grace: SeededUser
) -> None:
    begin = int(clock.now * 1000)
    clock.now += 10
    local.create_session(grace.user_id)

    def found(**filters: object) -> list[str]:
        return [user.id for user in clerk.users.list(**filters)]  # type: ignore[arg-type]

    assert found(name_query="HOPP") == found(email_address_query="grace@") == [grace.user_id]
    assert found(last_sign_in_at_after=begin) == [grace.user_id]
    assert found(last_sign_in_at_before=begin) == found(username_query="a") == []
    assert found(last_active_at_since=begin, created_at_before=begin + 1) == [grace.user_id]
    assert found(organization_id=[f"-{ada.organization_id}"]) == []
    assert found(order_by="-last_active_at")[0] == grace.user_id


def test_invalid_time_filter_is_rejected(backend: Backend, ada: SeededUser) -> None:
    rejected = backend.error("GET", "/v1/users?created_at_after=yesterday")

    assert rejected == (422, "form_param_value_invalid", "created_at_after")


def test_iterate_returns_all_users(clerk: Clerk) -> None:
    for number in range(12):
        clerk.users.create(username=f"u{number:02}")

    assert [user.username for user in clerk.users.iterate(order_by="username", limit=11)] == [
        f"u{number:02}" for number in range(11)
    ]


def test_session_is_refreshed(local: LocalClerk, clerk: Clerk, ada: SeededUser) -> None:
    session_id = local.create_session(ada.user_id)
    given: Any = {
        "expired_token": local.session_token(session_id, expires_in_seconds=-60),
        "refresh_token": local.refresh_token(session_id),
        "request_origin": "http://localhost:5000",
    }

    token = clerk.sessions.refresh(session_id, **given)
    cookies = clerk.sessions.refresh(session_id, **given, format="cookie")

    assert token.object == "token"
    assert claims_of(token.jwt or "")["azp"] == "http://localhost:5000"
    suffix = PublishableKey.parse(local.publishable_key).cookie_suffix
    names = [cookie.partition("=")[0] for cookie in cookies.cookies]
    assert names == ["__session", f"__session_{suffix}", f"__refresh_{suffix}"]
    assert cookies.cookies[0].startswith("__session=ey")


def test_session_is_not_refreshed_without_a_valid_refresh_token(
    local: LocalClerk, clerk: Clerk, ada: SeededUser, grace: SeededUser
) -> None:
    session_id, other_id = (local.create_session(one.user_id) for one in (ada, grace))
    token, proof = local.session_token(session_id), local.refresh_token(session_id)

    def error(expired_token: str, refresh_token: str) -> str:
        with pytest.raises(UnauthorizedError) as rejected:
            clerk.sessions.refresh(
                session_id,
                expired_token=expired_token,
                refresh_token=refresh_token,
                request_origin="http://localhost:5000",
            )
        return rejected.value.code

    forged = jwt.encode({"sid": session_id}, "x" * 32, headers={"cat": "cl_B7d4PD111AAA"})
    assert error(token, "rt_guessed") == "refresh_token_invalid"
    assert error(token, local.refresh_token(other_id)) == "refresh_token_invalid"
    assert error(local.session_token(other_id), proof) == "refresh_token_invalid"
    assert error(forged, proof) == "refresh_token_invalid"
    assert error(local.session_token(session_id, template="supabase"), proof) != ""
    clerk.sessions.revoke(session_id)
    assert error(token, proof) == "session_not_active"


def test_expired_cookie_is_refreshed_during_the_request(
    local: LocalClerk, clerk: Clerk, clock: Clock, browser: Browser, ada: SeededUser
) -> None:
    clock.now = time.time() - 90
    app = "http://localhost:5000/private"
    dev_browser = dev_browser_of(browser.sign_in(ada, f"/sign-in?redirect_url={app}"))
    cookies = "; ".join(one.partition(";")[0] for one in browser.handshake(dev_browser))
    clock.now = time.time()
    headers = [("Cookie", cookies), ("Host", "localhost:5000"), ("Accept", "text/html")]

    state = clerk.authenticate(Request("GET", app, headers))

    assert state.status == "signed-in"
    assert state.auth().user_id == ada.user_id
    assert any(value.startswith("__session=ey") for _, value in state.headers)


def test_jwt_template_is_created_used_changed_and_deleted(
    local: LocalClerk, clerk: Clerk, clock: Clock, ada: SeededUser
) -> None:
    session_id = local.create_session(ada.user_id)
    created = clerk.jwt_templates.create(
        name="hasura", claims={"who": "{{user.first_name}}"}, lifetime=120, allowed_clock_skew=7
    )

    jwt_of = clerk.sessions.create_token_from_template(session_id, "hasura").jwt
    claims = claims_of(jwt_of or "")

    assert claims["who"] == "Ada"
    assert claims["exp"] - claims["iat"] == 120
    assert claims["iat"] - claims["nbf"] == 7
    assert clerk.jwt_templates.get(created.id) == created
    assert {one.name for one in clerk.jwt_templates.list(paginated=True)} == {"hasura", "supabase"}
    changed = clerk.jwt_templates.update(created.id, name="graph", claims={"b": 2})
    assert (changed.name, changed.claims, changed.lifetime) == ("graph", {"b": 2}, 120)
    assert clerk.jwt_templates.delete(created.id).deleted is True
    with pytest.raises(NotFoundError):
        clerk.sessions.create_token_from_template(session_id, "graph")


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"claims": {}}, "name"),
        ({"name": "a b", "claims": {}}, "name"),
        ({"name": "supabase", "claims": {}}, "name"),
        ({"name": "a"}, "claims"),
        ({"name": "a", "claims": {"sub": "user_other"}}, "claims"),
        ({"name": "a", "claims": {}, "lifetime": 29}, "lifetime"),
        ({"name": "a", "claims": {}, "custom_signing_key": True}, "custom_signing_key"),
    ],
)
def test_invalid_jwt_template_is_rejected_with_the_parameter(
    backend: Backend, ada: SeededUser, given: object, parameter: str
) -> None:
    rejected = backend.error("POST", "/v1/jwt_templates", given)

    assert (rejected[0], rejected[2]) == (422, parameter)


def test_sign_in_token_signs_in_once(clerk: Clerk, browser: Browser, ada: SeededUser) -> None:
    created = clerk.sign_in_tokens.create(user_id=ada.user_id, org_id=ada.organization_id)
    url = urlsplit(created.url or "")

    assert browser.get(f"{url.path}?{url.query}").status == 303

    (session,) = clerk.sessions.list(user_id=ada.user_id)
    assert session.last_active_organization_id == ada.organization_id
    assert browser.get(f"{url.path}?{url.query}").status == 422
    with pytest.raises(ClerkAPIError) as used:
        clerk.sign_in_tokens.revoke(created.id)
    assert used.value.status == 400


def test_revoked_or_expired_sign_in_token_is_rejected(
    clerk: Clerk, browser: Browser, clock: Clock, ada: SeededUser
) -> None:
    revoked = clerk.sign_in_tokens.create(user_id=ada.user_id)
    late = clerk.sign_in_tokens.create(user_id=ada.user_id, expires_in_seconds=5)

    assert clerk.sign_in_tokens.revoke(revoked.id).status == "revoked"
    clock.now += 5

    for token in (revoked.token, late.token, "guessed"):
        assert browser.get(f"/sign-in?__clerk_ticket={token}").status == 422
    assert len(clerk.sessions.list(user_id=ada.user_id)) == 0
    with pytest.raises(NotFoundError):
        clerk.sign_in_tokens.create(user_id="user_unknown")


def test_testing_token_is_created(clerk: Clerk, clock: Clock) -> None:
    token = clerk.testing_tokens.create()

    assert token.token
    assert token.expires_at == int(clock.now) + 3600


def test_invitation_is_created_listed_and_revoked(
    clerk: Clerk, clock: Clock, ada: SeededUser
) -> None:
    created = clerk.invitations.create(
        email_address="alan@example.com", public_metadata={"hut": 8}, expires_in_days=1
    )

    assert (created.status, created.revoked, created.public_metadata) == (
        "pending",
        False,
        {"hut": 8},
    )
    for taken in ("ALAN@example.com", "ada@example.com"):
        with pytest.raises(UnprocessableError):
            clerk.invitations.create(email_address=taken)
        assert clerk.invitations.create(email_address=taken, ignore_existing=True).id
    more = clerk.invitations.bulk_create([{"email_address": "x@example.com"}])
    assert clerk.invitations.revoke(more[0].id).status == "revoked"
    assert len(clerk.invitations.list(query="x@")) == 0
    assert len(clerk.invitations.list(status="revoked", paginated=True)) == 1
    clock.now += 86_400
    assert [one.id for one in clerk.invitations.list(status="expired")] == [created.id]
    with pytest.raises(NotFoundError):
        clerk.invitations.revoke("inv_nothing")


def test_redirect_urls_and_the_allowlist_are_stored(clerk: Clerk) -> None:
    url = clerk.redirect_urls.create(url="my-app://callback")
    allowed = clerk.allowlist_identifiers.create(identifier="*@example.com")

    assert clerk.redirect_urls.get(url.id) == url
    assert list(clerk.redirect_urls.list()) == [url]
    assert list(clerk.allowlist_identifiers.list()) == [allowed]
    assert allowed.identifier_type == "email_address"
    with pytest.raises(UnprocessableError):
        clerk.redirect_urls.create(url="my-app://callback")
    with pytest.raises(UnprocessableError):
        clerk.allowlist_identifiers.create(identifier="*@EXAMPLE.com")
    assert clerk.redirect_urls.delete(url.id).deleted is True
    assert clerk.allowlist_identifiers.delete(allowed.id).deleted is True
    with pytest.raises(NotFoundError):
        clerk.redirect_urls.delete(url.id)
    with pytest.raises(NotFoundError):
        clerk.allowlist_identifiers.delete(allowed.id)


def test_body_that_must_be_a_list_is_rejected_otherwise(backend: Backend) -> None:
    for body in ({"email_address": "x@example.com"}, ["x@example.com"]):
        assert backend.error("POST", "/v1/invitations/bulk", body)[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "body", "error"),
    [
        ("GET", "/api_keys", None, (422, "form_param_missing", "subject")),
        ("GET", "/m2m_tokens", None, (422, "form_param_missing", "subject")),
        ("DELETE", "/allowlist_identifiers/x", None, (404, "resource_not_found", "")),
        ("POST", "/machines", {"name": "x" * 256}, (422, "form_param_value_invalid", "name")),
        ("POST", "/sign_in_tokens/x/revoke", None, (404, "resource_not_found", "")),
        (
            "POST",
            "/invitations",
            {"email_address": "x"},
            (422, "form_param_value_invalid", "email_address"),
        ),
        (
            "PATCH",
            "/organizations/analytical-engines",
            {"admin_delete_enabled": "no"},
            (422, "form_param_value_invalid", "admin_delete_enabled"),
        ),
        (
            "GET",
            "/organizations/analytical-engines/invitations/x",
            None,
            (404, "resource_not_found", ""),
        ),
    ],
)
def test_missing_and_invalid_parameters_are_named(
    backend: Backend,
    ada: SeededUser,
    method: str,
    path: str,
    body: object,
    error: tuple[int, str, str],
) -> None:
    assert backend.error(method, f"/v1{path}", body) == error


def test_sign_in_token_for_an_organization_requires_membership(
    clerk: Clerk, ada: SeededUser
) -> None:
    alan = clerk.users.create(username="alan")

    with pytest.raises(NotFoundError):
        clerk.sign_in_tokens.create(user_id=alan.id, org_id=ada.organization_id)


def test_oauth_token_for_an_unknown_user_is_rejected(local: LocalClerk) -> None:
    with pytest.raises(ClerkError, match="user_unknown"):
        local.oauth_token("user_unknown")
