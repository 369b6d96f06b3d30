"""The fixture `clerk_local`: users, tokens with any content, faults, a clock, recorded calls."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from clerk_core import (
    Clerk,
    ClerkAPIError,
    NotFoundError,
    Options,
    RateLimitedError,
    Reason,
    Request,
    ServerError,
    SessionAuth,
    TransportError,
    WebhookVerificationError,
    verify_webhook,
)
from clerk_core.testing import ClerkFixture


@pytest.fixture
def clerk(clerk_local: ClerkFixture, clerk_environ: dict[str, str]) -> Iterator[Clerk]:
    """The client of an application, which calls the instance over HTTP."""
    with Clerk(retries=0) as clerk:
        yield clerk


def auth_of(clerk: Clerk, headers: dict[str, str]) -> SessionAuth:
    state = clerk.authenticate(Request("GET", "http://localhost/", [*headers.items()]))
    auth = state.auth("session_token", treat_pending_as_signed_out=False)
    assert auth
    return SessionAuth(auth._state)


def reason_of(clerk: Clerk, headers: dict[str, str]) -> str | None:
    return clerk.authenticate(Request("GET", "http://localhost/", [*headers.items()])).reason


class TestData:
    def test_each_test_begins_without_data(self, clerk_local: ClerkFixture) -> None:
        assert len(clerk_local.client.users.list()) == 0
        clerk_local.create_user()

    def test_data_of_other_tests_is_gone(self, clerk_local: ClerkFixture) -> None:
        assert len(clerk_local.client.users.list()) == 0
        clerk_local.create_user()

    def test_keys_stay_the_same(self, clerk_local: ClerkFixture, clerk_options: Options) -> None:
        assert clerk_local.options() == clerk_options

    def test_user_has_an_address_of_its_own(self, clerk_local: ClerkFixture) -> None:
        first, second = clerk_local.create_user(), clerk_local.create_user(first_name="Ada")

        assert first.primary_email_address != second.primary_email_address
        assert second.first_name == "Ada"

    def test_user_can_be_made_a_member(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        organization = clerk_local.create_organization(name="Acme")
        user = clerk_local.create_user(organization=organization, role="org:admin")

        (membership,) = clerk.organization_memberships.list(organization.id or "")

        assert membership.role == "org:admin"
        assert membership.public_user_data is not None
        assert membership.public_user_data.user_id == user.id

    def test_role_of_a_member_can_be_changed(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        organization = clerk_local.create_organization()
        user = clerk_local.create_user(organization=organization)

        clerk_local.add_member(organization, user, "org:admin")

        (membership,) = clerk.organization_memberships.list(organization.id or "")
        assert membership.role == "org:admin"


class TestSessions:
    def test_user_is_signed_in(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        user = clerk_local.create_user()

        assert auth_of(clerk, clerk_local.headers(user)).user_id == user.id

    def test_organization_and_role(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        user, acme = clerk_local.create_user(), clerk_local.create_organization(slug="acme")

        auth = auth_of(clerk, clerk_local.headers(user, organization=acme, role="org:admin"))

        assert (auth.org_id, auth.org_slug, auth.org_role) == (acme.id, "acme", "org:admin")
        assert auth.has(permission="org:billing:manage")

    def test_role_is_found_without_its_prefix(
        self, clerk_local: ClerkFixture, clerk: Clerk
    ) -> None:
        user, acme = clerk_local.create_user(), clerk_local.create_organization()

        auth = auth_of(clerk, clerk_local.headers(user, organization=acme, role="admin"))

        assert auth.org_role == "org:admin"

    def test_misspelled_argument_is_an_error(self, clerk_local: ClerkFixture) -> None:
        sign_in: Any = clerk_local.headers

        with pytest.raises(TypeError, match="Did you mean 'role'"):
            sign_in("user_1", rol="org:admin")

    def test_permissions_replace_those_of_the_role(
        self, clerk_local: ClerkFixture, clerk: Clerk
    ) -> None:
        user, acme = clerk_local.create_user(), clerk_local.create_organization()
        given = ["org:invoices:create", "org:projects:read"]

        auth = auth_of(clerk, clerk_local.headers(user, organization=acme, permissions=given))

        assert sorted(auth.org_permissions or ()) == given

    def test_plan_and_features_of_the_user(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        user = clerk_local.create_user()

        auth = auth_of(clerk, clerk_local.headers(user, plan="gold", features=["search"]))

        assert auth.has(plan="user:gold", feature="user:search")
        assert not auth.has(plan="org:gold")

    def test_plan_and_features_of_the_organization_keep_its_permissions(
        self, clerk_local: ClerkFixture, clerk: Clerk
    ) -> None:
        user, acme = clerk_local.create_user(), clerk_local.create_organization()
        headers = clerk_local.headers(
            user,
            organization=acme,
            role="org:admin",
            plan="gold",
            features=["search", "user:chat", "projects"],
        )

        auth = auth_of(clerk, headers)

        assert auth.has(plan="org:gold", feature="org:search")
        assert auth.has(feature="user:chat")
        assert auth.has(permission="org:projects:manage")
        assert not auth.has(permission="org:search:read")

    def test_ages_of_factors(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        user = clerk_local.create_user()

        auth = auth_of(clerk, clerk_local.headers(user, factor_ages=(3, 700)))

        assert auth.factor_verification_age == (3, 700)

    def test_actor(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        user, admin = clerk_local.create_user(), clerk_local.create_user()

        assert auth_of(clerk, clerk_local.headers(user, actor=admin)).actor == {"sub": admin.id}

    def test_pending(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        headers = clerk_local.headers(clerk_local.create_user(), pending=True)

        assert auth_of(clerk, headers).session_status == "pending"

    def test_expired(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        headers = clerk_local.headers(clerk_local.create_user(), expired=True)

        assert "token-expired" in (reason_of(clerk, headers) or "")

    def test_claims(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        headers = clerk_local.headers(clerk_local.create_user(), claims={"tier": [1]})

        assert auth_of(clerk, headers).session_claims["tier"] == [1]

    def test_origin(self, clerk_local: ClerkFixture, clerk_environ: dict[str, str]) -> None:
        user = clerk_local.create_user()
        with Clerk(authorized_parties=["https://app.example"]) as clerk:
            good = clerk_local.headers(user, origin="https://app.example")
            assert reason_of(clerk, good) is None
            assert reason_of(clerk, clerk_local.headers(user)) is not None

    def test_cookies_are_those_of_a_browser(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        user = clerk_local.create_user()
        cookies = clerk_local.cookies(user)

        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        assert auth_of(clerk, {"cookie": header}).user_id == user.id


class TestMachines:
    def test_api_key(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        user = clerk_local.create_user()
        key = clerk_local.api_key(user, ["read"])

        auth = self._auth(clerk, key, "api_key")

        assert (auth.subject, auth.scopes) == (user.id, ("read",))

    def test_m2m_token(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        auth = self._auth(clerk, clerk_local.m2m_token(claims={"a": 1}), "m2m_token")

        assert auth.claims == {"a": 1}

    def test_oauth_token(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        user = clerk_local.create_user()

        auth = self._auth(clerk, clerk_local.oauth_token(user, ["profile"]), "oauth_token")

        assert (auth.user_id, auth.scopes) == (user.id, ("profile",))

    def _auth(self, clerk: Clerk, token: str, kind: Any) -> Any:
        headers = [("authorization", f"Bearer {token}")]
        request = Request("GET", "http://localhost/", headers)
        return clerk.authenticate(request, accepts_token=kind).auth(kind)


class TestFaults:
    def test_connection_is_closed(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        with clerk_local.outage(), pytest.raises(TransportError):
            clerk.users.count()
        assert clerk.users.count().total_count == 0

    def test_status(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        with clerk_local.outage(500), pytest.raises(ServerError):
            clerk.users.count()

    def test_rate_limit(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        with clerk_local.outage(429, retry_after=7), pytest.raises(RateLimitedError) as caught:
            clerk.users.count()
        assert caught.value.retry_after == 7

    def test_slow_response(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        with clerk_local.outage(delay=30), pytest.raises(TransportError, match="No response"):
            clerk.with_options(timeout=0.2).users.count()

    def test_response_that_is_only_late(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        with clerk_local.outage(delay=0.01):
            assert clerk.users.count().total_count == 0

    def test_garbage(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        with (
            clerk_local.outage(content=b"<html>"),
            pytest.raises(ClerkAPIError, match="incomplete"),
        ):
            clerk.users.count()

    def test_factories_work_in_an_outage(self, clerk_local: ClerkFixture) -> None:
        with clerk_local.outage():
            assert clerk_local.create_user().id

    def test_outages_can_be_nested(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        with clerk_local.outage(500):
            with clerk_local.outage(404), pytest.raises(NotFoundError):
                clerk.users.get("user_1")
            with pytest.raises(ServerError):
                clerk.users.get("user_1")

    def test_tokens_of_a_new_key_are_accepted(
        self, clerk_local: ClerkFixture, clerk: Clerk
    ) -> None:
        user = clerk_local.create_user()
        assert auth_of(clerk, clerk_local.headers(user))

        clerk_local.rotate_keys()
        clerk_local.clock.advance(11)

        assert auth_of(clerk, clerk_local.headers(user)).user_id == user.id

    def test_tokens_of_a_withdrawn_key_are_refused(
        self, clerk_local: ClerkFixture, clerk_environ: dict[str, str]
    ) -> None:
        old = clerk_local.headers(clerk_local.create_user())
        clerk_local.rotate_keys()

        with Clerk() as clerk:
            assert reason_of(clerk, old) == Reason.JWK_KID_MISMATCH


class TestClock:
    def test_token_expires_when_the_clock_is_moved(
        self, clerk_local: ClerkFixture, clerk: Clerk
    ) -> None:
        headers = clerk_local.headers(clerk_local.create_user())
        assert reason_of(clerk, headers) is None

        clerk_local.clock.advance(2 * 3600)

        assert "token-expired" in (reason_of(clerk, headers) or "")

    def test_instance_has_the_same_clock(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        clerk_local.clock.advance(90 * 24 * 3600)

        user = clerk_local.create_user()

        assert (user.created_at or 0) / 1000 > time.time() + 89 * 24 * 3600
        assert auth_of(clerk, clerk_local.headers(user)).user_id == user.id

    def test_webhooks_are_of_the_same_time(self, clerk_local: ClerkFixture) -> None:
        clerk_local.clock.advance(3600)
        event = clerk_local.webhook("session.created", {"id": "sess_1"})

        assert verify_webhook(event.headers, event.content, _secret()).type == "session.created"

    def test_clock_is_right_in_the_next_test(self, clerk_local: ClerkFixture) -> None:
        assert abs(clerk_local.clock() - time.time()) < 60


class TestCalls:
    def test_calls_of_the_application_are_recorded(
        self, clerk_local: ClerkFixture, clerk: Clerk
    ) -> None:
        clerk.users.create(first_name="Ada", email_address=["ada@example.com"])
        clerk.users.list(limit=3)

        assert [str(call) for call in clerk_local.calls] == ["POST /v1/users", "GET /v1/users"]
        created, listed = clerk_local.calls
        assert created.json()["first_name"] == "Ada"
        assert created.status == 200
        assert listed.query == {"limit": ["3"]}
        assert listed.json() is None

    def test_calls_of_factories_are_not(self, clerk_local: ClerkFixture) -> None:
        clerk_local.create_user()

        assert clerk_local.calls == []

    def test_failed_calls_are_recorded(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        with clerk_local.outage(500), pytest.raises(ServerError):
            clerk.users.count()

        assert [call.status for call in clerk_local.calls] == [500]

    def test_no_body_and_query_are_shown(self, clerk_local: ClerkFixture, clerk: Clerk) -> None:
        clerk.users.create(email_address=["ada@example.com"], password="secret-text-1")

        assert "secret-text-1" not in repr(clerk_local.calls)


class TestWebhooks:
    def test_event_is_verified(self, clerk_local: ClerkFixture, clerk_environ: object) -> None:
        user = clerk_local.create_user(first_name="Ada")

        request = clerk_local.webhook("user.created", user)

        event = verify_webhook(request.headers, request.content)
        assert event.type == "user.created"
        assert event.data["first_name"] == "Ada"

    def test_deleted_resource_is_only_an_id(
        self, clerk_local: ClerkFixture, clerk_environ: object
    ) -> None:
        user = clerk_local.create_user()

        request = clerk_local.webhook("user.deleted", user)

        data = verify_webhook(request.headers, request.content).data
        assert data == {"deleted": True, "id": user.id, "object": "user"}

    def test_old_and_forged_are_refused(self, clerk_environ: object) -> None:
        fixture: Any = ClerkFixture.webhook
        old = fixture(None, "user.created", {"id": "user_1"}, age_in_seconds=301)
        with pytest.raises(WebhookVerificationError, match="five minutes"):
            verify_webhook(old.headers, old.content)
        forged = fixture(None, "user.created", {"id": "user_1"}).forged()
        with pytest.raises(WebhookVerificationError, match="No signature"):
            verify_webhook(forged.headers, forged.content)

    def test_message_can_be_repeated(self, clerk_local: ClerkFixture) -> None:
        first = clerk_local.webhook("user.updated", {"id": "user_1"}, message_id="msg_1")

        assert first.headers["svix-id"] == "msg_1"


def _secret() -> str:
    from clerk_core.testing import WEBHOOK_SECRET

    return WEBHOOK_SECRET
