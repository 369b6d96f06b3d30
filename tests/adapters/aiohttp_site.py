"""The application of the adapter contract in aiohttp, with WebSockets."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from http.client import HTTPConnection
from itertools import cycle
from typing import Any, TypeAlias
from urllib.parse import quote

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from clerk_core import AsyncAnyAuth, Headers, WebhookVerificationError, verify_webhook
from clerk_core import aiohttp as clerk_aiohttp
from clerk_core.aiohttp import (
    auth,
    clerk_client,
    current_organization,
    current_user,
    install,
    protect,
    redirect_to_sign_in,
    redirect_to_sign_up,
    redirect_to_tasks,
    require_auth,
    sign_out,
)
from clerk_core.testing._clients import Loop
from clerk_core.testing.contract import (
    API_KEY_FORMS,
    GUARDED_ROUTES,
    LINKS,
    PUBLIC_HEADERS,
    Answer,
    Connected,
    describe_any_auth,
    describe_auth,
    parse_accepts_token,
)

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_PATIENCE = 20.0


class ServedSite:
    """An application that a server serves on a port of loopback."""

    port: int

    def visit(
        self,
        path: str = "/",
        *headers: tuple[str, str],
        method: str = "GET",
        prefix: str = "",
        content: bytes = b"",
    ) -> Answer:
        """Send one request, in a connection of its own."""
        named = {"host": "localhost", **{name.lower(): value for name, value in headers}}
        if content:
            named["content-length"] = str(len(content))
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)) as connection:
            target = quote(prefix + path, safe="/?&=:%")
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in named.items():
                connection.putheader(name, value.encode("latin-1"))
            connection.endheaders(content)
            response = connection.getresponse()
            return Answer(response.status, Headers(response.getheaders()), response.read())


class AiohttpSite(ServedSite):
    """An application that aiohttp's own server serves on loopback until `close`."""

    def __init__(self, app: web.Application) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self._loop = Loop()
        self._runner = web.AppRunner(app, access_log=None)
        self._loop.run(self._serve(listener))

    async def _serve(self, listener: socket.socket) -> None:
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()

    def connect(
        self, path: str, *headers: tuple[str, str], subprotocols: Sequence[str] = ()
    ) -> Connected:
        """Open a WebSocket, receive its first message and close it."""
        return self._loop.run(self._connect(path, headers, subprotocols))

    async def _connect(
        self, path: str, headers: Sequence[tuple[str, str]], subprotocols: Sequence[str]
    ) -> Connected:
        url = URL(f"http://127.0.0.1:{self.port}{path}", encoded=True)
        named = {"host": "localhost", **dict(headers)}
        async with aiohttp.ClientSession() as client:
            try:
                async with client.ws_connect(url, headers=named, protocols=subprotocols) as opened:
                    message = await opened.receive(_PATIENCE)
                    text = message.data if message.type == aiohttp.WSMsgType.TEXT else None
                    return Connected(True, opened.protocol, text)
            except aiohttp.WSServerHandshakeError:
                return Connected(False)

    def close(self) -> None:
        """Stop the server and the application."""
        self._loop.run(self._runner.cleanup())
        self._loop.close()


class RefusedError(Exception):
    pass


def build(**options: Any) -> AiohttpSite:
    app = web.Application(middlewares=[_preflights, _errors])
    install(app, **options)
    add_routes(app)
    shop = web.Application()
    add_routes(shop)
    app.add_subapp("/shop", shop)
    return AiohttpSite(app)


def add_routes(app: web.Application) -> None:
    app.add_routes([*_open, *_guarded(), *_special, *_sockets])


@web.middleware
async def _preflights(request: web.Request, handler: Handler) -> web.StreamResponse:
    # aiohttp does not handle OPTIONS itself.
    try:
        return await handler(request)
    except web.HTTPMethodNotAllowed:
        if request.method == "OPTIONS":
            return web.Response()
        raise


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RefusedError:
        return web.json_response(describe_auth(auth(request)), status=418)


async def pending(request: web.Request) -> web.Response:
    return web.json_response(describe_auth(auth(request, treat_pending_as_signed_out=False)))


async def user(request: web.Request) -> web.Response:
    users = [await current_user(request) for _ in range(3)]
    assert users[0] is users[1] is users[2]
    return web.json_response(users[0].to_public_dict() if users[0] else None)


async def _resolve(state: AsyncAnyAuth | Awaitable[AsyncAnyAuth]) -> AsyncAnyAuth:
    """Await the state if it is awaitable, which depends on `accepts_token`."""
    return await state if isinstance(state, Awaitable) else state


async def program(request: web.Request) -> web.Response:
    accepts = parse_accepts_token(request.query["accepts"])
    states = [
        describe_any_auth(await _resolve(auth(request, accepts_token=accepts))) for _ in range(3)
    ]
    assert states[0] == states[1] == states[2]
    return web.json_response(states[0])


async def programs(request: web.Request) -> web.Response:
    return web.json_response(
        [describe_any_auth(await auth(request, accepts_token=form)) for form in API_KEY_FORMS]
    )


async def token(request: web.Request) -> web.Response:
    return web.json_response({"token": await auth(request).get_token(template="supabase")})


async def webhook(request: web.Request) -> web.Response:
    try:
        event = verify_webhook(request.headers, await request.read())
    except WebhookVerificationError as error:
        raise web.HTTPBadRequest(text=error.message) from error
    return web.json_response({"type": event.type})


async def to_sign_in(request: web.Request) -> web.Response:
    return redirect_to_sign_in(request, request.query.get("back"))


async def organization(request: web.Request) -> web.Response:
    found = [await current_organization(request) for _ in range(3)]
    assert found[0] is found[1] is found[2]
    return web.json_response(found[0].to_public_dict() if found[0] else None)


async def protected(request: web.Request) -> web.Response:
    return web.json_response(describe_auth(protect(request, role="org:admin")))


async def auth_public(request: web.Request) -> web.Response:
    return web.json_response(auth(request).to_public_dict())


async def links(request: web.Request) -> web.Response:
    return web.json_response({name: getattr(clerk_aiohttp, name)(request) for name in LINKS})


async def to_sign_up(request: web.Request) -> web.Response:
    return redirect_to_sign_up(request)


async def to_tasks(request: web.Request) -> web.Response:
    return redirect_to_tasks(request)


async def to_sign_out(request: web.Request) -> web.Response:
    return await sign_out(request, request.query.get("to", "/"))


@require_auth
async def order(request: web.Request) -> web.Response:
    return web.json_response({"number": (await request.json())["number"]})


async def show_auth(request: web.Request) -> web.Response:
    return web.json_response(describe_auth(auth(request)))


class ShowAuth(web.View):
    async def get(self) -> web.Response:
        return await show_auth(self.request)


class Handlers:
    async def show_auth(self, request: web.Request) -> web.Response:
        return await show_auth(request)


def _guarded() -> list[web.RouteDef]:
    forms: list[Any] = [show_auth, ShowAuth, Handlers().show_auth]
    return [
        web.get("/called", require_auth()(show_auth)),
        web.post("/called", require_auth()(show_auth)),
        web.get("/options", require_auth(show_auth)),
        web.options("/options", require_auth(show_auth)),
        *(
            web.route("*", path, require_auth(**required)(form) if required else require_auth(form))
            for (path, required), form in zip(GUARDED_ROUTES.items(), cycle(forms), strict=False)
        ),
    ]


async def user_json(request: web.Request) -> web.Response:
    return web.json_response(await current_user(request))


async def auth_json(request: web.Request) -> web.Response:
    return web.json_response(auth(request))


async def crash(request: web.Request) -> web.Response:
    raise RuntimeError(f"crashed with {clerk_client(request).settings.secret_key}")


async def refused(request: web.Request) -> web.Response:
    raise RefusedError


async def unknown_user(request: web.Request) -> web.Response:
    return web.Response(text=(await clerk_client(request).users.get("nobody")).id)


async def stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"It is ")
    await response.write(str(auth(request).user_id).encode())
    return response


async def cookies(request: web.Request) -> web.Response:
    response = web.Response(text="set")
    response.set_cookie("first", "1")
    response.set_cookie("second", "2")
    return response


async def public(request: web.Request) -> web.Response:
    response = web.json_response(describe_auth(auth(request)))
    response.headers.extend(PUBLIC_HEADERS)
    return response


kept_headers = CIMultiDict({"cache-control": "max-age=60"})


async def kept(request: web.Request) -> web.Response:
    return web.Response(text="kept", headers=kept_headers)


async def client(request: web.Request) -> web.Response:
    return web.json_response({"publishable_key": clerk_client(request).settings.publishable_key})


async def open_socket(request: web.Request) -> web.WebSocketResponse:
    websocket = web.WebSocketResponse()
    await websocket.prepare(request)
    await websocket.send_json(describe_auth(auth(request)))
    await websocket.close()
    return websocket


async def user_socket(request: web.Request) -> web.WebSocketResponse:
    signed_in = await current_user(request)
    websocket = web.WebSocketResponse()
    await websocket.prepare(request)
    await websocket.send_str(str(signed_in and signed_in.first_name))
    await websocket.close()
    return websocket


_open = [
    web.get("/", show_auth),
    web.post("/", show_auth),
    web.get("/pending", pending),
    web.get("/user", user),
    web.get("/program", program),
    web.get("/programs", programs),
    web.get("/token", token),
    web.post("/webhook", webhook),
    web.post("/order", order),
    web.get("/to-sign-in", to_sign_in),
    web.post("/to-sign-in", to_sign_in),
    web.get("/organization", organization),
    web.get("/protected", protected),
    web.get("/auth/public", auth_public),
    web.get("/links", links),
    web.get("/to-sign-up", to_sign_up),
    web.get("/to-tasks", to_tasks),
    web.get("/sign-out", to_sign_out),
    web.post("/sign-out", to_sign_out),
]
_special = [
    web.get("/user/json", user_json),
    web.get("/auth/json", auth_json),
    web.get("/crash", crash),
    web.get("/refused", refused),
    web.get("/unknown-user", unknown_user),
    web.get("/stream", stream),
    web.get("/cookies", cookies),
    web.get("/public", public),
    web.get("/kept", kept),
    web.get("/client", client),
]
_sockets = [
    web.get("/ws", open_socket),
    web.get("/ws/guarded", require_auth(open_socket)),
    web.get("/ws/user", user_socket),
]
