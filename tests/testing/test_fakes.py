"""Auth objects without an instance."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from clerk_core import (
    AsyncMachineAuth,
    AsyncSessionAuth,
    AsyncSignedOutAuth,
    ClerkError,
    MachineAuth,
    SessionAuth,
    SignedOutAuth,
)
from clerk_core.fastapi import APIKey, Auth, Session, SignedIn, install, require_auth
from clerk_core.testing import (
    fake_async_auth,
    fake_async_machine_auth,
    fake_async_signed_out,
    fake_auth,
    fake_machine_auth,
    fake_signed_out,
    override_auth,
)
from tests.support import SECRET_KEY, publishable_key


def test_user_is_of_the_class_that_views_get() -> None:
    auth = fake_auth("user_7", session_id="sess_7")

    assert isinstance(auth, SessionAuth)
    assert (auth.user_id, auth.session_id, auth.org_id) == ("user_7", "sess_7", None)
    assert auth.require() is auth
    assert auth.get_token() == "fake-token"
    assert auth.to_public_dict()["user_id"] == "user_7"


def test_requirements_are_decided_as_in_a_request() -> None:
    auth = fake_auth(
        role="org:admin",
        permissions=["org:invoices:read", "org:reports:create"],
        plan="gold",
        features=["search"],
        factor_ages=(5, -1),
    )

    assert auth.org_id == "org_1"
    assert auth.has(role="org:admin", permission="org:invoices:read", plan="gold")
    assert not auth.has(permission="org:invoices:create")
    assert auth.has(feature="org:search", reverification="strict")
    assert not fake_auth().has(role="org:admin")


def test_misspelled_argument_is_an_error() -> None:
    fake: Any = fake_auth

    with pytest.raises(TypeError, match="Did you mean 'role'"):
        fake(rol="org:admin")


def test_claims_and_actor() -> None:
    auth = fake_auth(actor="user_admin", claims={"tier": 3}, org_id="org_9", org_slug="acme")

    assert auth.actor == {"sub": "user_admin"}
    assert auth.session_claims["tier"] == 3
    assert (auth.org_id, auth.org_slug, auth.org_role) == ("org_9", "acme", "org:member")


def test_token_of_a_template_needs_an_instance() -> None:
    with pytest.raises(ClerkError, match="has no instance"):
        fake_auth().get_token(template="supabase")
    with pytest.raises(ClerkError, match="has no instance"):
        asyncio.run(_templated())


async def _templated() -> str | None:
    return await fake_async_auth().get_token(template="supabase")


def test_machine() -> None:
    auth = fake_machine_auth("api_key", "org_1", scopes=["read"], name="Reports")

    assert isinstance(auth, MachineAuth)
    assert (auth.org_id, auth.scopes, auth.name) == ("org_1", ("read",), "Reports")
    assert isinstance(fake_async_machine_auth("m2m_token", "mch_1"), AsyncMachineAuth)


def test_nobody() -> None:
    assert isinstance(fake_signed_out(), SignedOutAuth)
    assert not fake_signed_out()
    assert fake_signed_out().get_token() is None
    assert isinstance(fake_async_signed_out(), AsyncSignedOutAuth)
    with pytest.raises(ClerkError):
        fake_signed_out().require()


class TestFastAPI:
    @pytest.fixture
    def app(self, clean_environment: None) -> FastAPI:
        app, router = FastAPI(), APIRouter(dependencies=[require_auth(role="org:admin")])
        install(app, publishable_key=publishable_key(), secret_key=SECRET_KEY)

        @app.get("/me")
        async def me(auth: SignedIn) -> str:
            return auth.user_id

        @app.get("/maybe")
        async def maybe(auth: Auth) -> str | None:
            return auth.user_id

        @app.get("/gold")
        async def gold(auth: Annotated[Session, require_auth(plan="gold")]) -> str:
            return auth.user_id

        @app.get("/key")
        async def key(auth: APIKey) -> str:
            return auth.subject

        @router.get("/staff")
        async def staff() -> str:
            return "staff"

        app.include_router(router, prefix="/team")
        return app

    def test_all_requests_are_of_one_user(self, app: FastAPI) -> None:
        client = TestClient(app)

        with override_auth(app, fake_async_auth("user_7", role="org:admin", plan="gold")):
            for path in ("/me", "/maybe", "/gold"):
                assert client.get(path).json() == "user_7"
            assert client.get("/team/staff").json() == "staff"

        assert client.get("/me").status_code == 401

    def test_requirements_are_refused_as_in_a_request(self, app: FastAPI) -> None:
        client = TestClient(app)

        with override_auth(app, fake_async_auth()):
            for path in ("/gold", "/team/staff"):
                response = client.get(path)
                assert response.status_code == 403
                assert response.json()["errors"][0]["code"] == "forbidden"
            assert client.get("/key").status_code == 401

    def test_machine_and_nobody(self, app: FastAPI) -> None:
        client = TestClient(app)

        with override_auth(app, fake_async_machine_auth(subject="user_9")):
            assert client.get("/key").json() == "user_9"
        with override_auth(app, fake_async_signed_out()):
            assert client.get("/me").status_code == 401
            assert client.get("/maybe").json() is None

    def test_other_overrides_stay(self, app: FastAPI) -> None:
        def other() -> None: ...

        app.dependency_overrides[other] = other

        with override_auth(app, fake_async_auth()):
            assert app.dependency_overrides[other] is other
        assert app.dependency_overrides == {other: other}


def test_fakes_have_the_types_that_views_are_annotated_with() -> None:
    def service(auth: AsyncSessionAuth) -> str:
        return auth.user_id

    assert service(fake_async_auth("user_2")) == "user_2"
