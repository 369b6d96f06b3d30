"""The user of Django in Django REST framework, Django Ninja and Channels."""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Any

import pytest
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import path
from ninja import NinjaAPI
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response

from clerk_core.django.channels import ClerkMiddleware
from clerk_core.django.ninja import require_auth
from clerk_core.django.rest_framework import APIKeyAuthentication, ClerkAuthentication, IsSignedIn
from clerk_core.testing import ClerkFixture
from tests.adapters.django_users.conftest import Configure
from tests.support import PATIENCE


class Chat(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def connect(self) -> None:
        await self.accept()
        await self.send(f"{self.scope['user']} {self.scope['user'].pk}")


@api_view(["GET"])
@authentication_classes([ClerkAuthentication, APIKeyAuthentication])
@permission_classes([IsSignedIn])
def me(request: Request) -> Response:
    return Response([str(request.user), request.user.pk])


@api_view(["GET"])
@authentication_classes([ClerkAuthentication])
@permission_classes([IsAdminUser])
def staff(request: Request) -> Response:
    return Response()


def of_ninja(request: HttpRequest) -> Any:
    return [str(request.user), request.user.pk]


@pytest.fixture(autouse=True)
def _urls(project: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("NINJA_SKIP_REGISTRY", "true")
    api = NinjaAPI(auth=require_auth())
    api.get("/me")(of_ninja)
    urls: Any = ModuleType("urls")
    urls.urlpatterns = [path("me", me), path("staff", staff), path("ninja/", api.urls)]
    with override_settings(ROOT_URLCONF=urls):
        yield


@pytest.fixture
def ada(clerk_local: ClerkFixture) -> dict[str, str]:
    """Return the headers of a user of Clerk."""
    user = clerk_local.create_user(username="ada")
    return {"Authorization": f"Bearer {clerk_local.token(user)}"}


def listen(headers: dict[str, str]) -> Any:
    async def said() -> Any:
        encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        app = ClerkMiddleware(URLRouter([path("chat", Chat.as_asgi())]))
        opened = WebsocketCommunicator(app, "/chat", headers=encoded)
        await opened.connect(timeout=PATIENCE)
        message = await opened.receive_from(timeout=PATIENCE)
        await opened.disconnect(timeout=PATIENCE)
        return message

    return asyncio.run(said())


@pytest.mark.parametrize("url", ["/me", "/ninja/me"])
def test_views_know_the_user_of_django(client: Client, ada: dict[str, str], url: str) -> None:
    found = client.get(url, headers=ada).json()

    assert found == ["ada", User.objects.get(username="ada").pk]


def test_machine_of_a_user_is_no_user_of_django(client: Client, clerk_local: ClerkFixture) -> None:
    user = clerk_local.create_user(username="ada")
    headers = {"Authorization": f"Bearer {clerk_local.api_key(user)}"}

    assert client.get("/me", headers=headers).json() == [user.id, user.id]


def test_consumer_knows_the_user_of_django(ada: dict[str, str]) -> None:
    assert listen(ada) == f"ada {User.objects.get(username='ada').pk}"
    assert listen({}) == "AnonymousUser None"


def test_rights_of_django_apply(client: Client, ada: dict[str, str]) -> None:
    assert client.get("/staff", headers=ada).status_code == 403
    User.objects.update(is_staff=True)
    assert client.get("/staff", headers=ada).status_code == 200


def test_inactive_user_is_signed_out(client: Client, ada: dict[str, str]) -> None:
    assert client.get("/me", headers=ada).status_code == 200
    User.objects.update(is_active=False)
    assert client.get("/me", headers=ada).status_code == 401
    assert listen(ada) == "AnonymousUser None"


def test_user_of_another_middleware_is_never_that_of_a_token(
    client: Client, ada: dict[str, str], configure: Configure
) -> None:
    other = User.objects.create(username="other", is_staff=True)
    middleware = [
        "clerk_core.django.ClerkMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ]
    with override_settings(MIDDLEWARE=middleware):
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(other, "django.contrib.auth.backends.ModelBackend")
        found = browser.get("/me", headers=ada).json()

    assert found == ["ada", User.objects.get(username="ada").pk]
    assert found[1] != other.pk
