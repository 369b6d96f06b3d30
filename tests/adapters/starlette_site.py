"""The application of the adapter contract in Starlette, with WebSockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from itertools import cycle
from typing import Any

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from clerk_core import AsyncAnyAuth, WebhookVerificationError, verify_webhook
from clerk_core import starlette as clerk_starlette
from clerk_core.starlette import (
    ClerkMiddleware,
    auth,
    clerk_client,
    current_organization,
    current_user,
    protect,
    redirect_to_sign_in,
    redirect_to_sign_up,
    redirect_to_tasks,
    require_auth,
    sign_out,
)
from clerk_core.testing.contract import (
    API_KEY_FORMS,
    GUARDED_ROUTES,
    LINKS,
    PUBLIC_HEADERS,
    AsgiSite,
    describe_any_auth,
    describe_auth,
    parse_accepts_token,
)


class RefusedError(Exception):
    pass


def build(**options: Any) -> AsgiSite:
    return AsgiSite(application(**options))


def application(**options: Any) -> Starlette:
    # Starlette does not handle OPTIONS itself; this middleware answers preflights.
    preflights = Middleware(CORSMiddleware, allow_origins=["*"])
    return Starlette(
        routes=[*_open, *_guarded, *_special, *_sockets],
        middleware=[Middleware(ClerkMiddleware, **options), preflights],
        exception_handlers={RefusedError: handle},
    )


class Index(HTTPEndpoint):
    async def get(self, request: Request) -> Response:
        return JSONResponse(describe_auth(auth(request)))

    post = options = get


def pending(request: Request) -> Response:
    return JSONResponse(describe_auth(auth(request, treat_pending_as_signed_out=False)))


async def signed_in_user(request: Request) -> Response:
    users = [await current_user(request) for _ in range(3)]
    assert users[0] is users[1] is users[2]
    return JSONResponse(users[0].to_public_dict() if users[0] else None)


async def resolve(state: AsyncAnyAuth | Awaitable[AsyncAnyAuth]) -> AsyncAnyAuth:
    """Await the state if it is awaitable, which depends on `accepts_token`."""
    return await state if isinstance(state, Awaitable) else state


async def program(request: Request) -> Response:
    accepts = parse_accepts_token(request.query_params["accepts"])
    states = [
        describe_any_auth(await resolve(auth(request, accepts_token=accepts))) for _ in range(3)
    ]
    assert states[0] == states[1] == states[2]
    return JSONResponse(states[0])


async def programs(request: Request) -> Response:
    return JSONResponse(
        [describe_any_auth(await auth(request, accepts_token=form)) for form in API_KEY_FORMS]
    )


async def token(request: Request) -> Response:
    return JSONResponse({"token": await auth(request).get_token(template="supabase")})


async def webhook(request: Request) -> Response:
    try:
        event = verify_webhook(request.headers, await request.body())
    except WebhookVerificationError as error:
        return PlainTextResponse(error.message, 400)
    return JSONResponse({"type": event.type})


async def to_sign_in(request: Request) -> Response:
    return redirect_to_sign_in(request, request.query_params.get("back"))


async def organization(request: Request) -> Response:
    found = [await current_organization(request) for _ in range(3)]
    assert found[0] is found[1] is found[2]
    return JSONResponse(found[0].to_public_dict() if found[0] else None)


async def protected(request: Request) -> Response:
    return JSONResponse(describe_auth(protect(request, role="org:admin")))


async def auth_public(request: Request) -> Response:
    return JSONResponse(auth(request).to_public_dict())


async def links(request: Request) -> Response:
    return JSONResponse({name: getattr(clerk_starlette, name)(request) for name in LINKS})


async def to_sign_up(request: Request) -> Response:
    return redirect_to_sign_up(request)


async def to_tasks(request: Request) -> Response:
    return redirect_to_tasks(request)


async def to_sign_out(request: Request) -> Response:
    return await sign_out(request, request.query_params.get("to", "/"))


@require_auth
async def order(request: Request) -> Response:
    return JSONResponse({"number": (await request.json())["number"]})


async def show_auth(request: Request) -> Response:
    return JSONResponse(describe_auth(auth(request)))


def show_auth_in_thread(request: Request) -> Response:
    return JSONResponse(describe_auth(auth(request)))


_forms: list[Any] = [
    show_auth,
    show_auth_in_thread,
    Index,
    Starlette(routes=[Route("/{path:path}", show_auth)]),
]


async def user_json(request: Request) -> Response:
    return JSONResponse(await current_user(request))


async def auth_json(request: Request) -> Response:
    return JSONResponse(auth(request))


async def crash(request: Request) -> Response:
    raise RuntimeError(f"crashed with {clerk_client(request).settings.secret_key}")


async def refused(request: Request) -> Response:
    raise RefusedError


async def handle(request: Request, error: Exception) -> Response:
    return JSONResponse(describe_auth(auth(request)), 418)


async def unknown_user(request: Request) -> Response:
    return PlainTextResponse((await clerk_client(request).users.get("nobody")).id)


async def stream(request: Request) -> Response:
    async def parts() -> AsyncIterator[str]:
        yield "It is "
        yield str(auth(request).user_id)

    return StreamingResponse(parts())


def cookies(request: Request) -> Response:
    response = PlainTextResponse("set")
    response.set_cookie("first", "1")
    response.set_cookie("second", "2")
    return response


def public(request: Request) -> Response:
    response = JSONResponse(describe_auth(auth(request)))
    for name, value in PUBLIC_HEADERS:
        response.headers.append(name, value)
    return response


kept_response = PlainTextResponse("kept", headers={"cache-control": "max-age=60"})


async def kept(request: Request) -> Response:
    return kept_response


async def client(request: Request) -> Response:
    return JSONResponse({"publishable_key": clerk_client(request).settings.publishable_key})


async def open_socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_json(describe_auth(auth(websocket)))
    await websocket.close()


@require_auth
class GuardedSocket(WebSocketEndpoint):
    async def on_connect(self, websocket: WebSocket) -> None:
        await open_socket(websocket)


async def user_socket(websocket: WebSocket) -> None:
    user = await current_user(websocket)
    await websocket.accept()
    await websocket.send_text(str(user and user.first_name))
    await websocket.close()


_open: list[BaseRoute] = [
    Route("/", Index),
    Route("/pending", pending),
    Route("/user", signed_in_user),
    Route("/program", program),
    Route("/programs", programs),
    Route("/token", token),
    Route("/webhook", webhook, methods=["POST"]),
    Route("/to-sign-in", to_sign_in, methods=["GET", "POST"]),
    Route("/organization", organization),
    Route("/protected", protected),
    Route("/auth/public", auth_public),
    Route("/links", links),
    Route("/to-sign-up", to_sign_up),
    Route("/to-tasks", to_tasks),
    Route("/sign-out", to_sign_out, methods=["GET", "POST"]),
]
_guarded: list[BaseRoute] = [
    Route("/called", require_auth()(show_auth), methods=["GET", "POST"]),
    Route("/order", order, methods=["POST"]),
    Route("/options", require_auth(show_auth), methods=["GET", "OPTIONS"]),
    *(
        Route(path, require_auth(**required)(form) if required else require_auth(form))
        for (path, required), form in zip(GUARDED_ROUTES.items(), cycle(_forms), strict=False)
    ),
]
_special: list[BaseRoute] = [
    Route("/user/json", user_json),
    Route("/auth/json", auth_json),
    Route("/crash", crash),
    Route("/refused", refused),
    Route("/unknown-user", unknown_user),
    Route("/stream", stream),
    Route("/cookies", cookies),
    Route("/public", public),
    Route("/kept", kept),
    Route("/client", client),
]
_sockets: list[BaseRoute] = [
    WebSocketRoute("/ws", open_socket),
    WebSocketRoute("/ws/guarded", GuardedSocket),
    WebSocketRoute("/ws/user", user_socket),
]
