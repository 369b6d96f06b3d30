"""Channels: who opens a WebSocket, refusals before it is accepted, options in the settings."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.testing import WebsocketCommunicator
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, JsonResponse
from django.test import override_settings
from django.urls import path
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from clerk_core import ConfigurationError
from clerk_core.django import aauth
from clerk_core.django.channels import ClerkMiddleware, request_auth, require_auth
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import ADMIN, bearer, browser_cookies, cookie, token
from tests.adapters.django_rest.conftest import UseUrls
from tests.adapters.servers import running_uvicorn
from tests.support import PATIENCE


class Chat(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def connect(self) -> None:
        await self.accept()
        await self.send(str(request_auth(self.scope).auth().user_id))


class SyncChat(WebsocketConsumer):  # type: ignore[misc]
    def connect(self) -> None:
        self.accept()
        user = request_auth(self.scope).to_sync().current_user()
        self.send(str(user and user.id))


class Protected(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def connect(self) -> None:
        auth = request_auth(self.scope).protect(role="org:admin")
        await self.accept()
        await self.send(auth.user_id)


class Machines(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def connect(self) -> None:
        auth = await request_auth(self.scope).auth(accepts_token="api_key")
        await self.accept()
        await self.send(str(auth.subject))


ROUTES: Any = [
    path("chat", Chat.as_asgi()),
    path("sync", SyncChat.as_asgi()),
    path("protected", Protected.as_asgi()),
    path("machines", Machines.as_asgi()),
    path("users", require_auth(Chat.as_asgi())),
    path("admin", require_auth(role="org:admin")(Chat.as_asgi())),
    path("staff/", require_auth(role="org:admin")(URLRouter([path("chat", Chat.as_asgi())]))),
]


@pytest.fixture
def router(use_urls: UseUrls) -> Any:
    async def index(request: HttpRequest) -> JsonResponse:
        return JsonResponse({"user_id": aauth(request).user_id})

    use_urls(path("", index))
    return ClerkMiddleware(URLRouter(ROUTES))


def said(app: Any, route: str, *headers: tuple[str, str], origin: str | None = None) -> Any:
    """Return the first message of a WebSocket, or the code that it is closed with."""
    pairs = [("host", "shop.example"), *headers, *([("origin", origin)] if origin else [])]
    encoded = [(name.encode(), value.encode()) for name, value in pairs]

    async def listen() -> Any:
        communicator = WebsocketCommunicator(app, route, headers=encoded)
        is_accepted, detail = await communicator.connect(timeout=PATIENCE)
        if not is_accepted:
            return detail
        message = await communicator.receive_from(timeout=PATIENCE)
        await communicator.disconnect(timeout=PATIENCE)
        return message

    return asyncio.run(listen())


def test_consumer_knows_who_opened_the_websocket(router: Any) -> None:
    assert said(router, "/chat", bearer()) == "user_1"
    assert said(router, "/chat") == "None"
    assert said(router, "/sync", bearer()) == "user_1"


def test_machine_token_is_accepted_where_a_consumer_asks(router: Any) -> None:
    assert said(router, "/machines", ("authorization", "Bearer ak_1")) == "user_9"
    assert said(router, "/machines", bearer()) == "None"


@pytest.mark.parametrize("route", ["/protected", "/admin", "/staff/chat"])
def test_websocket_is_refused_before_it_is_accepted(router: Any, route: str) -> None:
    assert said(router, route, bearer(**ADMIN)) == "user_1"
    assert said(router, route, bearer()) == 1008
    assert said(router, route) == 1008


def test_cookies_are_accepted_from_own_pages_only(
    router: Any, use_urls: UseUrls, instance: Instance
) -> None:
    cookies = cookie(browser_cookies(token(azp="http://shop.example")))

    assert said(router, "/chat", cookies, origin="http://shop.example") == "user_1"
    assert said(router, "/chat", cookies, origin="http://evil.example") == "None"
    assert said(router, "/users", cookies, origin="http://evil.example") == 1008


def test_origin_validator_of_channels_refuses_all_other_pages(router: Any) -> None:
    with override_settings(ALLOWED_HOSTS=["shop.example"]):
        app = AllowedHostsOriginValidator(router)

    assert said(app, "/chat", bearer(), origin="http://shop.example") == "user_1"
    assert said(app, "/chat", bearer(), origin="http://evil.example") != "user_1"


def test_options_are_those_of_the_settings(use_urls: UseUrls, instance: Instance) -> None:
    use_urls(CLERK={**instance.options(), "WEBSOCKET_QUERY": "token"})

    assert said(ClerkMiddleware(URLRouter(ROUTES)), f"/chat?token={token()}") == "user_1"


def test_missing_key_is_an_error_where_the_application_is_made(use_urls: UseUrls) -> None:
    use_urls(CLERK={})

    with pytest.raises(ConfigurationError, match="CLERK_"):
        ClerkMiddleware(URLRouter(ROUTES))


def test_uvicorn_serves_pages_and_websockets(use_urls: UseUrls, instance: Instance) -> None:
    async def index(request: HttpRequest) -> JsonResponse:
        return JsonResponse({"user_id": aauth(request).user_id})

    use_urls(path("", index), CLERK={**instance.options(), "WEBSOCKET_SUBPROTOCOL": "clerk"})
    router = ClerkMiddleware(URLRouter(ROUTES))
    app = ProtocolTypeRouter({"http": ASGIHandler(), "websocket": router})
    with running_uvicorn(app) as port:
        url = f"ws://127.0.0.1:{port}"
        offered = [Subprotocol("clerk"), Subprotocol(token("user_7"))]
        with connect(f"{url}/users", subprotocols=offered) as opened:
            message = opened.recv(timeout=PATIENCE)
        with pytest.raises(InvalidStatus) as refused, connect(f"{url}/users"):
            pass
        with pytest.raises(InvalidStatus) as forbidden:
            connect(f"{url}/protected", additional_headers=[bearer()])

    assert (opened.subprotocol, message) == ("clerk", "user_7")
    assert refused.value.response.status_code == 401
    assert json.loads(refused.value.response.body)["errors"][0]["code"] == "unauthenticated"
    assert forbidden.value.response.status_code == 403


def test_class_of_a_consumer_is_not_an_application() -> None:
    with pytest.raises(TypeError, match="require_auth"):
        require_auth(Chat)


def test_consumer_without_the_middleware_is_told_so() -> None:
    with pytest.raises(ConfigurationError, match="ClerkMiddleware"):
        request_auth({"type": "websocket"})
