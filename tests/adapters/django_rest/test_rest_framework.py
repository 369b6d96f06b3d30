"""Django REST framework: who makes the request, permissions, CSRF, challenges, OpenAPI."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import include, path
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny, BasePermission, IsAdminUser, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.test import APIClient
from rest_framework.throttling import UserRateThrottle
from rest_framework.viewsets import ViewSet

from clerk_core import MachineAuth, SessionAuth
from clerk_core.django import auth
from clerk_core.django.rest_framework import (
    APIKeyAuthentication,
    ClerkAuthentication,
    HasFeature,
    HasPermission,
    HasPlan,
    HasRole,
    HasScope,
    IsSignedIn,
    M2MTokenAuthentication,
    OAuthTokenAuthentication,
    TokenUser,
)
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import ADMIN, bearer, browser_cookies, show, tampered, token
from tests.adapters.django_rest.conftest import SIGNED_OUT_BROWSER, UseUrls

API_KEY = {"authorization": "Bearer ak_1"}
FEATURES = {"fea": "u:exports", "pla": "u:gold"}


class AnyToken(ClerkAuthentication):
    accepts_token = ("session_token", "api_key")


def view_of(*authenticators: type[BaseAuthentication], permit: list[Any] | None = None) -> Any:
    """Return a view that responds with who makes the request."""

    @api_view(["GET", "POST"])
    @authentication_classes(list(authenticators))
    @permission_classes([IsSignedIn] if permit is None else permit)
    def view(request: Request) -> Response:
        found = request.auth
        return Response({"user": str(request.user), "auth": found and type(found).__name__})

    return view


def as_user(**claims: Any) -> dict[str, str]:
    return dict([bearer(**claims)])


def get(headers: dict[str, str] | None = None, url: str = "/", **options: Any) -> Any:
    return APIClient().get(url, headers=headers or {}, **options)


def as_browser(**options: Any) -> APIClient:
    client = APIClient(**options)
    for name, value in browser_cookies(token()).items():
        client.cookies[name] = value
    return client


def test_session_token_in_header_signs_in(use_urls: UseUrls) -> None:
    use_urls(path("", view_of(ClerkAuthentication)))

    assert get(as_user()).data == {"user": "user_1", "auth": "SessionAuth"}


def test_cookies_sign_in_without_csrf_token_if_nothing_changes(use_urls: UseUrls) -> None:
    use_urls(path("", view_of(ClerkAuthentication)))

    assert as_browser(enforce_csrf_checks=True).get("/").data["user"] == "user_1"


def test_change_by_cookies_needs_csrf_token(use_urls: UseUrls) -> None:
    def give_token(request: HttpRequest) -> Any:
        from django.http import HttpResponse

        return HttpResponse(get_token(request))

    use_urls(path("", view_of(ClerkAuthentication)), path("token", give_token))
    browser = as_browser(enforce_csrf_checks=True)

    refused = browser.post("/")
    csrf_token = browser.get("/token").content.decode()
    admitted = browser.post("/", headers={"x-csrftoken": csrf_token})

    assert refused.status_code == 403
    assert "CSRF" in refused.data["detail"]
    assert admitted.data["user"] == "user_1"


def test_change_by_header_needs_no_csrf_token_even_with_cookies(use_urls: UseUrls) -> None:
    use_urls(path("", view_of(ClerkAuthentication)))
    browser = as_browser(enforce_csrf_checks=True)

    assert browser.post("/", headers=as_user(user_id="user_2")).data["user"] == "user_2"
    # Browsers send the password of a site whatever page makes the request.
    assert browser.post("/", headers={"authorization": "Basic YTpi"}).status_code == 403


def test_signed_out_request_gets_401_with_a_challenge(use_urls: UseUrls) -> None:
    use_urls(path("", view_of(ClerkAuthentication)))

    response = get()

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert set(response.data) == {"detail"}


def test_browser_gets_401_and_no_redirect(use_urls: UseUrls) -> None:
    use_urls(path("", view_of(ClerkAuthentication)))

    response = get(dict(SIGNED_OUT_BROWSER))

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("authenticator", [ClerkAuthentication, APIKeyAuthentication])
def test_invalid_token_gets_401_with_its_error(
    use_urls: UseUrls, authenticator: type[BaseAuthentication]
) -> None:
    use_urls(path("", view_of(authenticator)))

    response = get(dict([show(tampered(token()))]))

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith('Bearer error="invalid_token", ')


def test_public_view_serves_requests_with_an_invalid_token(use_urls: UseUrls) -> None:
    use_urls(path("", view_of(ClerkAuthentication, permit=[AllowAny])))

    response = get(dict([show(tampered(token()))]))

    assert response.data == {"user": "AnonymousUser", "auth": None}
    assert "WWW-Authenticate" not in response.headers


@pytest.mark.parametrize(
    ("authenticator", "secret", "subject"),
    [
        (APIKeyAuthentication, "ak_1", "user_9"),
        (M2MTokenAuthentication, "mt_1", "mch_9"),
        (OAuthTokenAuthentication, "oat_1", "user_9"),
    ],
)
def test_machine_token_signs_in_where_its_kind_is_accepted(
    use_urls: UseUrls, authenticator: type[BaseAuthentication], secret: str, subject: str
) -> None:
    use_urls(path("", view_of(authenticator)), path("users", view_of(ClerkAuthentication)))
    headers = {"authorization": f"Bearer {secret}"}

    assert get(headers).data == {"user": subject, "auth": "MachineAuth"}
    assert get(headers, "/users").status_code == 401
    assert get(as_user()).status_code == 401


@pytest.mark.parametrize(
    "authenticators", [[AnyToken], [ClerkAuthentication, APIKeyAuthentication]]
)
def test_view_accepts_several_kinds_of_token(
    use_urls: UseUrls, authenticators: list[type[BaseAuthentication]]
) -> None:
    use_urls(path("", view_of(*authenticators)))

    assert get(as_user()).data["auth"] == "SessionAuth"
    assert get(API_KEY).data["auth"] == "MachineAuth"
    assert as_browser(enforce_csrf_checks=True).post("/").status_code == 403
    assert APIClient(enforce_csrf_checks=True).post("/", headers=API_KEY).status_code == 200


def test_other_authentication_classes_are_asked_for_other_tokens(use_urls: UseUrls) -> None:
    class Own(BaseAuthentication):
        def authenticate(self, request: Request) -> Any:
            is_own = request.headers.get("authorization") == "Bearer own"
            return (TokenUser("own"), "own") if is_own else None

    use_urls(
        path("", view_of(ClerkAuthentication, Own, permit=[IsAuthenticated])),
        path("clerk", view_of(ClerkAuthentication, Own)),
    )

    assert get({"authorization": "Bearer own"}).data["user"] == "own"
    assert get({"authorization": "Bearer own"}, "/clerk").status_code == 403


def test_unknown_kind_of_token_is_an_error_where_the_class_is_defined() -> None:
    with pytest.raises(TypeError, match="accepts_token"):
        type("Wrong", (ClerkAuthentication,), {"accepts_token": "api_keys"})


def test_outage_of_clerk_is_503_and_no_sign_out(use_urls: UseUrls, instance: Instance) -> None:
    options = {**instance.options(), "api_url": "http://127.0.0.1:9", "retries": 0}
    use_urls(path("", view_of(APIKeyAuthentication)), CLERK=options)

    response = get(API_KEY)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("permission", "claims"),
    [
        (HasRole("org:admin"), ADMIN),
        (HasPermission("org:reports:read"), {**ADMIN, "fea": "o:reports"}),
        (HasFeature("exports"), FEATURES),
        (HasPlan("gold"), FEATURES),
    ],
)
def test_permission_class_refuses_users_without_the_requirement(
    use_urls: UseUrls, permission: type[BasePermission], claims: dict[str, Any]
) -> None:
    use_urls(path("", view_of(AnyToken, permit=[permission])))

    assert get(as_user(**claims)).status_code == 200
    assert get(as_user()).status_code == 403
    assert get(API_KEY).status_code == 403
    assert get().status_code == 401


def test_scopes_are_of_machines_only_and_missing_ones_are_named(
    use_urls: UseUrls, instance: Instance
) -> None:
    use_urls(path("", view_of(AnyToken, permit=[HasScope("read", "write")])))

    instance.machines["api_keys"]["scopes"] = ["write", "read", "delete"]
    admitted = get(API_KEY)
    instance.machines["api_keys"]["scopes"] = ["read"]
    refused = get(API_KEY)

    assert admitted.status_code == 200
    assert refused.status_code == 403
    # Each request is verified once, for the authentication and for the permission.
    assert instance.calls == ["POST /api_keys/verify"] * 2
    challenge = refused.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer error="insufficient_scope", error_description="')
    assert challenge.endswith('", scope="read write"')
    assert get(as_user()).status_code == 403


def test_permission_classes_compose(use_urls: UseUrls, instance: Instance) -> None:
    is_admin, may_read = HasRole("org:admin"), HasScope("read")
    use_urls(
        path("either", view_of(AnyToken, permit=[is_admin | may_read])),
        path("both", view_of(AnyToken, permit=[IsSignedIn & ~is_admin])),
        path("staff", view_of(AnyToken, permit=[may_read | IsAuthenticated])),
    )
    instance.machines["api_keys"]["scopes"] = []

    assert get(as_user(**ADMIN), "/either").status_code == 200
    assert get(as_user(), "/either").status_code == 403
    assert "insufficient_scope" in get(API_KEY, "/either").headers["WWW-Authenticate"]
    assert get(as_user(**ADMIN), "/both").status_code == 403
    assert get(as_user(), "/both").status_code == 200
    assert get(url="/both").status_code == 401
    assert "WWW-Authenticate" not in get(API_KEY, "/staff").headers


def test_negated_permission_admits_to_objects() -> None:
    class Signed:
        auth = None

    (permission,) = [one() for one in [~HasRole("org:admin")]]

    assert permission.has_object_permission(Signed(), None, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [HasRole, HasPermission, HasFeature, HasPlan, HasScope])
def test_malformed_requirement_is_an_error_where_it_is_written(make: Any) -> None:
    with pytest.raises(TypeError, match=make.__name__):
        make(1)


def test_permission_class_needs_an_authentication_class_of_clerk(use_urls: UseUrls) -> None:
    use_urls(path("", view_of(permit=[IsSignedIn])))

    assert get(as_user()).status_code == 403


def test_built_in_permissions_and_throttles_know_the_user(use_urls: UseUrls) -> None:
    class Twice(UserRateThrottle):
        rate = "2/day"

    class Things(ViewSet):
        authentication_classes = (ClerkAuthentication,)
        permission_classes: Any = (IsAuthenticated,)
        throttle_classes = (Twice,)

        def list(self, request: Request) -> Response:
            return Response([auth(request).user_id, request.user.pk])

        def retrieve(self, request: Request, pk: str) -> Response:
            self.check_object_permissions(request, pk)
            return Response(pk)

    class Staff(Things):
        permission_classes: Any = (IsAdminUser,)

    router = SimpleRouter()
    router.register("things", Things, "things")
    router.register("staff", Staff, "staff")
    use_urls(path("", include(router.urls)))

    assert get(as_user(), "/things/").data == ["user_1", "user_1"]
    assert get(as_user(), "/things/3/").data == "3"
    assert get(as_user(), "/things/3/").status_code == 429
    assert get(as_user(user_id="user_2"), "/things/3/").data == "3"
    assert get(as_user(), "/staff/").status_code == 403


def test_forced_authentication_of_tests_takes_an_auth_object(
    use_urls: UseUrls, instance: Instance
) -> None:
    kept: list[Any] = []

    def keep(request: HttpRequest) -> Any:
        kept.append(auth(request))
        raise ValueError

    use_urls(path("", view_of(ClerkAuthentication)), path("keep", keep))
    with pytest.raises(ValueError, match=r"^$"):
        get(as_user(), "/keep")
    client = APIClient()
    client.force_authenticate(TokenUser("user_7"), kept[0])  # type: ignore[arg-type]

    assert client.get("/").data == {"user": "user_7", "auth": "SessionAuth"}


def test_user_of_a_token_has_no_permissions_of_django() -> None:
    user = TokenUser("user_1")

    assert (user.is_authenticated, user.is_active, user.is_anonymous) == (True, True, False)
    assert not user.has_perm("auth.add_user")
    assert not user.has_perms(["auth.add_user"])
    assert {user, TokenUser("user_1")} == {user}


def test_view_without_the_middleware_is_an_error(use_urls: UseUrls) -> None:
    from django.test import override_settings

    use_urls(path("", view_of(ClerkAuthentication)))

    with (
        override_settings(MIDDLEWARE=[]),
        pytest.raises(Exception, match="ClerkMiddleware"),
    ):
        get(as_user())


def test_openapi_document_has_the_schemes(use_urls: UseUrls) -> None:
    apps = ["django.contrib.auth", "django.contrib.contenttypes", "drf_spectacular"]
    use_urls(INSTALLED_APPS=[*apps, "clerk_core.django"])
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.openapi import AutoSchema

    class Things(ViewSet):
        authentication_classes = (AnyToken,)
        permission_classes = (IsSignedIn,)
        schema = AutoSchema()
        serializer_class = None

        def create(self, request: Request) -> Response:
            return Response()

    router = SimpleRouter()
    router.register("things", Things, "things")
    generator: Any = SchemaGenerator
    document = generator(patterns=router.urls).get_schema(public=True)

    name = "Clerk_session_token_or_api_key"
    scheme = document["components"]["securitySchemes"][name]
    assert document["paths"]["/things/"]["post"]["security"] == [{name: []}]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert "api_key" in scheme["description"]


@pytest.mark.parametrize("first", ["rest_framework.views", "clerk_core.django.rest_framework"])
def test_settings_name_the_classes(first: str) -> None:
    program = f"""
from django.conf import settings
settings.configure(
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes",
        "clerk_core.django", "rest_framework", "drf_spectacular",
    ],
    REST_FRAMEWORK={{
        "DEFAULT_AUTHENTICATION_CLASSES": ["clerk_core.django.rest_framework.ClerkAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["clerk_core.django.rest_framework.IsSignedIn"],
    }},
)
import {first}
import django; django.setup()
from rest_framework.views import APIView
print(APIView.authentication_classes[0].__name__, APIView.permission_classes[0].__name__)
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert done.stdout.split() == ["ClerkAuthentication", "IsSignedIn"], done.stderr


def test_auth_object_is_that_of_the_request(use_urls: UseUrls) -> None:
    found: list[object] = []

    @api_view(["GET"])
    @authentication_classes([AnyToken])
    def view(request: Request) -> Response:
        found.append(request.auth)
        return Response()

    use_urls(path("", view))
    get(as_user())
    get(API_KEY)

    assert isinstance(found[0], SessionAuth)
    assert isinstance(found[1], MachineAuth)
