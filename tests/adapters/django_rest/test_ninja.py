"""Django Ninja: operations of both kinds, requirements, CSRF, challenges, OpenAPI."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import AsyncClient, Client
from django.urls import path
from ninja import NinjaAPI, Router

from clerk_core import (
    AsyncMachineAuth,
    AsyncSessionAuth,
    MachineAuth,
    SessionAuth,
)
from clerk_core.django.ninja import AuthRequest, document_refusals, require_auth
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import ADMIN, bearer, browser_cookies, show, tampered, token
from tests.adapters.django_rest.conftest import SIGNED_OUT_BROWSER, UseUrls

Serve: TypeAlias = Callable[..., None]
API_KEY = show("ak_1")
KINDS: Any = ("session_token", "api_key")


@pytest.fixture(autouse=True)
def _allow_many_apis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NINJA_SKIP_REGISTRY", "true")


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def serve(kind: str, use_urls: UseUrls) -> Serve:
    """Return a function that serves an operation at `/`, whose authenticator is `auth`."""

    def add(auth: Any, **settings: Any) -> None:
        api = NinjaAPI(urls_namespace="tests", auth=auth)
        api.api_operation(["GET", "POST"], "/")(describe if kind == "sync" else describe_async)
        use_urls(path("", api.urls), path("token", give_token), **settings)

    return add


def describe(request: HttpRequest) -> Any:
    auth: Any = request.auth  # type: ignore[attr-defined]
    return [type(auth).__name__, auth.user_id]


async def describe_async(request: HttpRequest) -> Any:
    return describe(request)


def give_token(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


def get(*headers: tuple[str, str], url: str = "/", method: str = "get") -> Any:
    return getattr(Client(), method)(url, headers=dict(headers))


def as_browser() -> Client:
    client = Client(enforce_csrf_checks=True)
    for name, value in browser_cookies(token()).items():
        client.cookies[name] = value
    return client


def test_session_token_signs_in(serve: Serve, kind: str) -> None:
    serve(require_auth())

    expected = "SessionAuth" if kind == "sync" else "AsyncSessionAuth"
    assert get(bearer()).json() == [expected, "user_1"]
    assert as_browser().get("/").json() == [expected, "user_1"]


def test_machine_token_signs_in_where_it_is_accepted(serve: Serve, kind: str) -> None:
    serve(require_auth(accepts_token=KINDS))

    expected = "MachineAuth" if kind == "sync" else "AsyncMachineAuth"
    assert get(API_KEY).json() == [expected, "user_9"]
    assert get(bearer()).status_code == 200


def test_operations_are_served_by_asgi(serve: Serve, kind: str) -> None:
    serve(require_auth(accepts_token="api_key"))

    async def call(header: tuple[str, str]) -> Any:
        return await AsyncClient().get("/", headers=dict([header]))

    assert asyncio.run(call(API_KEY)).json()[1] == "user_9"
    assert asyncio.run(call(bearer())).status_code == 401


def test_signed_out_request_gets_401_with_a_challenge(serve: Serve) -> None:
    serve(require_auth())

    signed_out, invalid = get(), get(show(tampered(token())))

    assert signed_out.status_code == invalid.status_code == 401
    assert signed_out.json() == {"detail": "Unauthorized"}
    assert signed_out.headers["WWW-Authenticate"] == "Bearer"
    assert invalid.headers["WWW-Authenticate"].startswith('Bearer error="invalid_token", ')
    assert get(API_KEY).status_code == 401


def test_browser_gets_401_and_no_redirect(serve: Serve) -> None:
    serve(require_auth())

    response = get(*SIGNED_OUT_BROWSER)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("is_debug", [False, True])
def test_missing_requirement_is_403(serve: Serve, is_debug: bool) -> None:
    serve(require_auth(role="org:admin"), DEBUG=is_debug)

    assert get(bearer(**ADMIN)).status_code == 200
    refused = get(bearer())
    assert refused.status_code == 403
    assert set(refused.json()) == {"detail"}
    assert "WWW-Authenticate" not in refused.headers
    assert get().status_code == 401


def test_missing_scope_is_403_and_named(serve: Serve, instance: Instance) -> None:
    serve(require_auth(accepts_token="api_key", scopes="write"))

    instance.machines["api_keys"]["scopes"] = ["write"]
    assert get(API_KEY).status_code == 200
    instance.machines["api_keys"]["scopes"] = ["read"]
    refused = get(API_KEY)

    assert refused.status_code == 403
    challenge = refused.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer error="insufficient_scope", error_description="')
    assert challenge.endswith('", scope="write"')


def test_several_authenticators_accept_their_own_kinds(serve: Serve) -> None:
    serve([require_auth(role="org:admin"), require_auth(accepts_token="api_key")])

    assert get(bearer(**ADMIN)).status_code == 200
    assert get(bearer()).status_code == 403
    assert get(API_KEY).status_code == 200
    assert get().status_code == 401


def test_outage_of_clerk_is_503(serve: Serve, instance: Instance) -> None:
    options = {**instance.options(), "api_url": "http://127.0.0.1:9", "retries": 0}
    serve(require_auth(accepts_token="api_key"), CLERK=options)

    response = get(API_KEY)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"


def test_change_by_cookies_needs_csrf_token(serve: Serve) -> None:
    serve(require_auth())
    browser = as_browser()

    refused = browser.post("/")
    csrf_token = browser.get("/token").content.decode()
    admitted = browser.post("/", headers={"x-csrftoken": csrf_token})

    assert (refused.status_code, admitted.status_code) == (403, 200)
    assert browser.post("/", headers=dict([bearer()])).status_code == 200
    # Browsers send the password of a site whatever page makes the request.
    assert browser.post("/", headers={"authorization": "Basic YTpi"}).status_code == 403


def test_operation_may_be_public_or_have_another_requirement(use_urls: UseUrls) -> None:
    api = NinjaAPI(urls_namespace="tests", auth=require_auth())
    router = Router(auth=require_auth(role="org:admin"))
    api.get("/public", auth=None)(lambda request: "public")
    router.get("/")(describe)
    api.add_router("/admin", router)
    use_urls(path("", api.urls))

    assert get(url="/public").json() == "public"
    assert get(bearer(), url="/admin/").status_code == 403
    assert get(bearer(**ADMIN), url="/admin/").status_code == 200


def test_malformed_requirement_is_an_error_where_it_is_written() -> None:
    with pytest.raises(TypeError, match="roles"):
        require_auth(roles="org:admin")  # type: ignore[call-arg]


def test_annotation_of_the_request_is_no_parameter(use_urls: UseUrls) -> None:
    api = NinjaAPI(urls_namespace="tests")

    @api.get("/user", auth=require_auth())
    def user(request: AuthRequest[SessionAuth]) -> str:
        assert isinstance(request.auth, SessionAuth)
        return request.auth.user_id

    @api.get("/machine", auth=require_auth(accepts_token="api_key"))
    def machine(request: AuthRequest[MachineAuth]) -> str:
        assert isinstance(request.auth, MachineAuth)
        return request.auth.subject

    @api.get("/async/user", auth=require_auth())
    async def async_user(request: AuthRequest[AsyncSessionAuth]) -> str:
        assert isinstance(request.auth, AsyncSessionAuth)
        return request.auth.user_id

    @api.get("/async/machine", auth=require_auth(accepts_token="api_key"))
    async def async_machine(request: AuthRequest[AsyncMachineAuth]) -> str:
        assert isinstance(request.auth, AsyncMachineAuth)
        return str(await request.auth.get_token())

    use_urls(path("", api.urls))

    assert get(bearer(), url="/user").json() == "user_1"
    assert get(API_KEY, url="/machine").json() == "user_9"
    assert get(bearer(), url="/async/user").json() == "user_1"
    assert get(API_KEY, url="/async/machine").json() == "ak_1"


def test_openapi_document_has_schemes_and_refusals(serve: Serve, use_urls: UseUrls) -> None:
    api = NinjaAPI(urls_namespace="tests", auth=require_auth())
    document_refusals(api)
    api.get("/users")(describe)
    api.get("/both", auth=[require_auth(), require_auth(accepts_token=KINDS)])(describe_async)
    api.get("/public", auth=None)(lambda request: None)
    api.get("/own", auth=lambda request: None)(lambda request: None)
    use_urls(path("", api.urls))

    document = json.loads(Client().get("/openapi.json").content)

    schemes = document["components"]["securitySchemes"]
    assert set(schemes) == {"Clerk_session_token", "Clerk_session_token_or_api_key"}
    assert schemes["Clerk_session_token"]["type"] == "http"
    paths = {name: methods["get"] for name, methods in document["paths"].items()}
    assert paths["/users"]["security"] == [{"Clerk_session_token": []}]
    assert [name for one in paths["/both"]["security"] for name in one] == list(schemes)
    assert {name for name, found in paths.items() if "401" in found["responses"]} == {
        "/users",
        "/both",
    }
    assert set(paths["/users"]["responses"]) == {"200", "401", "403"}


def test_refusals_are_documented_for_apis_only() -> None:
    with pytest.raises(TypeError, match="NinjaAPI"):
        document_refusals(Router())  # type: ignore[arg-type]
